"""The length of a proof about a model with an MLP (mirror of `Transformer/Length/Mlp*.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length import ROW_OF_HEAD, tables_of_head
from pipeline.transformer.mlp.model import MlpModel, blocks

NEURON = 12
ROW_OF_PAIR = 40
LEVEL_OF_TOKEN = 12
ROW_OF_TEST = 5
TEST_OF_TOKEN = 4
CLASS_OF_PAIR = 10
LEFT_OF_NEURON = 16


def operations(checker: str, model: MlpModel, fields: Mapping[str, Value]) -> int:
    """Operations of a certificate with these fields."""
    by_checker = {"MlpQuartic": _quartic, "MlpCubic": _cubic, "MlpHeads": _heads}
    return by_checker.get(checker, _brute_force)(model, fields)


def _brute_force(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpBruteForce.operations`."""
    v, p, heads, d_mlp = model.d_vocab, model.n_ctx, len(model.heads), model.neurons.d_mlp
    all_heads = heads * (1 + blocks(model))
    once = all_heads * (tables_of_head(model, fields) + v * p * v * (6 + 2 * v))
    once += d_mlp * v * model.d_model
    inputs: int = v**p
    each = all_heads * (p * (v + 4) + 2 * ROW_OF_HEAD * v) + d_mlp * (v + NEURON) + 8 * v + p
    return once + inputs * each


def _quartic(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpQuartic.operations`."""
    v, J = model.d_vocab, model.neurons.d_mlp
    rows = sum(
        v * (ROW_OF_PAIR + (m + 3) * 2 * J) + m * ROW_OF_TEST * v + _classes(model, m, code)
        for m, code in _pairs(model, fields)
    )
    return _tables(model, fields) + rows


def _cubic(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpCubic.operations`."""
    v, J = model.d_vocab, model.neurons.d_mlp
    rows = sum(
        v * (ROW_OF_PAIR + 4 * J)
        + (m + 1) * (4 * J + 3 * v)
        + m * ROW_OF_TEST * v
        + _classes(model, m, code)
        for m, code in _pairs(model, fields)
    )
    return _tables(model, fields) + v * v * LEFT_OF_NEURON * J + rows


def _heads(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpHeads.operations`."""
    v, J, heads = model.d_vocab, model.neurons.d_mlp, len(model.heads)
    rows = sum(
        v * (ROW_OF_PAIR + (m + 3) * 2 * J)
        + (m + 1) * LEFT_OF_NEURON * J
        + m * ROW_OF_TEST * v
        + _classes(model, m, code)
        for m, code in _pairs(model, fields)
    )
    return heads * (_tables(model, fields) + rows)


def _tables(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """Of each block of queries: the tables of all heads, and the rows of all maxima."""
    v, n, J = model.d_vocab, model.n_ctx - 1, model.neurons.d_mlp
    parts = fields["blocks"]
    assert isinstance(parts, list)
    heads = (1 + blocks(model)) * tables_of_head(model, fields)
    return len(parts) * (heads + v * (v + n + 2) * 4 * J * v)


def _pairs(model: MlpModel, fields: Mapping[str, Value]) -> Iterator[tuple[int, int]]:
    """The maximum of each pair that is counted, and its code, less one."""
    levels = fields["levels"]
    assert isinstance(levels, list)
    for m, row in enumerate(levels[: model.d_vocab]):
        assert isinstance(row, list)
        for code in row[: m + 1]:
            assert isinstance(code, int)
            if code:
                yield m, code - 1


def _classes(model: MlpModel, m: int, code: int) -> int:
    """The classes of a pair: all, or one that decides for all."""
    v, tested = model.d_vocab, 1 if code % 2 else model.n_ctx - 1
    return tested * (CLASS_OF_PAIR * v + m * (LEVEL_OF_TOKEN + TEST_OF_TOKEN * v))
