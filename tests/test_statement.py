"""The statement of a certificate is the reviewed one, down to the last definition."""

from __future__ import annotations

from tests.lean_support import audit
from tests.statement_cone import ROOTS, SNAPSHOT, statement_cone


def test_cone_is_reviewed() -> None:
    """A change of any definition that a statement rests on has to be made in the snapshot too."""
    assert statement_cone() == SNAPSHOT.read_text(), (
        "read the change, then: python -m tests.statement_cone"
    )


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


def test_printed_statement() -> None:
    """What Lean prints of a certified theorem is the text that verification insists on."""
    assert audit().statement == (
        "Compact.Certificates.Tiny.bruteForce_correct : ∀ (R : Type) [inst : Compact.ExpField R], "
        "Compact.AtLeast 5 (Compact.Correct R Compact.Certificates.Tiny.weights)"
    )
