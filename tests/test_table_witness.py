"""The witnesses of the tables are what the Lean check of them expects."""

from __future__ import annotations

from dataclasses import fields

import pytest

from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.checker.offsets import offsets
from pipeline.transformer.checker.tables import tables
from pipeline.transformer.checker.witness import table_bits, table_witness
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.tiny_models import Arrays, noisy_arrays, random_arrays

MODELS = [random_arrays(0, 3, 4), random_arrays(1, 2, 2, 4.0), noisy_arrays(2, 4, 3, 1.0)]


def test_offsets_are_those_of_the_lean_circuits() -> None:
    sources = {}
    for number, arrays in enumerate(MODELS):
        model, name = model_of(arrays), f"Witness{number}"
        shifted = offsets(model)
        examples = "".join(
            f"example : Nat.beq (Circuits.of weights).{each.name}.off"
            f" (nat_lit {getattr(shifted, each.name)}) = true := by decide +kernel\n"
            for each in fields(shifted)
        )
        space = f"Compact.Certificates.{name}"
        sources[f"{space}.Weights"] = render_weights(name, model)
        sources[f"{space}.Checks"] = (
            f"prelude\nimport Compact.Transformer.Circuit.Compute\nimport {space}.Weights\n"
            f"namespace {space}\n{examples}end {space}\n"
        )
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


@pytest.mark.parametrize("arrays", MODELS)
def test_witnesses(arrays: Arrays) -> None:
    model = model_of(arrays)
    exact, shifted, width = circuits(model), offsets(model), 16
    params = Params(112, 4, max(0, lane_bits(exact, model.frac) - width), width)
    enclosure = enclose(exact, model.frac, params)
    found = table_witness(exact, enclosure)
    bits = table_bits(exact, shifted, model.frac, params, tables(enclosure), found.arg_bits)
    half, unit = 1 << (bits - 1), exact.score_den

    scores = (
        (exact.EQKE, shifted.EQKE, found.token_top, found.token_arg),
        (exact.EQKP, shifted.EQKP, found.pos_top, found.pos_arg),
    )
    for circuit, offset, tops, arguments in scores:
        assert abs(circuit).max() <= offset
        assert 2 * offset * exact.score_num << 8 * params.steps < half
        for row, top, args in zip(circuit.tolist(), tops, arguments, strict=True):
            assert row[top] == max(row)
            for score, arg in zip(row, args, strict=True):
                scaled = (row[top] - score) * exact.score_num << 8 * params.steps
                assert arg * unit <= scaled < (arg + 1) * unit
                assert arg < 1 << found.arg_bits
    assert unit << found.arg_bits <= half

    logits = (
        (exact.EVOU, shifted.EVOU, found.token_least, 0),
        (exact.PVOU, shifted.PVOU, found.pos_least, 0),
        (exact.EU, shifted.EU, found.direct_least, 2 * model.frac),
    )
    for circuit, offset, leasts, raised in logits:
        assert abs(circuit).max() <= offset
        assert 2 * offset << raised < 1 << (bits - 1)
        for row, least in zip(circuit.tolist(), leasts, strict=True):
            assert row[least] == min(row)
    assert params.shift + params.width < bits
    assert len(found.pos_row) == len(found.pos_least) == model.n_ctx
