"""No theorem depends on an axiom, and no file uses what would let one do so unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pipeline.bundle.theory import theory_root
from pipeline.lean import ROOT_MODULE
from pipeline.lean.modules import load_modules
from tests.lean_support import LEAN_FILES, build_one

_COMMENT = re.compile(
    r"/-(?:[^-/]|-(?!/)|/(?!-)|/-(?:[^-]|-(?!/))*-/)*-/|--[^\n]*|\"(?:[^\"\\]|\\.)*\""
)
_SCOPE = re.compile(r"(?:noncomputable\s+|public\s+)?(namespace|section|end)\b[ \t]*([\w.']*)")
_DECLARATION = re.compile(
    r"(?:@\[[^\]]*\]\s*)?"
    r"(?P<modifiers>(?:(?:private|protected|noncomputable|unsafe|partial|nonrec)\s+)*)"
    r"(?P<kind>theorem|def|abbrev|instance)\s+(?P<name>[^\s:({\[]+)"
)

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


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: "\n" * found.group().count("\n") or " ", text)


def _theory() -> dict[str, str]:
    """The modules that `Compact.lean` imports, without comments and strings."""
    modules = load_modules([ROOT_MODULE], [theory_root()])
    return {
        name: _without_comments(module.source.decode())
        for name, module in modules.items()
        if name != ROOT_MODULE
    }


THEORY = _theory()


def _declarations(code: str) -> Iterator[tuple[str, str, str]]:
    """Kind, modifiers and full name of what a file declares."""
    scopes: list[str] = []
    for line in code.splitlines():
        scope = _SCOPE.match(line)
        if scope is not None:
            kind, name = scope.groups()
            if kind == "end":
                scopes.pop()
            else:
                scopes.append(name if kind == "namespace" else "")
            continue
        found = _DECLARATION.match(line)
        if found is not None and not found["name"].startswith(("⟨", "(", ":")):
            name = found["name"].rstrip(".")
            yield found["kind"], found["modifiers"], ".".join([*filter(None, scopes), name])
    assert not scopes


def _public(code: str) -> list[str]:
    """Everything that has a name which other files can use."""
    return [
        name for _, modifiers, name in _declarations(code) if "private" not in modifiers.split()
    ]


def test_no_theorem_is_overlooked() -> None:
    """`theorem` only occurs where a declaration was found."""
    for module, code in THEORY.items():
        found = [name for kind, _, name in _declarations(code) if kind == "theorem"]
        assert len(found) == len(re.findall(r"\btheorem\b", code)), module
    names = [name for code in THEORY.values() for name in _public(code)]
    assert len(names) > 1000
    assert "Compact.BruteForce.sound" in names
    assert "Compact.Certificates.MaxOf2.bruteForce_correct" in names


def test_no_axioms() -> None:
    allowed = [
        line
        for line in (LEAN_FILES / "axioms_allowed.txt").read_text().splitlines()
        if not line.startswith("#")
    ]
    names = [name for code in THEORY.values() for name in _public(code)]
    header = "prelude\n" + "".join(f"import {module}\n" for module in THEORY)
    result = build_one(header + "".join(f"#print axioms _root_.{name}\n" for name in names))
    assert result.ok, [str(message) for message in result.messages if message.is_error]
    said = [" ".join(message.text.split()) for message in result.messages]
    assert len(said) == len(names)
    found = []
    for name, text in zip(names, said, strict=True):
        shown = name.replace("«", "").replace("»", "")  # messages drop the quotes of `«prefix»`
        if text != f"'{shown}' does not depend on any axioms":
            about = re.fullmatch(r"'(.*)' depends on axioms: \[(.*)\]", text)
            assert about is not None, text
            found.append(f"{about[1]}: {about[2]}")
    assert found == allowed


def test_axioms_are_noticed() -> None:
    """The control: Lean's answers are about the theorem that is asked about."""
    result = build_one(
        "prelude\nimport Compact.Statement\naxiom cheat : False\n"
        "theorem bad : False := cheat\ntheorem good : True := trivial\n"
        "#print axioms bad\n#print axioms good\n"
    )
    assert [message.text for message in result.messages] == [
        "'bad' depends on axioms: [cheat]",
        "'good' does not depend on any axioms",
    ]


@pytest.mark.parametrize("module", THEORY)
def test_nothing_suspicious(module: str) -> None:
    code = THEORY[module]
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
    for module, code in THEORY.items():
        if module.startswith("Compact.Certificates."):
            kinds = [kind for kind, _, _ in _declarations(code)]
            commands = set(re.findall(r"^(\w+)", code, re.MULTILINE))
            assert commands <= {"prelude", "import", "namespace", "def", "theorem", "end"}, module
            assert kinds.count("theorem") == (0 if module.endswith(".Weights") else 1), module
