"""Cubic for one head and an MLP: whatever is counted is right, for all slopes and all signs of neurons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from pipeline.emit.theorem import render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.mlp import cubic
from pipeline.recheck.mlp.family import MLP as SECOND
from pipeline.recheck.mlp.lean_weights import read_weights
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp import quartic as search
from pipeline.transformer.mlp.cubic import MlpCubic
from pipeline.transformer.mlp.family import form_of, read_subject
from pipeline.transformer.mlp.length import operations
from pipeline.transformer.mlp.lost import lost
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic import MlpQuartic
from tests.lean_support import build, with_examples
from tests.mlp_models import mlp_arrays, model_of
from tests.test_mlp import SOME, right_inputs

SPACE = "Compact.Certificates"
SIZES = [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (3, 4)]


def counted(model: MlpModel, fields: Mapping[str, object]) -> set[tuple[int, ...]]:
    """The inputs that the second checker counts."""
    _, weights = read_weights(render_weights("Tiny", model).encode())
    found = cubic.count(weights, Certificate(dict(fields)))  # type: ignore[arg-type]
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) >= found.number
    return set(every)


@pytest.mark.parametrize(("n_ctx", "d_vocab"), SIZES)
def test_what_is_counted_is_right(n_ctx: int, d_vocab: int) -> None:
    proved = 0
    for seed in range(12):
        arrays = mlp_arrays(seed, n_ctx, d_vocab, 1, 1 + seed % 3, 0.1, SOME[seed % len(SOME)])
        model = model_of(arrays)
        found = MlpCubic().search(model, lambda _: None)
        second = counted(model, found.fields)
        assert len(second) == found.bound
        assert second <= right_inputs(model, -1e-9)
        proved += found.bound
    assert proved > 12


@pytest.mark.parametrize("signs", [*product((-64, 0, 64), repeat=3)])
def test_dead_and_active_neurons(signs: tuple[int, int, int]) -> None:
    """Each neuron is dead (-64), as it comes (0), or always active (64)."""
    arrays = mlp_arrays(1 + sum(signs) % 7, 3, 3, 1, 3, 0.1)
    arrays["b_in"][:] = signs
    model = model_of(arrays)
    found = MlpCubic().search(model, lambda _: None)
    second = counted(model, found.fields)
    assert len(second) == found.bound
    assert second <= right_inputs(model, -1e-9)
    if 0 not in signs:  # nothing is left of any ReLU, but for rounding
        assert found.bound == MlpQuartic().search(model, lambda _: None).bound


@pytest.mark.parametrize("seed", range(4))
def test_all_slopes_are_sound(seed: int) -> None:
    model = model_of(mlp_arrays(seed, 2, 3, 1, 3, 0.1))
    honest = MlpCubic().search(model, lambda _: None).fields
    right, counts = right_inputs(model, -1e-9), set[int]()
    blocks = honest["blocks"]
    assert isinstance(blocks, list)
    nothing = [[block[0], 0] for block in blocks if isinstance(block, list)]
    for slopes in range(8):
        found = counted(model, {**honest, "slopes": [slopes] * 3, "blocks": nothing, "bound": 0})
        assert found <= right
        counts.add(len(found))
    assert counts


def undecided(seed: int) -> MlpModel:
    """A model whose neurons are active at some keys, and matter."""
    arrays = mlp_arrays(seed, 3, 4, 1, 3, 0.1)
    arrays["b_in"][:] = -1
    arrays["W_out"] *= 4
    return model_of(arrays)


@pytest.mark.parametrize("seed", range(6))
def test_no_more_than_quartic(seed: int) -> None:
    model = undecided(seed)
    found = MlpCubic().search(model, lambda _: None)
    assert found.bound <= MlpQuartic().search(model, lambda _: None).bound
    assert counted(model, found.fields) <= right_inputs(model, -1e-9)


def test_it_is_shorter_than_quartic() -> None:
    model = read_subject(Path("examples/models/max_of_4_mlp.safetensors"))
    each = [
        operations(strategy.checker, model, strategy.search(model, lambda _: None).fields)
        for strategy in (MlpCubic(), MlpQuartic())
    ]
    assert each[0] < each[1]


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Certificates that must be refused."""
    bound, blocks, token, levels = (fields[k] for k in ("bound", "blocks", "tokenArg", "levels"))
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    assert isinstance(token, list)
    assert isinstance(levels, list)
    (size, count), *rest = blocks
    return {
        "bound": {"bound": bound + 1},
        "block": {"blocks": [[size, count + 1], *rest], "bound": bound + 1},
        "queries": {"blocks": [*blocks, [1, 1]], "bound": bound + 1},
        "twice": {"blocks": [*blocks, *blocks], "bound": 2 * bound},
        "cells": {"cellBits": 8},
        "small": {"small": 3},
        "cut": {"cut": 4},
        "lane": {"lane": 30},
        "scores": {"tokenArg": [token[0] + 1, *token[1:]]},
        "none": {"levels": [[0] * len(row) for row in levels]},
        "levels": {"levels": [[2**40 - 1 if code else 0 for code in row] for row in levels]},
        "neighbour": {"mass": [0] * len(token)},
    }


def accepted(model: MlpModel, fields: Mapping[str, object]) -> bool:
    """What the second checker says of a certificate."""
    bound, blocks = fields["bound"], fields["blocks"]
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    try:
        counted(model, fields)
    except (Refused, BeyondLimits):
        return False
    return bool(bound <= sum(count for _, count in blocks))


def theorem(name: str, model: MlpModel) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy = MlpCubic()
    found = strategy.search(model, lambda _: None)
    assert found.bound
    assert accepted(model, found.fields)
    checks = []
    for what, change in forgeries(found.fields).items():
        assert not accepted(model, {**found.fields, **change}), what
        with_ = ", ".join(f"{k} := {render_value(v)}" for k, v in change.items())  # type: ignore[arg-type]
        checks.append(f"MlpCubic.check weights {{ cubic with {with_} }} = false")
    checks.append("MlpCubic.check { weights with mlp := none } cubic = false")
    checks.append(
        "MlpCubic.check { weights with heads := weights.heads ++ weights.heads } cubic = false"
    )
    quartic = MlpQuartic().search(model, lambda _: None).fields
    greedy = {k: quartic[k] for k in ("slopes", "levels", "blocks", "bound")}
    assert not accepted(model, {**found.fields, **greedy})
    with_ = ", ".join(f"{k} := {render_value(v)}" for k, v in greedy.items())
    checks.append(f"MlpCubic.check weights {{ cubic with {with_} }} = false")
    length = operations(strategy.checker, model, found.fields)
    checks.append(f"Nat.beq (MlpCubic.operations weights cubic) (nat_lit {length}) = true")
    text = render_theorem(
        form_of(model, strategy.name), name, strategy.name, found.bound, found.fields, strategy.checker,
        strategy.joints(found.fields),
    )  # fmt: skip
    assert read_theorem(text.encode(), SECOND).claimed == found.bound
    return with_examples(text, checks, "Compact.Transformer.Length.MlpCubic")


def test_lean_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ROOM", 0)  # a part for each query
    model = undecided(1)
    own, other = (each().search(model, lambda _: None).bound for each in (MlpCubic, MlpQuartic))
    assert 0 < own < other  # so that what quartic proves must be refused
    name = "MlpCubic0"
    sources = {
        f"{SPACE}.{name}.Weights": render_weights(name, model),
        f"{SPACE}.{name}.Cubic": theorem(name, model),
    }
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_what_it_is_not_about() -> None:
    with pytest.raises(MalformedInput, match="cubic of a model with an MLP is about one head"):
        MlpCubic().search(model_of(mlp_arrays(0, 2, 3, 2, 2)), lambda _: None)
    with pytest.raises(MalformedInput, match="cubic proves answers with the largest token"):
        MlpCubic().search(replace(model_of(mlp_arrays(0, 2, 3, 1, 2)), task="min"), lambda _: None)


def test_neurons_that_cost_most() -> None:
    found = [lost(undecided(1), each, lambda _: None) for each in (MlpCubic(), MlpQuartic())]
    assert found[0].bound == MlpCubic().search(undecided(1), lambda _: None).bound < found[1].bound
    for each in zip(*(one.logits for one in found), strict=True):
        assert each[0] >= each[1] - 1e-9 >= -1e-9  # a neuron costs its largest coefficient
    assert found[0].without[0][1] >= found[0].bound
