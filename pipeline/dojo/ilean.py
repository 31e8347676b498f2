"""What Lean says of a module: what it declares, where, and which names stand where in it.

When Lean builds a module it also writes an `.ilean` file (option `-i`), from which editors answer "go to definition".
It has, for each declaration, the range of its text, and for each constant, the places where its name stands in the
source.  That is all that is read here: names that are written.  What a proof uses
without naming it (an instance that Lean finds by itself, a lemma that a tactic such as `ring` applies) is not there.

Lines are counted from 0 in the file, and from 1 here, as lean-dojo and editors do; columns the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import MalformedInput

VERSION = 5
"""Of the format, as Lean 4.35 writes it."""

Place = tuple[int, int]
"""A line and a column, both from 1."""


@dataclass(frozen=True)
class Span:
    """A piece of a source file; the end is not part of it."""

    start: Place
    end: Place

    @classmethod
    def of(cls, numbers: Sequence[int]) -> Span:
        line, column, end_line, end_column = (number + 1 for number in numbers)
        return cls((line, column), (end_line, end_column))

    def holds(self, other: Span) -> bool:
        """Is the other one part of it?"""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Use:
    """A name that stands in a source file."""

    module: str
    """Where the constant is declared."""
    name: str
    span: Span


@dataclass(frozen=True)
class Ilean:
    """One module."""

    module: str
    imports: Sequence[str]
    declarations: Mapping[str, Span]
    """The text of each declaration, in the order of the file."""
    bare: Mapping[str, Span]
    """Constants that stand nowhere in `declarations`, and where their names are: Lean forgets the text of a declaration
    in which no constant is named."""
    parts: Mapping[str, str]
    """Of constants that are declared inside a declaration (fields, constructors): which one."""
    uses: Sequence[Use]
    """In the order of the file."""


def read_ilean(content: bytes, where: str) -> Ilean:
    """Read the file; `where` is for the error message."""
    try:
        data = json.loads(content)
        if data["version"] != VERSION:
            raise MalformedInput(
                f"{where}: an .ilean file of version {data['version']}, not {VERSION}",
                cure="use the pinned Lean (python -m pipeline.lean which)",
            )
        spans = {name: Span.of(numbers[:4]) for name, numbers in data["decls"].items()}
        references = [(_constant(key), value) for key, value in data["references"].items()]
        return Ilean(
            module=data["module"],
            imports=[item[0] for item in data["directImports"]],
            declarations=dict(sorted(spans.items(), key=lambda item: item[1].start)),
            bare=dict(_bare(references, spans)),
            parts=dict(_parts(references)),
            uses=sorted(_uses(references), key=lambda use: (use.span.start, use.name)),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise MalformedInput(f"{where}: not an .ilean file ({error!r})") from None


Reference = tuple[tuple[str, str] | None, Mapping[str, Any]]


def _constant(key: str) -> tuple[str, str] | None:
    """The module and the name of a constant; none for a local variable."""
    constant = json.loads(key).get("c")
    return None if constant is None else (constant["m"], constant["n"])


def _parts(references: Sequence[Reference]) -> Iterator[tuple[str, str]]:
    for constant, value in references:
        definition = value["definition"]
        if constant is not None and definition is not None and len(definition) > 4:
            yield constant[1], definition[4]


def _bare(references: Sequence[Reference], spans: Mapping[str, Span]) -> Iterator[tuple[str, Span]]:
    for constant, value in references:
        definition = value["definition"]
        if constant is not None and definition is not None and len(definition) == 4:
            name = constant[1]
            if name not in spans and not name.endswith("_example"):
                yield name, Span.of(definition)


def _uses(references: Sequence[Reference]) -> Iterator[Use]:
    for constant, value in references:
        if constant is not None:
            module, name = constant
            for numbers in value["usages"]:
                yield Use(module, name, Span.of(numbers[:4]))
