"""What a theorem takes for granted about the user's model, and whether their own forward pass agrees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from pipeline.cli.terminal import Terminal
from pipeline.errors import MalformedInput
from pipeline.families import family_of
from pipeline.family import AnyModel, Comparison

ASSUMED = "assumed"
"""The source of what nothing in the file says."""


@dataclass(frozen=True)
class Assumed:
    """What is assumed of a model, and what a comparison found."""

    model: AnyModel
    comparison: Comparison | None

    def json(self) -> dict[str, Any]:
        """For the outcome of a program."""
        each = {
            one.name: {"value": one.value, "source": one.source, "in_words": one.in_words}
            for one in self.model.assumed
        }
        compared = None if self.comparison is None else self.comparison.json()
        return {"assumed": each, "notes": list(self.model.notes), "compared": compared}

    def in_words(self) -> Text:
        """Lines that go on where a summary ends."""
        said = [one.in_words for one in self.model.assumed if one.source != ASSUMED]
        assumed = [one.in_words for one in self.model.assumed if one.source == ASSUMED]
        rows = []
        if assumed:
            rows.append(("assumed", "; ".join(assumed)))
        if said:
            rows.append(("as it says", "; ".join(said)))
        if self.comparison is not None:
            rows.append(("compared", self.comparison.in_words()))
        elif assumed:
            rows.append(
                (
                    "",
                    "(no weight shows this: --compare FILE.npz checks it against your forward pass)",
                )
            )
        text = Text()
        for name, value in rows:
            text.append(f"  {name:<12}", style="bold").append(f"{value}\n")
        text.rstrip()
        return text


def look_at(model: AnyModel, path: Path, given: Path | None, terminal: Terminal) -> Assumed:
    """Say what people should know before the work starts; refuse a model that differs from `given`."""
    for note in model.notes:
        terminal.note(f"{path}: {note}")
    if given is None:
        return Assumed(model, None)
    family = family_of(model)
    if family.compare is None:
        raise MalformedInput(
            f"{path}: --compare is not there for the family {family.name}",
            cure=f"leave it out, and compare with the statement: lean/Compact/{family.form.folder}/Statement.lean",
        )
    return Assumed(model, family.compare(model, given, path))
