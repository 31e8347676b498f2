"""The length of a proof about a model with an MLP (mirror of `Transformer/Length/Mlp*.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length import ROW_OF_HEAD, tables_of_head
from pipeline.transformer.mlp.model import MlpModel, blocks

NEURON = 12
ROW_OF_PAIR = 40
LEVEL_OF_TOKEN = 12
TEST_OF_TOKEN = 10
LEFT_OF_NEURON = 16


def operations(checker: str, model: MlpModel, fields: Mapping[str, Value]) -> int:
    """Operations of a certificate with these fields."""
    by_checker = {"MlpQuartic": _quartic, "MlpCubic": _cubic}
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
    pairs = _pairs(model, fields)
    rows = sum(count * v * (ROW_OF_PAIR + (m + 3) * 2 * J) for m, count in enumerate(pairs))
    return _tables(model, fields) + rows + _tests(model, pairs)


def _cubic(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpCubic.operations`."""
    v, J = model.d_vocab, model.neurons.d_mlp
    pairs = _pairs(model, fields)
    own = v * (ROW_OF_PAIR + 4 * J)
    rows = sum(count * (own + (m + 1) * (4 * J + 3 * v)) for m, count in enumerate(pairs))
    return _tables(model, fields) + v * v * LEFT_OF_NEURON * J + rows + _tests(model, pairs)


def _pairs(model: MlpModel, fields: Mapping[str, Value]) -> list[int]:
    """Of each maximum: how many queries are counted with it."""
    levels, v = fields["levels"], model.d_vocab
    assert isinstance(levels, list)
    found = []
    for m in range(v):
        row = levels[m] if m < len(levels) else []
        assert isinstance(row, list)
        found.append(sum(1 for code in row[: m + 1] if code))
    return found


def _tables(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """Of each block of queries: the tables of all heads, and the rows of all maxima."""
    v, n, J = model.d_vocab, model.n_ctx - 1, model.neurons.d_mlp
    parts = fields["blocks"]
    assert isinstance(parts, list)
    heads = (1 + blocks(model)) * tables_of_head(model, fields)
    return len(parts) * (heads + v * (v + n + 2) * 4 * J * v)


def _tests(model: MlpModel, pairs: Sequence[int]) -> int:
    """The classes of all pairs."""
    v, n = model.d_vocab, model.n_ctx - 1
    token = LEVEL_OF_TOKEN + TEST_OF_TOKEN * v
    return sum(count * n * (TEST_OF_TOKEN * v + m * token) for m, count in enumerate(pairs))
