"""Quartic for several heads and an MLP: whatever is counted is right, for all slopes, shares and signs of neurons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import MalformedInput
from pipeline.transformer.heads.quartic import LOST
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp import quartic as search
from pipeline.transformer.mlp.family import MLP
from pipeline.transformer.mlp.heads_quartic import MlpHeadsQuartic
from tests.lean_support import build
from tests.mlp_certificates import accepted, counted, forgeries, proved_right, theorem
from tests.mlp_models import mlp_arrays, model_of
from tests.test_mlp import SOME, right_inputs

SPACE = "Compact.Certificates"
EACH, TOGETHER = -1, 1


@pytest.mark.parametrize("lost", [EACH, LOST, TOGETHER])
@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(2, 2), (2, 3), (3, 2), (3, 3)])
def test_what_is_counted_is_right(
    n_ctx: int, d_vocab: int, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOST", lost)
    proved = 0
    for seed in range(8):
        arrays = mlp_arrays(seed, n_ctx, d_vocab, 2, 1 + seed % 3, 0.1, SOME[seed % len(SOME)])
        proved += proved_right(MlpHeadsQuartic(), model_of(arrays))
    assert proved > 4


def test_one_head_and_three() -> None:
    proved = [
        sum(
            proved_right(MlpHeadsQuartic(), model_of(mlp_arrays(seed, 2, 3, heads, 2, 0.05)))
            for seed in range(4)
        )
        for heads in (1, 3)
    ]
    assert min(proved) > 0


@pytest.mark.parametrize("seed", range(3))
def test_all_slopes_and_shares_are_sound(seed: int) -> None:
    """Whichever slopes and shares a certificate names, what is counted with them is right."""
    model = model_of(mlp_arrays(seed, 2, 3, 2, 3, 0.1))
    honest = MlpHeadsQuartic().search(model, lambda _: None).fields
    blocks, lane = honest["blocks"], honest["lane"]
    assert isinstance(blocks, list)
    assert isinstance(lane, int)
    nothing = [[block[0], 0] for block in blocks if isinstance(block, list)]
    right, random = right_inputs(model, -1e-9), np.random.default_rng(seed)
    for slopes in range(8):

        def some(size: int) -> list[list[int]]:
            rows = random.integers(0, size, (3, 5))
            return [[sum(int(e) << lane * p for p, e in enumerate(row))] for row in rows]

        for size in (2, 1 << 12, 1 << 20):
            changed = {**honest, "slopes": [slopes] * 3, "blocks": nothing, "bound": 0}
            changed |= {"above": some(size), "below": some(size)}
            assert counted(MlpHeadsQuartic(), model, changed) <= right


def test_forgeries() -> None:
    models = [model_of(mlp_arrays(seed, 2, 3, 2, 3, 0.05)) for seed in range(6)]
    strategy = MlpHeadsQuartic()
    model = max(models, key=lambda each: strategy.search(each, lambda _: None).bound)
    honest = strategy.search(model, lambda _: None).fields
    assert accepted(strategy, model, honest)
    levels = honest["levels"]
    assert isinstance(levels, list)
    wide = [[1 << 90] for _ in levels]
    own: dict[str, dict[str, object]] = {
        "heads": {"heads": 1},
        "levelBits": {"levelBits": 5},
        "shares": {"shares": [[0] * len(row) for row in levels if isinstance(row, list)]},
        "above": {"above": wide, "below": wide},
    }
    for name, change in {**forgeries(honest), **own}.items():
        assert not accepted(strategy, model, {**honest, **change}), name


def test_lean_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [model_of(mlp_arrays(seed, 2, 3, 2, 3, 0.05)) for seed in range(6)]
    strategy = MlpHeadsQuartic()
    model = max(models, key=lambda each: strategy.search(each, lambda _: None).bound)
    monkeypatch.setattr(search, "LOST", EACH)
    sources = {
        f"{SPACE}.MlpHeads0.Weights": render_weights("MlpHeads0", model),
        f"{SPACE}.MlpHeads0.Quartic": theorem(strategy, "MlpHeads0", model),
    }
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_what_it_is_not_about() -> None:
    with pytest.raises(MalformedInput, match="at most 4 heads"):
        MlpHeadsQuartic().search(model_of(mlp_arrays(0, 2, 3, 5, 2)), lambda _: None)
    with pytest.raises(MalformedInput, match="the largest token"):
        MlpHeadsQuartic().search(
            replace(model_of(mlp_arrays(0, 2, 3, 2, 2)), task="min"), lambda _: None
        )


def test_what_is_meant() -> None:
    several = model_of(mlp_arrays(0, 5, 8, 2, 2))
    assert MLP.default(several) == "quartic-by-head"
    assert MLP.meant(several, "quartic") == "quartic-by-head"
    assert MLP.meant(model_of(mlp_arrays(0, 2, 3, 1, 2)), "quartic") == "quartic"
