"""The statement of a certificate is the reviewed one, down to the last definition."""

from __future__ import annotations

import re

import pytest

from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.family import FORM
from tests.lean_support import audit
from tests.statement_cone import (
    CLAIMS_ROOTS,
    CLAIMS_SNAPSHOT,
    GENERAL_ROOTS,
    GENERAL_SNAPSHOT,
    ROOTS,
    SNAPSHOT,
    THEOREM,
    claims_cone,
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


def test_the_cone_of_claims_is_reviewed() -> None:
    """The same of claims other than accuracy: what they say beyond what accuracy says."""
    text = claims_cone()
    message = drift(CLAIMS_SNAPSHOT, text)
    assert not message, message
    for name in (*CLAIMS_ROOTS, "Compact.InRegion", "Compact.InGaps", "Compact.totalWeight"):
        assert f" {name}" in text, name
    assert " Compact.logit " not in text, "that is reviewed for accuracy"


def test_every_claim_has_its_definitions_reviewed() -> None:
    """The constants in the statements of all claims are roots."""
    fields = {
        "margin": {"marginNum": 1, "marginBits": 1},
        "region": {"least": 1, "gap": 1},
        "gaps": {"gapBits": 1, "gaps": 1},
        "mass": {"weightBits": 1, "tokenWeights": 1},
        "loss": {"loss": 1},
    }
    known = {*CLAIMS_ROOTS, *ROOTS}
    for name, claim in CLAIMS.items():
        form = claim.form(FORM, fields[name])
        said = form.claimed_in_full("w", "1")
        assert set(re.findall(r"Compact\.\w+", said)) <= known, said


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
