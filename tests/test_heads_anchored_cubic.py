"""The first and the last token, cubic: what is counted is right, input by input, whatever a certificate says."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from pipeline.recheck.heads import anchored_cubic
from pipeline.transformer.heads.anchored_cubic import CUBIC_FIRST, CUBIC_LAST, MANY_LEVELS
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.first import HeadsFirst
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.quartic import PARTS
from pipeline.transformer.heads.weights import render_weights
from tests.heads_models import BIASES
from tests.heads_module import SPACE, changed, module, require_accepted
from tests.heads_second import accepted_by, counted_by
from tests.test_heads import EACH, listed
from tests.test_heads_anchored import QUARTIC, TASKS, tiny
from tests.test_heads_lifts import right

CUBIC = {"last": CUBIC_LAST, "first": CUBIC_FIRST}
COUNTED = {
    "last": counted_by(anchored_cubic.count_last, "last"),
    "first": counted_by(anchored_cubic.count_first, "first"),
}
ACCEPTED = {task: accepted_by(count) for task, count in COUNTED.items()}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("n_ctx", "d_vocab", "heads"), EACH)
def test_what_is_counted_is_right(task: str, n_ctx: int, d_vocab: int, heads: int) -> None:
    bounds = []
    kinds = [((), 0.1), (("b_Q", "b_U"), 0.2), (("b_K", "b_V", "b_O"), 0.4), (BIASES, 0.6)]
    for seed, (biases, noise) in enumerate(kinds):
        model = tiny(task, seed, heads, n_ctx, d_vocab, noise, biases)
        found = CUBIC[task].search(model, lambda _: None)
        second = COUNTED[task](model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right(model)
        bounds.append(found.bound)
    assert max(bounds) > 0


@pytest.mark.parametrize("task", TASKS)
def test_it_lies_between_boxes_and_quartic(task: str) -> None:
    """Leads are minimised over outputs path by path, so quartic counts more; boxes divide what can be spared evenly."""
    more = 0
    for seed in range(1, 6, 2):
        model = tiny(task, seed, 1 + seed % 3, n_ctx=4, noise=0.05 + 0.05 * seed)
        found = CUBIC[task].search(model, lambda _: None).bound
        assert found <= QUARTIC[task].search(model, lambda _: None).bound
        if task == "first":
            boxes = HeadsFirst().search(model, lambda _: None).bound
            assert found >= boxes
            more += found > boxes
    assert more or task == "last"


def test_one_position_is_enough_for_the_last_token() -> None:
    model = tiny("last", 0, 2, n_ctx=1)
    found = CUBIC_LAST.search(model, lambda _: None)
    assert listed(COUNTED["last"](model, found.fields)) <= right(model)
    assert found.bound > 0


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_leads_shares_and_levels_say(task: str, seed: int) -> None:
    random, heads, v = Random(seed), 1 + seed % 3, 4
    model = tiny(task, seed, heads, noise=0.2)
    honest, truth, verdicts = CUBIC[task].search(model, lambda _: None).fields, right(model), set()
    leads = honest["leads"]
    assert isinstance(leads, list)
    for parts in (1, 7, PARTS):
        lower = [[lead & random.getrandbits(24 * v) for lead in row] for row in leads]  # type: ignore[union-attr]
        shares = [[random.getrandbits(4 * heads) | 1 for _ in range(v)] for _ in range(v)]
        levels = [random.randint(0, parts + 1) for _ in range(5)]
        for change in ({"leads": lower}, {"shareBits": 4, "shares": shares}, {"levels": levels}):
            found = COUNTED[task](model, {**honest, "parts": parts, **change, "bound": 0})
            assert listed(found) <= truth
            verdicts.add(found.number)
    assert len(verdicts) > 1


def forgeries(fields: Mapping[str, object]) -> list[dict[str, object]]:
    """Certificates that must be refused."""
    bound, heads, width, tokens = (
        fields[name] for name in ("bound", "heads", "width", "tokenShort")
    )
    assert isinstance(bound, int)
    assert isinstance(heads, int)
    assert isinstance(width, int)
    assert isinstance(tokens, list)
    wide = (1 << (width + 2) * 4) - 1
    return [
        {"bound": bound + 1},
        {"heads": heads + 1},
        {"heads": 0},
        {"cellBits": 8},
        {"tokenShort": [[0 for _ in row] for row in tokens]},
        {"posShort": []},
        {"leads": [[wide] * heads] * 4},
        {"shares": []},
        {"parts": 0},
        {"levels": []},
        {"levels": [PARTS + 1]},
        {"countBits": 1},
        {"lane": 1},
        {"lane": 24},
        {"bits": width + 4},
        {"width": 1},
    ]


def theorem(task: str, name: str, model: HeadsModel, another: HeadsModel) -> str:
    """The certificate's module, with its length, and what Lean must refuse, or count as Python does."""
    strategy = CUBIC[task]
    found = strategy.search(model, lambda _: None)
    checks = []
    for change in forgeries(found.fields):
        assert not ACCEPTED[task](model, {**found.fields, **change}), change
        checks.append(changed(strategy, change))
    for levels in ([0, PARTS], [PARTS, 3], list(MANY_LEVELS)):
        number = COUNTED[task](model, {**found.fields, "levels": levels}).number
        checks.append(changed(strategy, {"levels": levels, "bound": number}, "true"))
        checks.append(changed(strategy, {"levels": levels, "bound": number + 1}))
    assert ACCEPTED[task](model, found.fields)
    assert not ACCEPTED[task](another, found.fields)
    return module(name, model, strategy, found, checks, "Another")


@pytest.mark.parametrize("task", TASKS)
def test_lean_counts_the_same(task: str) -> None:
    another = tiny(task, 9, 2, noise=0.6)
    sources = {f"{SPACE}.Another.Weights": render_weights("Another", another)}
    models = (tiny(task, 1, 1, noise=0.1), tiny(task, 2, 2, 4, noise=0.1, biases=("b_Q", "b_U")))
    for number, model in enumerate(models):
        name = f"Token{number}"
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.Cubic{task.capitalize()}"] = theorem(task, name, model, another)
    require_accepted(sources)


def test_the_task_chooses_the_checker() -> None:
    for task in TASKS:
        model = tiny(task, 0, 1)
        assert HEADS.to_claim("accuracy", "cubic", model).name == CUBIC[task].name
