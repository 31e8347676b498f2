"""The length of a proof about a model with an MLP (mirror of `Transformer/Length/MlpBruteForce.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length import ROW_OF_HEAD, tables_of_head
from pipeline.transformer.mlp.model import MlpModel, blocks

NEURON = 12


def operations(checker: str, model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpBruteForce.operations` of a certificate with these fields."""
    assert checker == "MlpBruteForce"
    v, p, heads, d_mlp = model.d_vocab, model.n_ctx, len(model.heads), model.neurons.d_mlp
    all_heads = heads * (1 + blocks(model))
    once = all_heads * (tables_of_head(model, fields) + v * p * v * (6 + 2 * v))
    once += d_mlp * v * model.d_model
    inputs: int = v**p
    each = all_heads * (p * (v + 4) + 2 * ROW_OF_HEAD * v) + d_mlp * (v + NEURON) + 8 * v + p
    return once + inputs * each
