"""The length of the circuits of a model (mirror of `Length.circuits` in `Transformer/Length/Tables.lean`)."""

from __future__ import annotations

from pipeline.model import Model
from pipeline.transformer.length.basic import beside, joined, packed_product, right


def circuits(model: Model, scores: int, logits: int) -> int:
    """`joinedCircuits`, with lanes of so many bits for scores and for logits."""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    queries = _lane(d * (_offset(model, "W_E") + _offset(model, "W_pos")) * _offset(model, "W_Q"))
    total = right(queries, h, d) + packed_product(queries, v + 1, d, h)
    total += _scored(model, scores, v) + _scored(model, scores, model.n_ctx)
    return total + logit_circuits(model, logits)


def logit_circuits(model: Model, bits: int) -> int:
    """`joinedLogits`"""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    outputs = right(bits, v, d) + packed_product(bits, h, d, v) + beside(bits, v, h)
    rows = _valued(model, bits, "W_E", v) + _valued(model, bits, "W_pos", model.n_ctx)
    return outputs + rows + packed_product(bits, v + 1, d, v)


def common_circuits(model: Model, scores: int, logits: int) -> int:
    """What circuits of heads have in common: embeddings and `W_U` as second factors, and the direct path."""
    v, d = model.d_vocab, model.d_model
    factors = right(scores, v, d) + right(scores, model.n_ctx, d) + right(logits, v, d)
    return factors + packed_product(logits, v + 1, d, v)


def _scored(model: Model, bits: int, r: int) -> int:
    """Keys of `r` rows, and the scores of all queries."""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    keys = h * joined(model.bits("W_K"), d) + right(bits, r, d)
    return keys + packed_product(bits, h, d, r) + beside(bits, r, h) + packed_product(bits, v, h, r)


def _valued(model: Model, bits: int, name: str, r: int) -> int:
    """Values of the rows of a tensor, and logits."""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    lane = _lane(d * _offset(model, name) * _offset(model, "W_V"))
    return right(lane, h, d) + packed_product(lane, r, d, h) + packed_product(bits, r, h, v)


def _offset(model: Model, name: str) -> int:
    return 1 << (model.bits(name) - 1)


def _lane(offset: int) -> int:
    """`laneOf`: bits of any entry of a matrix with this offset."""
    return max(1, (2 * offset).bit_length())
