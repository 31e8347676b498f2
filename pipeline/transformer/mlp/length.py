"""The length of a proof about a model with an MLP (mirror of `Transformer/Length/MlpBruteForce.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length import ROW_OF_HEAD, tables_of_head
from pipeline.transformer.mlp.model import MlpModel, blocks

NEURON = 12
ROW_OF_PAIR = 40
LEVEL_OF_TOKEN = 12
ROW_OF_TEST = 5
TEST_OF_TOKEN = 4
CLASS_OF_PAIR = 10


def operations(checker: str, model: MlpModel, fields: Mapping[str, Value]) -> int:
    """Operations of a certificate with these fields."""
    return _quartic(model, fields) if checker == "MlpQuartic" else _brute_force(model, fields)


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
    v, n, J = model.d_vocab, model.n_ctx - 1, model.neurons.d_mlp
    levels, parts = fields["levels"], fields["blocks"]
    assert isinstance(levels, list)
    assert isinstance(parts, list)
    total = len(parts) * (
        (1 + blocks(model)) * tables_of_head(model, fields) + v * (v + n + 2) * 4 * J * v
    )
    for m in range(v):
        row = levels[m] if m < len(levels) else []
        assert isinstance(row, list)
        for code in row[: m + 1]:
            assert isinstance(code, int)
            if code:
                tested = 1 if (code - 1) % 2 else n
                total += v * (ROW_OF_PAIR + (m + 3) * 2 * J) + m * ROW_OF_TEST * v
                total += tested * (CLASS_OF_PAIR * v + m * (LEVEL_OF_TOKEN + TEST_OF_TOKEN * v))
    return total
