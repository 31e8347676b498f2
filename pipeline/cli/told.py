"""What people say of a model that its file may not say, once for all programs: `--task`, `--table`, families' settings.

It is remembered in the environment (`COMPACT_TASK`, `COMPACT_TABLE`, a variable for each setting) until it is read.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.errors import MalformedInput
from pipeline.families import settings

Task = Annotated[
    str | None,
    typer.Option(
        metavar="TASK",
        help="What a model should answer: max, min, first, last, table, 'group Z59'.  [default: the file's own]",
    ),
]
Table = Annotated[
    Path | None,
    typer.Option(
        "--table",
        metavar="FILE",
        help="The multiplication table of the group, or the label of each input, as JSON.",
    ),
]


@dataclass(frozen=True)
class Told:
    """By the names of variables."""

    variables: Mapping[str, str]

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Told:
        """What is given by the names of options; `None` is not given."""
        variables = {"task": "COMPACT_TASK", "table": "COMPACT_TABLE"}
        variables |= {each.name: each.variable for each in settings()}
        unknown = [name for name in given if name not in variables]
        if unknown:
            raise MalformedInput(
                f"nothing can be said of a model by the name {unknown[0][:40]!a}",
                cure=f"use one of: {', '.join(variables)}",
            )
        return cls({variables[name]: str(each) for name, each in given.items() if each is not None})

    def remember(self) -> None:
        """From here on."""
        os.environ.update(self.variables)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """For what is read inside."""
        before = dict(os.environ)
        self.remember()
        try:
            yield
        finally:
            for name in self.variables:
                del os.environ[name]
                if name in before:
                    os.environ[name] = before[name]


def reads_models(command: Callable[..., int]) -> Callable[..., int]:
    """A command with these options in place of its parameter `told`, for typer, which reads signatures."""
    own = inspect.signature(command, eval_str=True)
    shared: dict[str, Any] = {"task": Task, "table": Table}
    shared |= {
        each.name: Annotated[
            str | None, typer.Option(f"--{each.name}", metavar=each.metavar, help=each.help)
        ]
        for each in settings()
    }
    kind = inspect.Parameter.KEYWORD_ONLY
    each = [one.replace(kind=kind) for name, one in own.parameters.items() if name != "told"]
    each += [
        inspect.Parameter(name, kind, default=None, annotation=annotation)
        for name, annotation in shared.items()
    ]

    def called(**given: Any) -> int:
        told = Told.of({name: given.pop(name) for name in shared})
        return command(**given, told=told)

    signature = own.replace(parameters=each)
    called.__signature__ = signature  # type: ignore[attr-defined]
    called.__annotations__ = {name: one.annotation for name, one in signature.parameters.items()}
    return called
