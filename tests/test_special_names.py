"""The names that Lean's kernel or compiler treats specially are declared as they should be (`tests.special_names`)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.lean import SourceRoot
from tests.lean_support import LEAN_FILES, build_one
from tests.oleans import Declared
from tests.special_names import COMPUTED, REAL, REAL_AXIOMS, theory, wrong


def test_lean_says_what_is_declared() -> None:
    """The control: the reader sees theorems, and what nobody wrote down."""
    assert theory()["Compact.BruteForce.sound"].kind == "theorem"
    assert theory()["Nat.rec"].kind == "recursor"
    assert len(theory()) > 3000


def test_all_special_names_are_as_they_should_be() -> None:
    assert list(wrong(theory())) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cheat", "axiom"),
        ("cheat", "unsafe axiom"),
        ("Quot.lift", "def"),
        ("Quot.sound", "theorem"),
        ("Nat.mul", "opaque"),
        ("Nat", "def"),
        ("Nat.third", "constructor"),
        ("Nat.Kernel.gcd", "def"),
        ("String", "inductive"),
        ("String.ofList", "def"),
        ("String.mk", "constructor"),
        ("Char.ofNat", "def"),
        ("Char", "inductive"),
        ("Lean.reduceBool", "opaque"),
        ("Lean.ofReduceBool", "theorem"),
        ("eagerReduce", "def"),
    ],
)
def test_others_are_noticed(name: str, kind: str) -> None:
    module = theory()[name].module if name in theory() else "Compact.Statement"
    assert list(wrong({**theory(), name: Declared(module, name, kind)}))


def test_the_axioms_of_the_reals_are_in_their_module() -> None:
    """(Whether there is such a module or not.)"""
    for module, fine in ((REAL, True), ("Compact.Statement", False)):
        own = {name: Declared(module, name, "axiom") for name in REAL_AXIOMS}
        assert (list(wrong({**theory(), **own})) == []) is fine
    assert list(wrong({**theory(), "cheat": Declared(REAL, "cheat", "axiom")}))


@pytest.mark.parametrize("name", [*COMPUTED, "Nat.Kernel.log2", "Quot", "Bool"])
def test_missing_ones_are_noticed(name: str) -> None:
    assert list(wrong({key: each for key, each in theory().items() if key != name}))


FALSE = (LEAN_FILES / "foundation" / "quotient.lean").read_text()


def test_false_is_not_proved_from_the_names_of_quotients() -> None:
    result = build_one(FALSE)
    assert not result.ok
    said = [message.text for message in result.messages if message.is_error]
    assert said[:2] == [
        "`Quot.mk` has already been declared",
        "`Quot.lift` has already been declared",
    ]


def test_it_would_be_if_the_names_were_free(tmp_path: Path) -> None:
    """The control: the same file, on the foundation without `init_quot`."""
    genuine = theory_root()
    foundation = tmp_path / "Compact" / "Foundation"
    shutil.copytree(genuine.directory / "Compact" / "Foundation", foundation)
    shutil.copy(genuine.directory / "Compact" / "Foundation.lean", foundation.parent)
    equality = foundation / "Core" / "Eq.lean"
    text = equality.read_text()
    assert text.count("\ninit_quot\n") == 1
    equality.write_text(text.replace("\ninit_quot\n", "\n"))
    result = build_one(FALSE, SourceRoot(genuine.prefix, tmp_path))
    assert result.ok
    assert [each.text for each in result.messages] == ["'boom' does not depend on any axioms"]
