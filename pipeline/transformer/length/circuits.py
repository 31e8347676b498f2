"""The length of the circuits of a model (mirror of `Length.circuits` in `lean/Compact/Transformer/Length/Tables.lean`)."""

from __future__ import annotations

from pipeline.model import Model
from pipeline.transformer.length.basic import beside, joined, packed_product, right


def circuits(model: Model, scores: int, logits: int) -> int:
    """`joinedCircuits`, with lanes of so many bits for scores and for logits."""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    queries = _lane(d * (_offset(model, "W_E") + _offset(model, "W_pos")) * _offset(model, "W_Q"))
    total = right(queries, h, d) + packed_product(queries, v + 1, d, h)
    total += _attended(model, scores, logits, "W_E", v)
    total += _attended(model, scores, logits, "W_pos", model.n_ctx)
    outputs = right(logits, v, d) + packed_product(logits, h, d, v) + beside(logits, v, h)
    return total + outputs + packed_product(logits, v + 1, d, v)


def _attended(model: Model, scores: int, logits: int, name: str, r: int) -> int:
    """Keys and values of the rows of a tensor, scores and logits."""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    values = _lane(d * _offset(model, name) * _offset(model, "W_V"))
    total = h * joined(model.bits("W_K"), d) + right(scores, r, d)
    total += packed_product(scores, h, d, r) + beside(scores, r, h)
    total += packed_product(scores, v, h, r)
    return total + right(values, h, d) + packed_product(values, r, d, h) + packed_product(logits, r, h, v)


def _offset(model: Model, name: str) -> int:
    return 1 << (model.bits(name) - 1)


def _lane(offset: int) -> int:
    """`laneOf`: bits of any entry of a matrix with this offset."""
    return max(1, (2 * offset).bit_length())
