"""No general theorem depends on an axiom, those about the real numbers on Lean's own three, and no file uses what would
let one do so unseen."""

from __future__ import annotations

import re

import pytest

from pipeline.lean.modules import SourceRoot, load_modules, parse_header
from pipeline.lean.places import PROJECT, ROOT_MODULE
from tests.axioms import (
    CERTIFICATES,
    REALS,
    THREE,
    about_reals,
    axioms_of,
    declarations,
    forbidden,
    public_theorems,
    theory,
)
from tests.lean_support import LEAN_FILES, build_one

UNSAFE_AXIOMS = {
    "Compact.Foundation.Core.Eq": [
        "lcErased",
        "lcAny",
        "lcVoid",
        "lcProof",
        "lcCast",
        "lcUnreachable",
    ],
    "Compact.Foundation.Core.Bool": ["sorryAx"],
}
"""What the elaborator asks for; the kernel refuses a theorem in which one of them occurs."""

AXIOMS = {"Compact.Real.Axioms": ["propext", "Quot.sound", "Classical.choice"]}
"""Lean's own axioms, in one file."""

ONLY_IN_REALS = {
    "Compact.Real.Axioms": {"propext", "Quot.mk", "Quot.sound", "Classical.choice"},
    "Compact.Real.Classical": {"propext", "Quot", "Quot.mk", "Quot.lift", "Quot.sound", "choice"},
    "Compact.Real.Magnitude.Basic": {"propext"},
    "Compact.Real.Signed.Basic": {"Quot", "Quot.mk", "Quot.lift", "Quot.ind", "Quot.sound"},
    "Compact.Real.Signed.Ring": {"propext", "Quot.lift", "Quot.sound"},
}
"""Which file names the axioms and the quotients; no other does."""

OPTIONS = {
    "genCtorIdx",
    "bootstrap.genMatcherCode",
    "bootstrap.inductiveCheckResultingUniverse",
    "checkBinderAnnotations",
    "linter.defProp",
    "maxRecDepth",
    "maxHeartbeats",
    "synthInstance.maxSize",
}
"""Options that may be set.  (`inductiveCheckResultingUniverse` is only for `PUnit`; the kernel checks it.)"""

ONLY_IN_FOUNDATION = ("extern", "implemented_by", "opaque", "unsafe", "csimp")
NOWHERE = (
    "sorry",
    "admit",
    "native_decide",
    "ofReduceBool",
    "trustCompiler",
    "unseal",
    "run_cmd",
    "run_tac",
    "elab",
    "elab_rules",
    "simproc",
    "initialize",
    "partial",
    "debug",
    "skipKernelTC",
)
IMPLEMENTED_BY = ["Name.str._override", "Name.num._override"]
"""How compiled names get their hash; names are data of the elaborator and in no statement."""


def test_no_theorem_is_overlooked() -> None:
    """`theorem` only occurs where a declaration was found."""
    for module, code in theory().items():
        found = [name for kind, _, name in declarations(code) if kind == "theorem"]
        assert len(found) == len(re.findall(r"\btheorem\b", code)), module
    names = public_theorems()
    assert len(names) > 1000
    assert "Compact.BruteForce.sound" in names
    assert "Compact.Certificates.MaxOf2.bruteForce_correct" in names


def test_no_axioms() -> None:
    allowed = [
        line
        for line in (LEAN_FILES / "axioms_allowed.txt").read_text().splitlines()
        if not line.startswith("#")
    ]
    found = axioms_of(public_theorems())
    general = {name: axioms for name, axioms in found.items() if name not in about_reals()}
    assert [f"{name}: {', '.join(axioms)}" for name, axioms in general.items() if axioms] == allowed
    assert not forbidden(found)


def test_axioms_are_noticed() -> None:
    """The control: Lean's answers are about the theorem that is asked about."""
    result = build_one(
        "prelude\nimport Compact.Transformer.Statement\naxiom cheat : False\n"
        "theorem bad : False := cheat\ntheorem good : True := trivial\n"
        "#print axioms bad\n#print axioms good\n"
    )
    assert [message.text for message in result.messages] == [
        "'bad' depends on axioms: [cheat]",
        "'good' does not depend on any axioms",
    ]


def test_theorems_about_the_reals_use_the_three_axioms() -> None:
    """Every committed certificate has its theorem about the reals, which rests on exactly the three."""
    certified = [name for name in public_theorems() if name.startswith(CERTIFICATES)]
    general = [name for name in certified if name.endswith("_correct")]
    real = [name for name in certified if name.endswith("_real")]
    assert general
    assert sorted(real) == sorted(name.removesuffix("_correct") + "_real" for name in general)
    found = axioms_of((*real, "Compact.Real.instExpField", "Compact.Real.exp_unique"))
    assert {frozenset(axioms) for axioms in found.values()} == {THREE}
    assert not forbidden(found)
    assert forbidden({name: ["propext"] for name in general}) == {
        name: ["propext"] for name in general
    }
    assert forbidden({name: ["cheat"] for name in real}) == {name: ["cheat"] for name in real}


def test_the_axioms_are_those_of_lean() -> None:
    """Word for word as `Init/Prelude.lean` and `Init/Core.lean` of Lean's own library declare them."""
    result = build_one(
        "prelude\nimport Compact.Real.Axioms\nset_option pp.all true\n"
        "#check @_root_.propext\n#check @_root_.Quot.sound\n#check @_root_.Classical.choice\n"
    )
    said = [" ".join(message.text.split()) for message in result.messages]
    assert said == (LEAN_FILES / "lean_axioms.txt").read_text().splitlines()


def test_only_the_reals_import_the_axioms() -> None:
    """Nothing outside `Compact.Real` imports anything of it, but for the root, which imports all."""
    modules = load_modules([ROOT_MODULE], [SourceRoot(ROOT_MODULE, PROJECT / "lean")])
    inside = {name for name in modules if name.startswith(REALS)}
    assert len(inside) > 10
    for name, module in modules.items():
        imports = {item.module for item in parse_header(module.source.decode()).imports}
        assert name in inside or name == ROOT_MODULE or not imports & inside, name


@pytest.mark.parametrize("module", theory())
def test_nothing_suspicious(module: str) -> None:
    code = theory()[module]
    words = re.findall(r"[\w.']+", code)
    assert not set(words) & set(NOWHERE)
    assert {
        word for word in words if word in ("propext", "choice") or word.split(".")[0] == "Quot"
    } | (set(words) & {"Classical.choice"}) == ONLY_IN_REALS.get(module, set())
    if not module.startswith("Compact.Foundation."):
        assert not set(words) & set(ONLY_IN_FOUNDATION)
    axioms = re.findall(r"^(.*)\baxiom\s+(\S+)", code, re.MULTILINE)
    declared = UNSAFE_AXIOMS.get(module) or AXIOMS.get(module, [])
    assert [name for _, name in axioms] == declared
    assert words.count("axiom") == len(axioms)
    assert {before for before, _ in axioms} <= {"" if module in AXIOMS else "unsafe "}
    assert set(re.findall(r"\bset_option\s+(\S+)", code)) <= OPTIONS
    if module == "Compact.Foundation.Elab.Syntax":
        assert re.findall(r"\bimplemented_by\s+([\w.]+)", code) == IMPLEMENTED_BY
    else:
        assert "implemented_by" not in words


def test_certificates_are_nothing_but_data_and_one_theorem() -> None:
    for module, code in theory().items():
        if module.startswith("Compact.Certificates."):
            kinds = [kind for kind, _, _ in declarations(code)]
            commands = set(re.findall(r"^(\w+)", code, re.MULTILINE))
            allowed = {
                "prelude",
                "import",
                "namespace",
                "noncomputable",  # before `def`: no code is generated
                "def",
                "theorem",
                "end",
                "open",
                "set_option",
            }
            assert commands <= allowed, module
            options = set(re.findall(r"^set_option (.*)$", code, re.MULTILINE))  # patience only
            assert options <= {"maxRecDepth 1000000", "maxHeartbeats 0"}, module
            opened = set(re.findall(r"^open (.*)$", code, re.MULTILINE))  # a family's namespace
            assert opened <= {"Compact.Linear", "Compact.Network", "Compact.Transformer"}, module
            assert kinds.count("theorem") == (0 if module.endswith(".Weights") else 1), module
