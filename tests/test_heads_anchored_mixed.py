"""The first and the last token, mixed: no less than cubic, and right whichever way tokens are counted."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from pipeline.recheck.heads import anchored_mixed
from pipeline.transformer.heads.anchored_mixed import MIXED_FIRST, MIXED_LAST
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights
from tests.heads_module import SPACE, changed, module, require_accepted
from tests.heads_second import accepted_by, counted_by
from tests.test_heads import listed
from tests.test_heads_anchored import TASKS, tiny
from tests.test_heads_anchored_cubic import CUBIC
from tests.test_heads_anchored_cubic import forgeries as of_cubic
from tests.test_heads_lifts import right

MIXED = {"last": MIXED_LAST, "first": MIXED_FIRST}
COUNTED = {
    "last": counted_by(anchored_mixed.count_last, "last"),
    "first": counted_by(anchored_mixed.count_first, "first"),
}
ACCEPTED = {task: accepted_by(count) for task, count in COUNTED.items()}


@pytest.mark.parametrize("task", TASKS)
def test_what_is_counted_is_right(task: str) -> None:
    more = 0
    for seed in range(1, 6, 2):
        model = tiny(task, seed, 1 + seed % 3, n_ctx=4, noise=0.05 + 0.05 * seed)
        found = MIXED[task].search(model, lambda _: None)
        second = COUNTED[task](model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right(model)
        cubic = CUBIC[task].search(model, lambda _: None).bound
        assert found.bound >= cubic
        more += found.bound > cubic
    assert more


@pytest.mark.parametrize("task", TASKS)
def test_whatever_levels_say(task: str) -> None:
    random, v = Random(0), 4
    model = tiny(task, 1, 2, noise=0.2)
    honest, truth = MIXED[task].search(model, lambda _: None).fields, right(model)
    for few in (1, 3, 48):
        levels = [
            [random.choice((0, 1 + sum(random.randrange(few) << 6 * y for y in range(v))))] * v
            for _ in range(v)
        ]
        found = COUNTED[task](model, {**honest, "tokenLevels": levels, "bound": 0})
        assert listed(found) <= truth


def forgeries(fields: Mapping[str, object]) -> list[dict[str, object]]:
    """Certificates that must be refused."""
    levels = fields["tokenLevels"]
    assert isinstance(levels, list)
    lost: tuple[dict[str, object], ...] = (
        {"lane": 1},
        {"levels": []},
        {"levels": [49]},
        {"lane": 24},
    )
    return [
        *(each for each in of_cubic(fields) if each not in lost),
        {"lane": 1},
        {"tokenLevels": [[1 << 300 for _ in row] for row in levels]},
        {"levelBits": 200, "tokenLevels": [[1 << 60 for _ in row] for row in levels]},
    ]


def theorem(task: str, name: str, model: HeadsModel) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy = MIXED[task]
    found = strategy.search(model, lambda _: None)
    levels, checks = found.fields["tokenLevels"], list[str]()
    assert isinstance(levels, list)
    ways = {bool(each) for row in levels if isinstance(row, list) for each in row}
    assert ways == {False, True}, "neither way alone"
    for change in forgeries(found.fields):
        if not ACCEPTED[task](model, {**found.fields, **change}):
            checks.append(changed(strategy, change))
    assert len(checks) > 12
    assert ACCEPTED[task](model, found.fields)
    return module(name, model, strategy, found, checks)


@pytest.mark.parametrize("task", TASKS)
def test_lean_counts_the_same(task: str) -> None:
    model, name = tiny(task, 1, 2, n_ctx=4, noise=0.1), "TokenMixed"
    sources = {f"{SPACE}.{name}.Weights": render_weights(name, model)}
    sources[f"{SPACE}.{name}.Mixed{task.capitalize()}"] = theorem(task, name, model)
    require_accepted(sources)


def test_the_task_chooses_the_checker() -> None:
    for task in TASKS:
        model = tiny(task, 0, 1)
        assert HEADS.to_claim("accuracy", "mixed", model).name == MIXED[task].name
