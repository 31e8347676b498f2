"""The first and the last token, quartic: what is counted is right, input by input, whatever a certificate says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest

from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads import anchored
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.anchored import QUARTIC_FIRST, QUARTIC_LAST, QuarticAnchored
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.first import HeadsFirst
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.others import others
from pipeline.transformer.heads.weights import render_weights
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.heads_module import SPACE, changed, module, require_accepted
from tests.heads_second import accepted_by, counted_by
from tests.lean_support import build, with_examples
from tests.test_heads import EACH, listed
from tests.test_heads_first import tiny as first_model
from tests.test_heads_lifts import right

COUNTED = {
    "last": counted_by(anchored.count_last, "last"),
    "first": counted_by(anchored.count_first, "first"),
}
ACCEPTED = {task: accepted_by(count) for task, count in COUNTED.items()}
QUARTIC = {"last": QUARTIC_LAST, "first": QUARTIC_FIRST}
TASKS = ("last", "first")


def tiny(
    task: str,
    seed: int,
    heads: int,
    n_ctx: int = 3,
    v: int = 4,
    noise: float = 0.1,
    biases: tuple[str, ...] = BIASES,
) -> HeadsModel:
    """Heads that copy the first token; for the last, a direct path that does, and heads that look for the largest."""
    if task == "first":
        return first_model(seed, heads, n_ctx, v, noise, biases)
    return replace(model_of(heads_arrays(seed, n_ctx, v, heads, noise, biases)), task="last")


def searched(strategy: QuarticAnchored, model: HeadsModel) -> Mapping[str, object]:
    return strategy.search(model, lambda _: None).fields


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("n_ctx", "d_vocab", "heads"), EACH)
def test_what_is_counted_is_right(task: str, n_ctx: int, d_vocab: int, heads: int) -> None:
    bounds = []
    kinds = [((), 0.1), (("b_Q", "b_U"), 0.2), (("b_K", "b_V", "b_O"), 0.4), (BIASES, 0.6)]
    for seed, (biases, noise) in enumerate(kinds):
        model = tiny(task, seed, heads, n_ctx, d_vocab, noise, biases)
        found = QUARTIC[task].search(model, lambda _: None)
        second = COUNTED[task](model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right(model)
        bounds.append(found.bound)
    assert max(bounds) > d_vocab


def test_no_less_than_by_boxes() -> None:
    """Tokens are at liberty to take more than their part of what can be spared."""
    more = 0
    for seed in range(6):
        model = first_model(seed, 1 + seed % 3, noise=0.1 + 0.1 * seed)
        boxes = HeadsFirst().search(model, lambda _: None).bound
        found = QUARTIC_FIRST.search(model, lambda _: None).bound
        assert found >= boxes
        more += found > boxes
    assert more


def test_one_position_is_enough_for_the_last_token() -> None:
    model = tiny("last", 0, 2, n_ctx=1)
    found = QUARTIC_LAST.search(model, lambda _: None)
    assert listed(COUNTED["last"](model, found.fields)) <= right(model)
    assert found.bound > 0


@pytest.mark.parametrize("task", TASKS)
def test_one_bit_counts_no_input_at_all(task: str) -> None:
    """Where no position is free, `(v + 1)^0 < 2^1`, but digits are added up modulo 2 - 1."""
    model = tiny(task, 1, 2, n_ctx=1 if task == "last" else 2)
    honest = QUARTIC[task].search(model, lambda _: None).fields
    changed = {**honest, "countBits": 1, "bound": 0}
    assert COUNTED[task](model, {**changed, "countBits": 2}).number > 0
    assert COUNTED[task](model, changed).number == 0
    name = f"Bit{task.capitalize()}"
    strategy = QUARTIC[task]
    form, joints = HEADS.form_for(model, strategy.name, {}), strategy.joints(changed)
    text = render_theorem(form, name, strategy.name, 0, changed, strategy.checker, joints)
    checks = [
        f"{strategy.checker}.check weights {{ quartic{task.capitalize()} with bound := nat_lit 1 }} = false"
    ]
    sources = {
        f"{SPACE}.{name}.Weights": render_weights(name, model),
        f"{SPACE}.{name}.Quartic{task.capitalize()}": with_examples(text, checks),
    }
    assert all(each.ok for each in build(sources, SPACE).values())


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", range(6))
def test_whatever_shares_and_levels_say(task: str, seed: int) -> None:
    random, heads, v = Random(seed), 1 + seed % 3, 4
    model = tiny(task, seed, heads, noise=0.3)
    honest, truth, verdicts = searched(QUARTIC[task], model), right(model), set[int]()
    for parts in (1, 7, 48):
        for few in (0, 3, 6):
            levels = [[_levels(random, v, few) for _ in range(v)] for _ in range(v)]
            shares = [[random.getrandbits(4 * heads) | 1 for _ in range(v)] for _ in range(v)]
            for change in ({"levels": levels}, {"shareBits": 4, "shares": shares}):
                forged = {**honest, "parts": parts, **change, "bound": 0}
                found = COUNTED[task](model, forged)
                assert listed(found) <= truth
                verdicts.add(found.number)
    assert len(verdicts) > 1


def _levels(random: Random, v: int, few: int) -> int:
    """Any levels, or small ones: nothing takes any of what can be spared, or little."""
    if few == 6:
        return random.getrandbits(6 * v)
    return sum(random.randint(0, few) << 6 * y for y in range(v))


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Certificates that must be refused."""
    bound, heads, width, levels = (fields[name] for name in ("bound", "heads", "width", "levels"))
    assert isinstance(bound, int)
    assert isinstance(heads, int)
    assert isinstance(width, int)
    assert isinstance(levels, list)
    return {
        "bound": {"bound": bound + 1},
        "heads": {"heads": heads + 1},
        "no heads": {"heads": 0},
        "cells": {"cellBits": 8},
        "all fails": {"levels": [[(1 << 300) - 1 for _ in row] for row in levels]},
        "everything passes": {"levels": [[0 for _ in row] for row in levels], "bound": 1 << 60},
        "no shares": {"shares": []},
        "no parts": {"parts": 0},
        "count bits": {"countBits": 1},
        "narrow lanes": {"bits": width + 4},
        "narrow logits": {"width": 1},
    }


def theorem(task: str, name: str, model: HeadsModel, another: HeadsModel) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy, checks = QUARTIC[task], []
    found = strategy.search(model, lambda _: None)
    for change in forgeries(found.fields).values():
        assert not ACCEPTED[task](model, {**found.fields, **change}), change
        checks.append(changed(strategy, change))
    assert ACCEPTED[task](model, found.fields)
    assert not ACCEPTED[task](another, found.fields)
    return module(name, model, strategy, found, checks, "Another")


@pytest.mark.parametrize("task", TASKS)
def test_lean_counts_the_same(task: str) -> None:
    another = tiny(task, 9, 2, noise=0.6)
    sources = {f"{SPACE}.Another.Weights": render_weights("Another", another)}
    models = (
        tiny(task, 1, 1, noise=0.3),
        tiny(task, 2, 2, noise=0.2),
        tiny(task, 3, 3, 3, 3, noise=0.3),
    )
    for number, model in enumerate(models):
        name = f"Token{number}"
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.Quartic{task.capitalize()}"] = theorem(task, name, model, another)
    require_accepted(sources)


def test_the_task_chooses_the_checker() -> None:
    for task in TASKS:
        model = tiny(task, 0, 1)
        assert HEADS.to_claim("accuracy", "quartic", model).name == QUARTIC[task].name
    assert HEADS.to_claim("accuracy", "quartic", replace(model, task="max")).name == "quartic"


def test_what_it_is_not_about_gets_one_line() -> None:
    largest = replace(tiny("last", 0, 1), task="max")
    with pytest.raises(MalformedInput, match="with the last token, not with the largest token"):
        QUARTIC_LAST.search(largest, lambda _: None)
    with pytest.raises(MalformedInput, match="with the first token, not with the last token"):
        QUARTIC_FIRST.search(tiny("last", 0, 1), lambda _: None)
    with pytest.raises(MalformedInput, match="needs 2 positions and two tokens"):
        QUARTIC_FIRST.search(tiny("first", 0, 1, n_ctx=1), lambda _: None)
    for task in TASKS:
        with pytest.raises(Refused, match=f"about the {task} token, the theorem is not"):
            counted_as_maximum(task)


def counted_as_maximum(task: str) -> Counted:
    model = tiny(task, 0, 1)
    _, weights = read_weights(render_weights("Tiny", model).encode())
    fields = Certificate(dict(searched(QUARTIC[task], model)))  # type: ignore[arg-type]
    return {"last": anchored.count_last, "first": anchored.count_first}[task](weights, fields)


@pytest.mark.parametrize("task", ["first", "last", "max"])
def test_a_refusal_names_what_there_is(task: str) -> None:
    """Every strategy that is named takes the task, with several heads."""
    model = tiny("last" if task == "max" else task, 0, 2)
    model = replace(model, task=task)
    cure = others(task)
    named = cure.removeprefix("use --strategy ").split(" (")[0].replace(" or ", ", ").split(", ")
    for name in named:
        assert HEADS.to_claim("accuracy", name, model).search(model, lambda _: None).bound > 0
    for name in {"cubic", "boxes", "mixed", "prefix"} - set(named):
        with pytest.raises(MalformedInput) as refusal:
            HEADS.to_claim("accuracy", name, model).search(model, lambda _: None)
        assert str(refusal.value.cure).startswith(cure)
