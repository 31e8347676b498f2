"""Budgets, and the guesses at what Lean will take."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.costs import BEGINS, ENDS, PAGE, table
from pipeline.errors import MalformedInput
from pipeline.families import FAMILIES
from pipeline.proof.budget import Budget
from pipeline.proof.cost import (
    Cost,
    Error,
    Fit,
    Measured,
    Subject,
    errors,
    held_out,
    how_good,
    predict,
    read_measured,
)


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("40000000", "operations", 40_000_000),
        ("40_000_000", "operations", 40_000_000),
        ("20M", "operations", 20_000_000),
        ("1.5k", "operations", 1500),
        ("30s", "seconds", 30),
        ("30 s", "seconds", 30),
        ("0.5s", "seconds", 0.5),
        ("2min", "seconds", 120),
        ("500MB", "memory", 500),
        ("2GB", "memory", 2000),
    ],
)
def test_budgets_are_read(text: str, kind: str, amount: float) -> None:
    (limit,) = Budget.of(text).limits
    assert (limit.kind, limit.amount) == (kind, amount)


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "30 apples", "1e9", "4,000", "s", "30S", "2m", "nan"]
)
def test_what_is_no_budget_is_one_line(text: str) -> None:
    with pytest.raises(MalformedInput, match="--budget"):
        Budget.of(text)


@given(st.integers(1, 1 << 80))
def test_a_number_of_operations_is_kept_exactly(operations: int) -> None:
    budget = Budget.of(operations)
    assert budget.allows(Cost(operations, 1e9, 1e9))
    assert not budget.allows(Cost(operations + 1, 0, 0))
    assert budget.in_words() == f"{operations:,} operations"


def test_all_limits_hold() -> None:
    budget = Budget.of(["10s", "1GB"])
    assert budget.in_words() == "10 s and 1,000 MB"
    assert budget.allows(Cost(1 << 90, 10, 1000))
    assert not budget.allows(Cost(1, 10.1, 1000))
    assert not budget.allows(Cost(1, 10, 1001))


def test_a_law_is_found_that_costs_follow() -> None:
    """Powers and factors, from points without noise; and a strategy that was never seen is like its family."""
    rows = [
        Measured(
            "m",
            Subject(family, "C", strategy, operations, weights),
            0.1 + 3e-6 * operations**0.8 * weights**0.3 * factor,
            130 + 0.01 * operations**0.5 * weights**0.2 * factor,
        )
        for family, strategy, factor in (("f", "a", 1.0), ("f", "b", 2.0), ("g", "c", 5.0))
        for operations in (10**5, 10**6, 10**7, 10**8)
        for weights in (10**4, 10**5)
    ]
    fit = Fit(rows)
    for row in rows:
        cost = fit.cost(row.subject)
        assert cost.operations == row.subject.operations
        assert cost.seconds == pytest.approx(row.seconds, rel=0.1)
        assert cost.memory_mb == pytest.approx(row.memory_mb, rel=0.1)
    unseen = {family: fit.cost(Subject(family, "C", "new", 10**6, 10**4)) for family in "fg"}
    assert unseen["f"].seconds < unseen["g"].seconds


def test_each_is_guessed_at_without_itself() -> None:
    """One that is measured a thousand times dearer is not guessed better for it."""
    rows = read_measured()
    wrong = replace(rows[0], seconds=1000 * rows[0].seconds)
    assert held_out([wrong, *rows[1:]])[0] == held_out(rows)[0]
    assert Fit([wrong, *rows[1:]]).cost(rows[0].subject) != Fit(rows).cost(rows[0].subject)


def test_the_error_is_a_factor_whichever_way() -> None:
    found = Error.of([0.5, 2.0, 2.0, exp(0)])
    assert found.median == pytest.approx(2)
    assert found.most == pytest.approx(2)


def test_guesses_are_about_as_good_as_the_page_says() -> None:
    """Better than a factor of 2 in most cases; the page's table is made from the file that guesses are made from."""
    rows = read_measured()
    seconds, memory = errors(rows)
    assert max(seconds.median, memory.median) < 1.5
    assert max(seconds.ninth, memory.ninth) < 2.5
    assert PAGE.read_text().split(BEGINS)[1].split(ENDS)[0].strip() == table(rows).strip()
    assert f"{seconds.ninth:.2g} and {memory.ninth:.2g}" in how_good()


def test_what_was_measured_are_strategies_that_there_are() -> None:
    for row in read_measured():
        of = row.subject
        assert FAMILIES[of.family].strategy(of.strategy).checker == of.checker
        assert predict(of).seconds > 0
