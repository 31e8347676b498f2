"""What our modules declare under names that Lean treats specially: `python -m tests.special_names`.

Lean itself is asked: `tests.oleans` reads what its compiled modules declare, so nothing depends on how a declaration is
written.  A module may not declare such a name unless it is one of those below, in the module and of the kind given.

Exit codes: 0 all is as it should be, 1 something is not.  (--json: figures.)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from pipeline.bundle.theory import theory_root
from pipeline.lean import ROOT_MODULE
from pipeline.lean.modules import modules_under
from tests.lean_support import toolchain
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
REAL = "Compact.Real.Axioms"
REAL_AXIOMS = {"propext", "Quot.sound", "Classical.choice"}
"""Lean's own three, which only this module may declare: no theorem outside `Compact.Real` rests on one."""
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
    twice = [each for each in found if names[each.name] != each]
    assert not twice, f"declared twice, so that no module can import both: {twice}"
    return names


Names = Mapping[str, Declared]


def wrong(names: Names) -> Iterator[str]:
    """Whatever is not as it should be, in words."""

    def of(kind: str) -> list[str]:
        return sorted(name for name, each in names.items() if each.kind == kind)

    def place(name: str) -> tuple[str, str]:
        return (names[name].kind, names[name].module) if name in names else ("nothing", "no module")

    if of("quot") != QUOTIENTS or place("Quot")[1] != f"{CORE}.Eq":
        yield f"the quotients are {of('quot')}"
    real = {name for name in of("axiom") if name in REAL_AXIOMS and place(name)[1] == REAL}
    if set(of("axiom")) != real:
        yield f"axioms: {sorted(set(of('axiom')) - real)}"
    if of("unsafe axiom") != UNSAFE_AXIOMS:
        yield f"unsafe axioms: {of('unsafe axiom')}"
    for name, theorem in COMPUTED.items():
        kind, module = place(name)
        if kind != "def" or not module.startswith("Compact.Foundation."):
            yield f"{name} is {kind} in {module}"
        if place(f"Nat.Kernel.{theorem}") != ("theorem", KERNEL):
            yield f"no theorem Nat.Kernel.{theorem} determines {name}"
    for name, (kind, module, constructors) in BUILT.items():
        own = (each for each in of("constructor") if each.rpartition(".")[0] == name)
        if place(name) != (kind, module) or sorted(own) != sorted(constructors):
            yield f"{name} is {place(name)}"
    for name, kind in STRINGS.items():
        if place(name)[0] != kind:
            yield f"{name} is {place(name)}"
    allowed = {*QUOTIENTS, *STRINGS, *UNSAFE_AXIOMS, *real}
    for name in sorted(names):
        special = name in NOWHERE or name.partition(".")[0] in ROOTS
        if special and name not in allowed and not name.startswith("String.Pos.Raw."):
            yield f"{name} is declared in {names[name].module}"


def main() -> int:
    problems = list(wrong(theory()))
    known = len(COMPUTED) + len(BUILT) + len(QUOTIENTS) + len(STRINGS)
    if "--json" in sys.argv:
        print(json.dumps({"declared": len(theory()), "special": known, "wrong": problems}))
    else:
        print(f"{len(theory())} names declared, {known} of them special, {len(problems)} wrongly")
        print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
