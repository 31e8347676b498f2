"""The statement of a certificate is the reviewed one, down to the last definition."""

from __future__ import annotations

import re

import pytest

from tests.lean_support import audit
from tests.statement_cone import (
    GENERAL_ROOTS,
    GENERAL_SNAPSHOT,
    ROOTS,
    SNAPSHOT,
    THEOREM,
    committed,
    committed_statements,
    drift,
    general_cone,
    statement_cone,
)


def test_cone_is_reviewed() -> None:
    """A change of any definition that a statement rests on has to be made in the snapshot too."""
    message = drift(SNAPSHOT, statement_cone())
    assert not message, message


def test_general_cone_is_reviewed() -> None:
    """The same of the general statement, and of the tasks."""
    text = general_cone()
    message = drift(GENERAL_SNAPSHOT, text)
    assert not message, message
    for name in (
        *GENERAL_ROOTS,
        "Compact.Transformer.logit",
        "Compact.Transformer.bias",
        "Nat.div",
    ):
        assert f" {name}" in text, name


def test_cone_reaches_the_bottom() -> None:
    """The snapshot follows names down to the arithmetic that the kernel computes."""
    text = SNAPSHOT.read_text()
    for name in (
        *ROOTS,
        "Compact.logit",
        "Compact.entry",
        "Compact.maximum",
        "List.Nodup",
        "Nat.div",
        "Nat.pow",
    ):
        assert f" {name}" in text, name


def test_committed_theorems_are_reviewed() -> None:
    """Each of them says the same, about its own number and its own weights."""
    statements = committed_statements()
    assert len(statements) == len(committed()) > 0
    for name, statement in statements.items():
        message = drift(THEOREM, statement)
        assert not message, f"{name}: {message}"


def test_the_cone_starts_from_the_statement() -> None:
    """Every constant of the reviewed statement is a root, and so is the type of the weights."""
    constants = set(re.findall(r"Compact\.\w+", THEOREM.read_text()))
    assert constants | {"Compact.Weights"} == set(ROOTS)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("(@List.length.{0} (List.{0} Nat) xs) N", "N N", "Compact.AtLeast"),
        ("@Ne.{1} Nat t (Compact.maximum x) →", "", "Compact.Correct"),
        ("def Nat.add : Nat → Nat → Nat", "def Nat.add : Nat → Nat → Bool", "Nat.add"),
    ],
)
def test_drift_says_what_to_do(old: str, new: str, name: str) -> None:
    text = SNAPSHOT.read_text()
    assert old in text
    message = drift(SNAPSHOT, text.replace(old, new))
    assert message.splitlines()[0].endswith(f": {name}")
    assert "python -m tests.statement_cone" in message


def test_printed_statement() -> None:
    """What Lean prints of a certified theorem is the text that verification insists on."""
    assert audit().statement == (
        "Compact.Certificates.Tiny.bruteForce_correct : ∀ (R : Type) [inst : Compact.ExpField R], "
        "Compact.AtLeast 5 (Compact.Correct R Compact.Certificates.Tiny.weights)"
    )
