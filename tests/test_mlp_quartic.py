"""Quartic for one head and an MLP: whatever is counted is right, for all slopes and all signs of neurons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import MalformedInput
from pipeline.proof.choice import BUDGET, choose
from pipeline.transformer.heads.quartic import LOST
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp import quartic as search
from pipeline.transformer.mlp.family import MLP
from pipeline.transformer.mlp.lost import lost
from pipeline.transformer.mlp.quartic import MlpQuartic, blocks_of
from tests.lean_support import build
from tests.mlp_certificates import counted, proved_right, require_all_slopes_sound, theorem
from tests.mlp_models import mlp_arrays, model_of
from tests.test_mlp import SOME, right_inputs

SPACE = "Compact.Certificates"


EACH, TOGETHER = -1, 1
"""Values of `LOST` with which every class has levels of its own, and with which one decides for all."""


@pytest.mark.parametrize("lost", [EACH, LOST, TOGETHER])
@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (3, 4)])
def test_what_is_counted_is_right(
    n_ctx: int, d_vocab: int, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOST", lost)
    proved = 0
    for seed in range(12):
        arrays = mlp_arrays(seed, n_ctx, d_vocab, 1, 1 + seed % 3, 0.1, SOME[seed % len(SOME)])
        proved += proved_right(MlpQuartic(), model_of(arrays))
    assert proved > 12


@pytest.mark.parametrize("seed", range(4))
def test_all_slopes_are_sound(seed: int) -> None:
    require_all_slopes_sound(MlpQuartic(), seed)


@pytest.mark.parametrize("lost", [EACH, TOGETHER])
@pytest.mark.parametrize("seed", range(4))
def test_levels_read_the_other_way_are_sound(
    seed: int, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of one class where they are those of each, or the other way round."""
    monkeypatch.setattr(search, "LOST", lost)
    model = model_of(mlp_arrays(seed, 3, 4, 1, 3, 0.05))
    honest = MlpQuartic().search(model, lambda _: None).fields
    levels, blocks = honest["levels"], honest["blocks"]
    assert isinstance(levels, list)
    assert isinstance(blocks, list)
    other = [
        [1 + (code - 1 ^ 1) if code else 0 for code in row]
        for row in levels
        if isinstance(row, list)
    ]
    nothing = [[block[0], 0] for block in blocks if isinstance(block, list)]
    found = counted(MlpQuartic(), model, {**honest, "levels": other, "blocks": nothing, "bound": 0})
    assert found <= right_inputs(model, -1e-9)
    assert found


def test_lean_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ROOM", 0)  # a part for each query
    models = [model_of(mlp_arrays(seed, 3, 4, 1, 3, 0.05)) for seed in range(8)]
    model = max(models, key=lambda each: MlpQuartic().search(each, lambda _: None).bound)
    sources = {}
    for name, bound in ("MlpQuartic0", EACH), ("MlpQuartic1", TOGETHER):
        monkeypatch.setattr(search, "LOST", bound)
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.Quartic"] = theorem(MlpQuartic(), name, model)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_what_it_is_not_about() -> None:
    model = model_of(mlp_arrays(0, 2, 3, 2, 2))
    with pytest.raises(MalformedInput, match="one head"):
        MlpQuartic().search(model, lambda _: None)
    with pytest.raises(MalformedInput, match="the largest token"):
        MlpQuartic().search(
            replace(model_of(mlp_arrays(0, 2, 3, 1, 2)), task="min"), lambda _: None
        )


def test_what_is_taken_if_nothing_is_asked_for() -> None:
    assert MLP.default(model_of(mlp_arrays(0, 2, 3, 1, 2))) == "quartic"
    assert MLP.default(model_of(mlp_arrays(0, 2, 3, 2, 2))) == "brute-force"
    assert MLP.default(model_of(mlp_arrays(0, 5, 8, 2, 2))) == "quartic-by-head"
    with pytest.raises(MalformedInput, match="5 heads and task max beyond 16,384 inputs"):
        MLP.default(model_of(mlp_arrays(0, 5, 8, 5, 2)))


def test_nothing_is_for_this_model() -> None:
    model = model_of(mlp_arrays(0, 5, 8, 5, 2))
    with pytest.raises(
        MalformedInput, match=r"about one head, not 5; .*brute-force: .* at most 16,384"
    ):
        choose(MLP, model, BUDGET, lambda _: None, 60.0, lambda _: None)


def test_neurons_that_cost_most() -> None:
    model = model_of(mlp_arrays(3, 3, 4, 1, 3, 0.1))
    found = lost(model, MlpQuartic(), lambda _: None)
    assert found.bound == MlpQuartic().search(model, lambda _: None).bound
    assert all(each >= 0 for each in found.logits)
    assert found.logits[found.worst[0]] == max(found.logits) > 0
    assert all(bound >= found.bound for _, bound in found.without)
    assert [k for k, _ in found.without] == [1]
    # A neuron that is dead, or active at every key, is what its slope says but for what rounding may cost.
    assert max(found.logits[:2]) < found.logits[2] / 1000


def test_blocks_hold_all_queries() -> None:
    counts, cell = [5, 0, 7, 11], 1000
    sizes = [10 * cell, 9 * cell, 7 * cell, 4 * cell]
    """Of each query: a row for each token up to each maximum."""
    assert blocks_of(counts, cell, sum(sizes)) == [[4, 23]]
    assert blocks_of(counts, cell, sum(sizes) - 1) == [[3, 12], [1, 11]]
    assert blocks_of(counts, cell, sizes[0] + sizes[1]) == [[2, 5], [2, 18]]
    assert blocks_of(counts, cell, 0) == [[1, 5], [1, 0], [1, 7], [1, 11]]
    # What a block takes once, for its first query's tokens.
    once = sum(range(1, 5))
    assert blocks_of(counts, cell, sum(sizes) + once, row=1) == [[4, 23]]
    assert blocks_of(counts, cell, sum(sizes) + once - 1, row=1) == [[3, 12], [1, 11]]
