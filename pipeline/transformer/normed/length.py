"""The length of a proof about a model with norms (mirror of `Transformer/Length/NormedBruteForce.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.normed.model import NormedModel

PRODUCT = 19
"""`Ball.mul`, and what is added in `Ball.dotFrom`."""
ENTRY_OF_NORM = 36
"""Of a norm, for each entry: its sum, `centre`, its square, `quotient`."""
NORM_ONCE = 24
ENTRY = 8
"""`shrink`, or what else is done with one entry."""
SCORE = 50
"""Of a score: besides its exponentials what softmax does with it."""


LANE_OF_WORST = 8
"""Of a token at a position, for each lane: `behind` and `lanesMax`."""
LANE_OF_TAKES = 8
"""Of a token in a class, for each lane: `takes`, which multiplies twice and compares."""
LANE_OF_TEST = 6
"""Of a class, for each lane: what is added up, and `lanesLe`."""
OF_LEVEL = 4
"""Of a token in a class: its level is read, and counted."""
OF_CLASS = 24
"""Of a class: besides what is done in lanes, what its words are counted with."""
OF_ROOT = 40
"""Of a query, a position and a token: besides products, what bounds a square root."""
OF_TILT = 40
LANE_OF_TILT = 6
"""Of a query, a maximum, a position and a token: a quotient; and for each lane what a row is tilted by."""


def operations(checker: str, model: NormedModel, fields: Mapping[str, Value]) -> int:
    """Operations of a certificate with these fields."""
    if checker == "NormedQuartic":
        return _quartic(model, fields)
    return _brute_force(model, fields)


def _brute_force(model: NormedModel, fields: Mapping[str, Value]) -> int:
    """`NormedBruteForce.operations`."""
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model, model.d_head
    steps, prec = fields["steps"], fields["prec"]
    assert isinstance(steps, int)
    assert isinstance(prec, int)
    heads, J = len(model.heads), 0 if model.mlp is None else model.mlp.d_mlp
    norm = d * ENTRY_OF_NORM + NORM_ONCE + 3 * steps
    once = v * p * norm + heads * v * (2 * p + 1) * h * (PRODUCT * d + ENTRY)
    head = (
        p * (PRODUCT * h + SCORE + 6 * prec) + h * (PRODUCT * p + ENTRY) + d * (PRODUCT * h + ENTRY)
    )
    neurons = J * (PRODUCT * d + ENTRY) + d * (PRODUCT * J + ENTRY) + norm if J else 0
    each = heads * head + norm + neurons + v * (PRODUCT * d + ENTRY)
    return int(once + v**p * each)


def _quartic(model: NormedModel, fields: Mapping[str, Value]) -> int:
    """`NormedQuartic.operations`."""
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model, model.d_head
    steps, prec = fields["steps"], fields["prec"]
    assert isinstance(steps, int)
    assert isinstance(prec, int)
    once = v * p * (d * ENTRY_OF_NORM + NORM_ONCE + 3 * steps)
    once += v * (2 * p + 1) * h * (PRODUCT * d + ENTRY)
    once += v * p * d * (PRODUCT * h + ENTRY) + v * (p + 1) * v * (PRODUCT * d + ENTRY)
    keys = v * v * p * (PRODUCT * h + SCORE + 6 * prec + 2 * v)
    n, pairs = p - 1, v * (v + 1) // 2
    tokens = v * (v + 1) * (v + 2) // 6
    each = v * (n * LANE_OF_WORST + p * LANE_OF_TAKES) + p * OF_LEVEL
    if "b_U" in model.biases:
        once += v * p * (d * (PRODUCT * h + ENTRY) + PRODUCT * d)
        once += v * v * p * (2 * PRODUCT * d + OF_ROOT + 3 * steps)
        once += tokens * p * (OF_TILT + LANE_OF_TILT * v)
    return once + keys + tokens * each + pairs * p * (LANE_OF_TEST * v + OF_CLASS)
