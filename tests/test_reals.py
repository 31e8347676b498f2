"""The real numbers are what one expects: `tests/lean/reals.lean` proves some of it, and says what is claimed."""

from __future__ import annotations

import pytest

from tests.lean_support import LEAN_FILES, build_one

SOURCE = (LEAN_FILES / "reals.lean").read_text()


def test_facts_and_statements() -> None:
    result = build_one(SOURCE)
    assert result.ok, [str(message) for message in result.messages if message.is_error]
    said = [" ".join(message.text.split()) for message in result.messages]
    assert said == (LEAN_FILES / "reals.txt").read_text().splitlines()


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("s * s = 2 :=", "s * s = 3 :="),
        ("exp (0 : Real) = 1", "exp (0 : Real) = 0"),
        ("a - b) = a * a - b * b", "a - b) = a * a + b * b"),
        ("s ≤ s - 1 := least", "s ≤ s - 2 := least"),
    ],
)
def test_what_is_false_is_not_proved(true: str, false: str) -> None:
    assert SOURCE.count(true) == 1
    assert not build_one(SOURCE.replace(true, false)).ok


def test_the_order_of_completeness_is_that_of_the_field() -> None:
    """`≤` in the statements is the order of the `ExpField`, and `exp` is its exponential, not others of that name."""
    header = "prelude\nimport Compact.Real.Instance\n"
    order = "@LE.le.{0} Compact.Real (@Compact.instLE Compact.Real Compact.Real.instExpField)"
    result = build_one(
        f"{header}set_option pp.all true\n#check @Compact.Real.exists_least_upper_bound\n"
        "#check @Compact.Real.exp_unique\n"
    )
    complete, unique = (" ".join(message.text.split()) for message in result.messages)
    assert complete.count("@LE.le.{0}") == complete.count(order) == 4
    assert "@Compact.ExpField.exp Compact.Real Compact.Real.instExpField a" in unique
