"""By how much the logits of a forward pass in float32 may differ from the exact ones: arithmetic on paper.

Nothing here is a theorem that Lean checks.  (What Lean proves is that a margin of twice this suffices:
`CorrectBy.evaluated`.)  The bound holds for every input, for any order and bracketing of sums, with or without fused
multiply-add, provided that

- each addition, multiplication and division is rounded to nearest in IEEE float32 (so no TF32, no half precision), and
  a sum over `k` products rounds each of them at most `k` times;
- `exp` is within 4 units in the last place, or below 2^-120 where it underflows;
- nothing else overflows or underflows;
- what is computed is TransformerLens' forward pass: embeddings are added; queries, keys, scores; softmax with its
  largest score subtracted; values, mixed; `W_O`, the residual stream, `W_U`.

By standard error analysis (Higham, Accuracy and Stability of Numerical Algorithms, chapter 3): a product of matrices
with `k` roundings on the way is, term by term, within a factor `1 + gamma(k)`, where `gamma(k) = k u / (1 - k u)` and
`u = 2^-24`.  All numbers here are exact fractions, rounded up where they are rounded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.model import Model

U = Fraction(1, 1 << 24)
EXP = 8 * U
"""4 units in the last place."""
TINY = Fraction(1, 1 << 120)

MOST_OFF = 64
"""Scores that may be off by more than this leave no softmax factor within 2^180 of what it is."""

Exact = npt.NDArray[Any]
"""Integers of any size."""


def gamma(k: int) -> Fraction:
    """What `k` roundings may change a term by, relative to itself."""
    return k * U / (1 - k * U)


def exp_above(x: Fraction) -> Fraction:
    """At least `exp x`, for `x >= 0`."""
    if x <= 1:
        return 1 + x + x * x
    return Fraction(3) ** -(-x.numerator // x.denominator)


def logit_error(model: Model) -> Fraction:
    """The most that any logit of any input may be off by."""
    d, h, n = model.d_model, model.d_head, model.n_ctx
    if 2 * d + h + n + 8 >= 1 << 22:
        raise MalformedInput(
            "sums over so many numbers may lose all of float32's digits", cure="give --margin X"
        )
    E, pos, Q, K, V, O, W_U = (  # noqa: E741
        np.array(model.tensors[name], dtype=object)
        for name in ("W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_U")
    )
    unit = Fraction(1, 1 << model.frac)
    scale = Fraction(model.attn_scale, 1 << model.scale_frac)
    resid = (E[None, :, :] + pos[:, None, :]).reshape(-1, d)
    last = E + pos[-1]

    score = unit**4 / scale
    dot = (abs(last) @ abs(Q)) @ (abs(resid) @ abs(K)).T
    eta = gamma(2 * d + h + 5) * int(dot.max()) * score
    exact = (last @ Q) @ (resid @ K).T
    span = max(int(row.max() - row.min()) for row in exact) * score
    off = eta + U * (span + 2 * eta)
    if off > MOST_OFF:
        raise MalformedInput(
            f"scores of this model are so large that in float32 they may be off by more than {MOST_OFF}: attention "
            "may be anything",
            cure="give --margin X, or train a model with smaller weights",
        )
    theta = exp_above(2 * off) * (1 + EXP) / (1 - EXP) * (1 + U) / (1 - gamma(n)) - 1

    through = resid @ V @ O @ W_U
    low, high = through.min(axis=0), through.max(axis=0)
    spread = int((high - low).max()) * unit**4 / 2
    middle = int(abs(high + low).max()) * unit**4 / 2
    terms = int((abs(resid) @ abs(V) @ abs(O) @ abs(W_U)).max()) * unit**4
    direct = int((abs(last) @ abs(W_U)).max()) * unit**2
    attention = theta * spread + gamma(n + 1) * middle + n * TINY * (spread + middle)
    linear = gamma(2 * d + h + n + 4) * terms * (1 + theta + n * TINY) + gamma(d + 3) * direct
    return attention + linear
