"""The length of a proof about a model with norms (mirror of `Transformer/Length/NormedBruteForce.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.normed.model import NormedModel

PRODUCT = 15
"""`Ball.mul`, and what is added in `Ball.dotFrom`."""
ENTRY_OF_NORM = 36
"""Of a norm, for each entry: its sum, `centre`, its square, `quotient`."""
NORM_ONCE = 24
ENTRY = 8
"""`shrink`, or what else is done with one entry."""
SCORE = 50
"""Of a score: besides its exponentials what softmax does with it."""


def operations(checker: str, model: NormedModel, fields: Mapping[str, Value]) -> int:
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
