"""A small attack on certificates of several heads, biases and other tasks passes, and it notices what it should."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from attack.heads import (
    KINDS,
    Subject,
    attack_heads,
    attack_heads_kernel,
    forged,
    judge,
    models,
    subjects,
    theorem_of,
)
from attack.heads_truth import exact_heads
from attack.judge import DIFFER, FALSE, REJECTED, TRUE
from attack.numbers import HUGE
from pipeline.recheck.heads.family import HEADS as RECHECKED
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.lean_file import read_theorem
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.tasks import TASKS
from tests.test_heads_lifts import right

SEED = 0


def test_the_second_checker_accepts_nothing_that_is_false() -> None:
    tally = attack_heads(SEED, 300)
    assert tally.bad == []
    assert {kind for kind, _ in tally.counts} == set(KINDS)
    assert tally.total() == 300
    for result in (REJECTED, TRUE):
        assert tally.total(result) > 300 / 10


def test_lean_says_what_the_second_checker_says() -> None:
    """With the verdicts turned round, it agrees with none."""
    tally = attack_heads_kernel(SEED, 16)
    assert tally.bad == []
    assert tally.total(REJECTED, TRUE) == 16
    turned = attack_heads_kernel(SEED, 4, turned=True)
    assert turned.total(DIFFER) == 4


def test_subjects_are_of_all_strategies_and_tasks() -> None:
    found = subjects(SEED)
    assert {each.certificate.strategy for each in found} == set(HEADS.strategies)
    assert {each.model.task for each in found} == {"max", "min", "first", "last"}
    assert {len(each.model.heads) for each in found} == {1, 2, 3}


def test_forgers_leave_nothing_out() -> None:
    """Every field of every strategy is changed by some forger."""
    for strategy in HEADS.strategies:
        its = [each for each in subjects(SEED) if each.certificate.strategy == strategy]
        changed, random = set[str](), Random(SEED)
        fields = set(its[0].certificate.fields)
        for _ in range(1500):
            changed |= set(forged(random, its[:1]).what.split(", "))
            if fields <= changed:
                break
        assert fields <= changed, strategy


@pytest.mark.parametrize("heads", HUGE)
def test_huge_numbers_of_heads_are_forged_too(heads: int) -> None:
    its = {each.certificate.strategy: each for each in subjects(SEED)}
    for each in its.values():
        fields = {**each.certificate.fields, "heads": heads}
        text = theorem_of(each, fields, 0)
        assert read_theorem(text.encode(), RECHECKED).claimed == 0


def of_checker(checker: str) -> list[Subject]:
    return [
        each
        for each in subjects(SEED)
        if HEADS.strategy(each.certificate.strategy).checker == checker
    ]


@pytest.mark.parametrize(
    ("checker", "test"),
    [
        ("HeadsQuartic", "quartic.Checker._takes"),
        ("HeadsCubic", "cubic.Spared.bears"),
        ("HeadsMixed", "mixed.Prefixes._pass"),
        ("HeadsFirst", "first.lanes_le"),
        ("HeadsQuarticFirst", "anchored.ByOutputs._bears"),
        ("HeadsQuarticLast", "anchored.ByOutputs._bears"),
        ("HeadsCubicFirst", "anchored.lanes_le anchored_cubic.lanes_le"),
        ("HeadsCubicLast", "anchored_cubic.ByNumbers._passes"),
        ("HeadsMixedFirst", "anchored.lanes_le anchored_cubic.lanes_le"),
        ("HeadsMixedLast", "anchored_cubic.ByNumbers._passes"),
    ],
)
def test_an_unsound_checker_is_noticed(
    monkeypatch: pytest.MonkeyPatch, checker: str, test: str
) -> None:
    """Forgers find out when a test of the checker, or two, always pass."""
    for each in test.split():
        monkeypatch.setattr(f"pipeline.recheck.heads.{each}", lambda *_: True)
    random, its = Random(SEED), of_checker(checker)
    assert any(judge(forged(random, its)).result == FALSE for _ in range(1000))


def test_truth_is_that_of_floats() -> None:
    for model in models(1):
        _, weights = read_weights(render_weights("Tiny", model).encode())
        exact = exact_heads(replace(weights, label=TASKS[model.task].label))
        assert exact.correct() == len(right(model))
