"""Everything that a certified statement means, as Lean prints it.

Two reviewed texts: `tests/lean/theorem.txt` is the statement of every committed theorem, with its number and its
weights left open; `tests/lean/statement.txt` is the definition of everything that this statement rests on.

`python -m tests.statement_cone` writes both anew; read the difference before you commit it, for it is a change of
what certificates claim.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.bundle.manifest import Manifest
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.claim import ACCURACY
from pipeline.cli.corpus import read_corpus
from pipeline.emit.names import certificate_modules
from pipeline.lean import PROJECT, SourceRoot
from tests.lean_support import LEAN_FILES, build_one

SNAPSHOT = LEAN_FILES / "statement.txt"
THEOREM = LEAN_FILES / "theorem.txt"

ROOTS = ("Compact.AtLeast", "Compact.Correct", "Compact.Weights", "Compact.ExpField")
"""The constants of every certified statement."""

GENERAL_SNAPSHOT = LEAN_FILES / "general_statement.txt"
TASKS = ("First", "Last", "Lookup", "Max", "Min")
GENERAL_ROOTS = (
    *("Compact.AtLeast", "Compact.ExpField", "Compact.Transformer.Correct"),
    *("Compact.Transformer.Weights", "Compact.maximum", "Compact.minimum"),
    *("Compact.first", "Compact.last", "Compact.lookup"),
)
"""The same of models with several heads or biases, and of other tasks than the maximum."""
CLAIMS_SNAPSHOT = LEAN_FILES / "claims_statement.txt"
CLAIMS_ROOTS = (
    *("Compact.CorrectBy", "Compact.dyadic", "Compact.RightOn", "Compact.RightInGaps"),
    *("Compact.MassAtLeast", "Compact.tokenWeight", "Compact.MeanLossAtMost"),
)
"""The constants of claims other than accuracy, beside those of accuracy."""
_PLAIN = ("Compact.Transformer.Statement",)
_GENERAL = (
    "Compact.Transformer.General.Statement",
    *(f"Compact.Task.{task}" for task in TASKS),
)

_CLAIMS = (
    *("Compact.Claim.Mass", "Compact.Transformer.Claim.Margin", "Compact.Transformer.Claim.Region"),
    "Compact.Transformer.Claim.Loss",
)

_IDENTIFIER = re.compile(r"(?<![\w.'])[^\W\d][\w']*(?:\.[\w']+)*")


def statement_cone(theory: SourceRoot | None = None) -> str:
    """The definitions that the statement about plain models rests on (`_cone`)."""
    return _cone(theory, ROOTS, _PLAIN)


def general_cone() -> str:
    """The definitions that the general statement rests on, and the tasks."""
    return _cone(None, GENERAL_ROOTS, _GENERAL)


def claims_cone() -> str:
    """What claims other than accuracy rest on besides: definitions that are not in the text of accuracy."""
    known = {block.strip() for _, block in _definitions(statement_cone())}
    blocks = _definitions(_cone(None, CLAIMS_ROOTS, _CLAIMS))
    return "\n\n".join(block.strip() for _, block in blocks if block.strip() not in known) + "\n"


def _cone(theory: SourceRoot | None, roots: Sequence[str], modules: Sequence[str]) -> str:
    """The definitions that the roots rest on, directly or not, found by asking Lean for each name.

    `theory` is another theory in place of the project's.
    """
    printed: dict[str, str] = {}
    asked: set[str] = set()
    waiting = set(roots)
    while waiting:
        found = _printed(sorted(waiting), theory, modules)
        printed |= found
        asked |= waiting
        waiting = {name for text in found.values() for name in _IDENTIFIER.findall(text)} - asked
    assert set(roots) <= set(printed)
    return "\n\n".join(printed[name] for name in sorted(printed)) + "\n"


def committed() -> list[Manifest]:
    """The manifests of all certificates in `examples/corpus.json` that are about accuracy."""
    tasks = read_corpus(PROJECT / "examples" / "corpus.json")
    paths = [path for task in tasks for path in find_manifests(task.certificate)]
    manifests = [read_stored(path).manifest for path in paths]
    return [manifest for manifest in manifests if manifest.claim.kind == ACCURACY]


def committed_statements() -> dict[str, str]:
    """By theorem: its statement as Lean prints it in full, with `THEOREM`, `N` and `WEIGHTS` for its own names.

    They are only put where the number and the name stand that the manifest claims, so a theorem
    about another number or other weights has another text.
    """
    manifests = committed()
    names = [manifest.lean.theorem for manifest in manifests]
    imports = "".join(f"import {manifest.lean.module}\n" for manifest in manifests)
    checks = "".join(f"#check @{name}\n" for name in names)
    result = build_one(f"prelude\n{imports}set_option pp.all true\n{checks}")
    assert result.ok, [str(message) for message in result.messages]
    texts = [" ".join(message.text.split()) for message in result.messages]
    return {
        name: _left_open(text, manifest)
        for name, text, manifest in zip(names, texts, manifests, strict=True)
    }


def _left_open(text: str, manifest: Manifest) -> str:
    weights = f"{certificate_modules(manifest.model.name)}.weights"
    for own, word in (
        (manifest.lean.theorem, "THEOREM"),
        (weights, "WEIGHTS"),
        (str(manifest.claim.bound), "N"),
    ):
        text = re.sub(rf"(?<![\w.]){re.escape(own)}(?![\w.])", word, text, count=1)
    return text + "\n"


def drift(reviewed: Path, found: str) -> str:
    """What to do about a text that is not the reviewed one; empty if it is."""
    expected = reviewed.read_text()
    if found == expected:
        return ""
    before, after = (dict(_definitions(text)) for text in (expected, found))
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    lines = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), "reviewed", "found", n=1, lineterm=""
    )
    shown = "\n".join(list(lines)[:60])
    return f"""WHAT CERTIFICATES CLAIM HAS CHANGED: {", ".join(changed)}
{shown}

{reviewed.relative_to(PROJECT)} is what a person has read and agreed to; Lean now says something else.
- You did not mean to change the claim: undo the change of these definitions.
- You did: read the difference above as a reader of Statement.lean would.  Does the theorem still say what the README,
  docs/theorem.md and TRUST.md say?  Mend those first.  Then run `python -m tests.statement_cone`, commit what it writes
  together with the definitions, and say in the commit's message what changed and why.  All certificates are stale then:
  examples/certify.sh exports them again.
- Only Lean's way of printing has changed (a new version): compare, then the same.
"""


def _definitions(text: str) -> list[tuple[str, str]]:
    """Name and text of each definition in a snapshot."""
    blocks = re.split(r"\n\n(?=\S)", text)
    return [(_name(block), block) for block in blocks]


def _name(block: str) -> str:
    names = re.findall(r"(?<![\w.@\[])[A-Z][\w.'«»]*", block.partition("\n")[0])
    return names[0].split(".{")[0] if names else block[:40]


def _printed(names: list[str], theory: SourceRoot | None, modules: Sequence[str]) -> dict[str, str]:
    """What `#print` says of each of these names; names of bound variables and fields are left out."""
    options = (
        "set_option pp.all true\nset_option pp.deepTerms true\nset_option pp.maxSteps 1000000\n"
    )
    imports = "".join(f"import {module}\n" for module in modules)
    header = f"prelude\n{imports}{options}"
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
    GENERAL_SNAPSHOT.write_text(general_cone())
    CLAIMS_SNAPSHOT.write_text(claims_cone())
    [statement] = set(committed_statements().values())
    THEOREM.write_text(statement)
