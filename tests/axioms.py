"""What every public theorem rests on, as Lean says: `python -m tests.axioms` prints it (--json: figures).

There are two kinds.  The general theorems, about every `ExpField`, rest on no axiom.  What is said of the real numbers
(`Compact.Real`) may rest on Lean's own three, and on no other.

The names are found in the sources of the modules that `Compact.lean` imports, certificates included.  Which Lean is
asked is decided as everywhere (`PIPELINE_LEAN`).

Exit codes: 0 all is as it should be, 1 a general theorem depends on an axiom, or one about the reals on a fourth.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache

from pipeline.bundle.theory import theory_root
from pipeline.lean import ROOT_MODULE
from pipeline.lean.modules import load_modules
from tests.lean_support import build_one, toolchain

CERTIFICATES = f"{ROOT_MODULE}.Certificates."
REALS = f"{ROOT_MODULE}.Real."
"""The modules that may use axioms start like this."""
THREE = frozenset({"propext", "Classical.choice", "Quot.sound"})
"""The axioms of Lean's own library."""

_COMMENT = re.compile(
    r"/-(?:[^-/]|-(?!/)|/(?!-)|/-(?:[^-]|-(?!/))*-/)*-/|--[^\n]*|\"(?:[^\"\\]|\\.)*\""
)
_SCOPE = re.compile(r"(?:noncomputable\s+|public\s+)?(namespace|section|end)\b[ \t]*([\w.']*)")
_DECLARATION = re.compile(
    r"(?:@\[[^\]]*\]\s*)?"
    r"(?P<modifiers>(?:(?:private|protected|noncomputable|unsafe|partial|nonrec)\s+)*)"
    r"(?P<kind>theorem|def|abbrev|instance)\s+(?P<name>[^\s:({\[]+)"
)


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: "\n" * found.group().count("\n") or " ", text)


@cache
def theory() -> dict[str, str]:
    """The modules that `Compact.lean` imports, without comments and strings."""
    modules = load_modules([ROOT_MODULE], [theory_root()])
    return {
        name: _without_comments(module.source.decode())
        for name, module in modules.items()
        if name != ROOT_MODULE
    }


def declarations(code: str) -> Iterator[tuple[str, str, str]]:
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
            inside = [] if name.startswith("_root_.") else filter(None, scopes)
            full = ".".join([*inside, name.removeprefix("_root_.")])
            yield found["kind"], found["modifiers"], full
    assert not scopes


def public(code: str) -> list[str]:
    """Everything that has a name which other files can use."""
    return [name for _, modifiers, name in declarations(code) if "private" not in modifiers.split()]


@cache
def public_theorems() -> tuple[str, ...]:
    """All that other files can use, definitions too."""
    return tuple(name for code in theory().values() for name in public(code))


@cache
def about_reals() -> frozenset[str]:
    """Those of them that are declared in `Compact.Real`: only they may rest on axioms."""
    return frozenset(
        name
        for module, code in theory().items()
        if module.startswith(REALS)
        for name in public(code)
    )


def forbidden(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """The names that rest on an axiom on which they may not rest."""
    allowed = {name: THREE if name in about_reals() else frozenset() for name in found}
    return {name: axioms for name, axioms in found.items() if not allowed[name].issuperset(axioms)}


def axioms_of(names: tuple[str, ...]) -> dict[str, list[str]]:
    """The axioms of each name, in the answers of Lean to `#print axioms`; all of them have to be understood."""
    header = "prelude\n" + "".join(f"import {module}\n" for module in theory())
    result = build_one(header + "".join(f"#print axioms _root_.{name}\n" for name in names))
    assert result.ok, [str(message) for message in result.messages if message.is_error]
    said = [" ".join(message.text.split()) for message in result.messages]
    found: dict[str, list[str]] = {}
    for name, text in zip(names, said, strict=True):
        shown = name.replace("«", "").replace("»", "")  # messages drop the quotes of `«prefix»`
        if text == f"'{shown}' does not depend on any axioms":
            found[name] = []
        else:
            about = re.fullmatch(rf"'{re.escape(shown)}' depends on axioms: \[(.*)\]", text)
            assert about is not None, text
            found[name] = about[1].split(", ")
    return found


def main() -> int:
    found = axioms_of(public_theorems())
    wrong = forbidden(found)
    general = [name for name in found if name not in about_reals()]
    real = [name for name in found if name in about_reals()]
    with_axioms = [name for name in real if found[name]]
    if "--json" in sys.argv:
        figures = {
            "lean": toolchain().describe(),
            "asked": len(general),
            "depending": len(wrong),
            "real": len(real),
            "real_with_axioms": len(with_axioms),
            "real_axioms": sorted({axiom for name in real for axiom in found[name]}),
        }
        print(json.dumps(figures | wrong))
        return 1 if wrong else 0
    print(f"Lean: {toolchain().describe()}")
    certified = [name for name in found if name.startswith(CERTIFICATES)]
    for name in [name for name in certified if name.endswith(("_correct", "_real"))]:
        print(f"{name}: {', '.join(found[name]) or 'no axioms'}")
    for name, axioms in wrong.items():
        print(f"MUST NOT: {name}: {', '.join(axioms)}")
    print(
        f"{len(general)} public theorems and definitions, "
        f"{sum(bool(found[name]) for name in general)} depend on an axiom"
    )
    print(
        f"{len(real)} more about the real numbers ({REALS}*), {len(with_axioms)} depend on "
        f"Lean's own three axioms, {sum(name in wrong for name in real)} on another"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
