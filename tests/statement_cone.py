"""Everything that a certified statement means, as Lean prints it.

`python -m tests.statement_cone` writes the reviewed snapshot `tests/lean/statement.txt` anew; read the
difference before you commit it, for it is a change of what certificates claim.
"""

from __future__ import annotations

import re

from pipeline.lean import SourceRoot
from tests.lean_support import LEAN_FILES, build_one

SNAPSHOT = LEAN_FILES / "statement.txt"

ROOTS = ("Compact.AtLeast", "Compact.Correct", "Compact.Weights", "Compact.ExpField")
"""The constants of every certified statement."""

_IDENTIFIER = re.compile(r"(?<![\w.'])[^\W\d][\w']*(?:\.[\w']+)*")


def statement_cone(theory: SourceRoot | None = None) -> str:
    """The definitions that the roots rest on, directly or not, found by asking Lean for each name.

    `theory` is another theory in place of the project's.
    """
    printed: dict[str, str] = {}
    asked: set[str] = set()
    waiting = set(ROOTS)
    while waiting:
        found = _printed(sorted(waiting), theory)
        printed |= found
        asked |= waiting
        waiting = {name for text in found.values() for name in _IDENTIFIER.findall(text)} - asked
    assert set(ROOTS) <= set(printed)
    return "\n\n".join(printed[name] for name in sorted(printed)) + "\n"


def _printed(names: list[str], theory: SourceRoot | None) -> dict[str, str]:
    """What `#print` says of each of these names; names of bound variables and fields are left out."""
    options = (
        "set_option pp.all true\nset_option pp.deepTerms true\nset_option pp.maxSteps 1000000\n"
    )
    header = f"prelude\nimport Compact.Statement\n{options}"
    commands = "".join(f"#print {name}\n" for name in names)
    first = header.count("\n") + 1
    result = build_one(header + commands, theory)
    return {
        names[message.line - first]: message.text
        for message in result.messages
        if message.severity == "information"
    }


if __name__ == "__main__":
    SNAPSHOT.write_text(statement_cone())
