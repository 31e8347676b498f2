"""The length of the circuits of a model (mirror of `Length.circuits` in `Transformer/Length/Tables.lean`)."""

from __future__ import annotations

from pipeline.model import Model
from pipeline.numbers.words import joined
from pipeline.transformer.length.basic import beside, packed_product, right


def circuits(model: Model, scores: int, logits: int) -> int:
    """`joinedCircuits`, with lanes of so many bits for scores and for logits."""
    v, p, h = model.d_vocab, model.n_ctx, model.d_head
    keys = sum(key_circuits(model, scores, r) + packed_product(scores, v, h, r) for r in (v, p))
    return query_circuits(model) + keys + logit_circuits(model, logits)


def query_circuits(model: Model) -> int:
    """`joinedQuery`"""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    lane = _lane(d * (_offset(model, "W_E") + _offset(model, "W_pos")) * _offset(model, "W_Q"))
    return right(lane, h, d) + packed_product(lane, v + 1, d, h)


def key_circuits(model: Model, bits: int, r: int) -> int:
    """`joinedKey`: the keys of `r` rows."""
    d, h = model.d_model, model.d_head
    keys = h * joined(model.bits("W_K"), d) + right(bits, r, d)
    return keys + packed_product(bits, h, d, r) + beside(bits, r, h)


def logit_rows(model: Model, bits: int) -> int:
    """`logitsAs`: the logits of tokens and positions."""
    v, d, h = model.d_vocab, model.d_model, model.d_head
    outputs = right(bits, v, d) + packed_product(bits, h, d, v) + beside(bits, v, h)
    return outputs + _valued(model, bits, "W_E", v) + _valued(model, bits, "W_pos", model.n_ctx)


def logit_circuits(model: Model, bits: int) -> int:
    """`joinedLogits`"""
    v, d = model.d_vocab, model.d_model
    return logit_rows(model, bits) + packed_product(bits, v + 1, d, v)


def common_circuits(model: Model, scores: int, logits: int) -> int:
    """What circuits of heads have in common: embeddings and `W_U` as second factors, and the direct path."""
    v, d = model.d_vocab, model.d_model
    factors = right(scores, v, d) + right(scores, model.n_ctx, d) + right(logits, v, d)
    return factors + packed_product(logits, v + 1, d, v)


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
