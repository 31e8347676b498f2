"""The names that Lean's kernel or compiler treats specially, whoever declares them, are declared as they should be.

Lean itself is asked: `tests.oleans` reads what its compiled modules declare, so nothing depends on how a declaration is
written.  A module may not declare such a name unless it is one of those below, in the module and of the kind given.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.lean import ROOT_MODULE, SourceRoot
from pipeline.lean.modules import modules_under
from tests.lean_support import LEAN_FILES, build_one, toolchain
from tests.oleans import Declared, declared_by

CERTIFICATES = f"{ROOT_MODULE}.Certificates."
CORE = "Compact.Foundation.Core"
KERNEL = "Compact.Foundation.Nat.Kernel"

COMPUTED = {
    "Nat.add": "add",
    "Nat.sub": "sub",
    "Nat.mul": "mul",
    "Nat.pow": "pow",
    "Nat.div": "div_mod",
    "Nat.mod": "div_mod",
    "Nat.gcd": "gcd",
    "Nat.beq": "beq",
    "Nat.ble": "ble",
    "Nat.land": "land",
    "Nat.lor": "lor",
    "Nat.xor": "xor",
    "Nat.shiftLeft": "shiftLeft",
    "Nat.shiftRight": "shiftRight",
    "Nat.log2": "log2",
}
"""What the kernel computes on binary numbers, and the theorem of `Nat/Kernel.lean` that determines it."""

BUILT = {
    "Nat": ("inductive", f"{CORE}.Nat", ["Nat.zero", "Nat.succ"]),
    "Bool": ("inductive", f"{CORE}.Bool", ["Bool.false", "Bool.true"]),
    "List": ("inductive", f"{CORE}.Data", ["List.nil", "List.cons"]),
}
"""Data that the kernel makes and takes apart: literals, the answers of comparisons, the characters of a string."""

QUOTIENTS = ["Quot", "Quot.ind", "Quot.lift", "Quot.mk"]
"""Lean's own: the command `init_quot` declares them, and nothing else can declare something of this kind."""

STRINGS = {"String": "opaque", "String.toRawSubstring'": "opaque", "String.Pos.Raw": "inductive"}
"""`String` is opaque: nothing can be proved of a literal.  What the kernel would take it apart with
(`String.ofList`, `Char.ofNat`) is not declared, nor what older and newer Leans call so."""

ROOTS = {"Quot", "String", "Char", "eagerReduce", "lcProof", "lcUnreachable", "lcAny"}
"""First parts of names that are the kernel's or the compiler's own business, all of what begins with them."""
NOWHERE = {
    "Lean.reduceBool",
    "Lean.reduceNat",
    "Lean.ofReduceBool",
    "Lean.ofReduceNat",
    "Lean.trustCompiler",
}
UNSAFE_AXIOMS = ["lcAny", "lcCast", "lcErased", "lcProof", "lcUnreachable", "lcVoid", "sorryAx"]


@cache
def theory() -> dict[str, Declared]:
    """All that the hand-written modules declare."""
    root = theory_root()
    modules = [
        each
        for each in modules_under(root.directory)
        if each != ROOT_MODULE and not f"{each}.".startswith(CERTIFICATES)
    ]
    found = declared_by(toolchain(), modules, [root])
    names = {each.name: each for each in found}
    assert len(names) == len(found) > 3000
    return names


def of_kind(kind: str) -> list[str]:
    return sorted(name for name, each in theory().items() if each.kind == kind)


def test_lean_says_what_is_declared() -> None:
    """The control: the reader sees theorems, and what nobody wrote down."""
    assert theory()["Compact.BruteForce.sound"].kind == "theorem"
    assert theory()["Nat.rec"].kind == "recursor"


def test_the_quotients_are_lean_s_own() -> None:
    assert of_kind("quot") == QUOTIENTS
    assert theory()["Quot"].module == f"{CORE}.Eq"


def test_there_is_no_axiom_that_a_theorem_could_use() -> None:
    assert of_kind("axiom") == []
    assert of_kind("unsafe axiom") == UNSAFE_AXIOMS


@pytest.mark.parametrize(("name", "theorem"), COMPUTED.items())
def test_what_the_kernel_computes_is_determined(name: str, theorem: str) -> None:
    assert theory()[name].kind == "def"
    assert theory()[name].module.startswith("Compact.Foundation.")
    proved = theory()[f"Nat.Kernel.{theorem}"]
    assert (proved.kind, proved.module) == ("theorem", KERNEL)


@pytest.mark.parametrize("name", BUILT)
def test_data_that_the_kernel_makes(name: str) -> None:
    kind, module, constructors = BUILT[name]
    assert (theory()[name].kind, theory()[name].module) == (kind, module)
    own = [
        each.name
        for each in theory().values()
        if each.kind == "constructor" and each.name.rpartition(".")[0] == name
    ]
    assert sorted(own) == sorted(constructors)


def test_no_other_special_name_is_declared() -> None:
    assert not set(theory()) & NOWHERE
    ours = {name for name in theory() if name.partition(".")[0] in ROOTS}
    allowed = {*QUOTIENTS, *STRINGS, *UNSAFE_AXIOMS}
    assert {name for name in ours - allowed if not name.startswith("String.Pos.Raw.")} == set()
    for name, kind in STRINGS.items():
        assert theory()[name].kind == kind


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
