"""No theorem depends on an axiom, and no file uses what would let one do so unseen."""

from __future__ import annotations

import re

import pytest

from tests.axioms import axioms_of, declarations, public_theorems, theory
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
    "propext",
    "Quot",
    "choice",
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
    assert [f"{name}: {', '.join(axioms)}" for name, axioms in found.items() if axioms] == allowed


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


@pytest.mark.parametrize("module", theory())
def test_nothing_suspicious(module: str) -> None:
    code = theory()[module]
    words = re.findall(r"[\w.']+", code)
    assert not set(words) & set(NOWHERE)
    if not module.startswith("Compact.Foundation."):
        assert not set(words) & set(ONLY_IN_FOUNDATION)
    axioms = re.findall(r"^(.*)\baxiom\s+(\S+)", code, re.MULTILINE)
    assert [name for _, name in axioms] == UNSAFE_AXIOMS.get(module, [])
    assert words.count("axiom") == len(axioms)
    assert all(before == "unsafe " for before, _ in axioms)
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
            assert commands <= {"prelude", "import", "namespace", "def", "theorem", "end"}, module
            assert kinds.count("theorem") == (0 if module.endswith(".Weights") else 1), module
