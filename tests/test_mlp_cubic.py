"""Cubic for one head and an MLP: whatever is counted is right, for all slopes and all signs of neurons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from pipeline.errors import MalformedInput
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp import quartic as search
from pipeline.transformer.mlp.cubic import MlpCubic
from pipeline.transformer.mlp.family import read_subject
from pipeline.transformer.mlp.length import operations
from pipeline.transformer.mlp.lost import lost
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic import MlpQuartic
from tests.lean_support import build
from tests.mlp_certificates import proved_right, require_all_slopes_sound, theorem
from tests.mlp_models import mlp_arrays, model_of
from tests.test_mlp import SOME

SPACE = "Compact.Certificates"
SIZES = [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (3, 4)]


@pytest.mark.parametrize(("n_ctx", "d_vocab"), SIZES)
def test_what_is_counted_is_right(n_ctx: int, d_vocab: int) -> None:
    proved = 0
    for seed in range(12):
        arrays = mlp_arrays(seed, n_ctx, d_vocab, 1, 1 + seed % 3, 0.1, SOME[seed % len(SOME)])
        proved += proved_right(MlpCubic(), model_of(arrays))
    assert proved > 12


@pytest.mark.parametrize("signs", [*product((-64, 0, 64), repeat=3)])
def test_dead_and_active_neurons(signs: tuple[int, int, int]) -> None:
    """Each neuron is dead (-64), as it comes (0), or always active (64)."""
    arrays = mlp_arrays(1 + sum(signs) % 7, 3, 3, 1, 3, 0.1)
    arrays["b_in"][:] = signs
    model = model_of(arrays)
    bound = proved_right(MlpCubic(), model)
    if 0 not in signs:  # nothing is left of any ReLU, but for rounding
        assert bound == MlpQuartic().search(model, lambda _: None).bound


@pytest.mark.parametrize("seed", range(4))
def test_all_slopes_are_sound(seed: int) -> None:
    require_all_slopes_sound(MlpCubic(), seed)


def undecided(seed: int) -> MlpModel:
    """A model whose neurons are active at some keys, and matter."""
    arrays = mlp_arrays(seed, 3, 4, 1, 3, 0.1)
    arrays["b_in"][:] = -1
    arrays["W_out"] *= 4
    return model_of(arrays)


@pytest.mark.parametrize("seed", range(6))
def test_no_more_than_quartic(seed: int) -> None:
    model = undecided(seed)
    quartic = MlpQuartic().search(model, lambda _: None)
    assert proved_right(MlpCubic(), model) <= quartic.bound


def test_it_is_shorter_than_quartic() -> None:
    model = read_subject(Path("examples/models/max_of_4_mlp.safetensors"))
    each = [
        operations(strategy.checker, model, strategy.search(model, lambda _: None).fields)
        for strategy in (MlpCubic(), MlpQuartic())
    ]
    assert each[0] < each[1]


def greedy(model: MlpModel) -> Mapping[str, Mapping[str, object]]:
    """A certificate that says what quartic proves."""
    quartic = MlpQuartic().search(model, lambda _: None).fields
    return {"greedy": {k: quartic[k] for k in ("slopes", "levels", "blocks", "bound")}}


def test_lean_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ROOM", 0)  # a part for each query
    model = undecided(1)
    own, other = (each().search(model, lambda _: None).bound for each in (MlpCubic, MlpQuartic))
    assert 0 < own < other  # so that what quartic proves must be refused
    name = "MlpCubic0"
    sources = {
        f"{SPACE}.{name}.Weights": render_weights(name, model),
        f"{SPACE}.{name}.Cubic": theorem(MlpCubic(), name, model, greedy),
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
