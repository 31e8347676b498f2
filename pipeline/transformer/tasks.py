"""What the right answer is: the tasks of `lean/Compact/Task/` that a transformer can have.

A file's metadata may say which (`task`), and `--task` says it too; without either, it is the maximum.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import MalformedInput
from pipeline.model.settings import settings

TASK_VARIABLE = "COMPACT_TASK"
MAX = "max"


@dataclass(frozen=True)
class Task:
    """A task."""

    label: str
    """The function in Lean."""
    answer: Callable[[Sequence[int]], int]
    """The right answer to an input."""
    words: str
    """For people: the token that is the right answer."""


TASKS: Mapping[str, Task] = {
    MAX: Task("maximum", max, "the largest token"),
    "min": Task("minimum", min, "the smallest token"),
    "first": Task("first", lambda x: x[0], "the first token"),
    "last": Task("last", lambda x: x[-1], "the last token"),
}
_ALSO = {"maximum": MAX, "minimum": "min", "first token": "first", "last token": "last"}


def known(name: object) -> str | None:
    """The task of this name; `None` if there is none."""
    text = str(name).strip().lower()
    text = _ALSO.get(text, text)
    return text if text in TASKS else None


def asked_task() -> str | None:
    """The task that the command line names; `MalformedInput` if there is no such task."""
    asked = os.environ.get(TASK_VARIABLE)
    if asked is None:
        return None
    found = known(asked)
    if found is None:
        raise MalformedInput(
            f"unknown task {asked[:60]!a} for a transformer", cure=f"use one of: {', '.join(TASKS)}"
        )
    return found


def said_task(metadata: Mapping[str, object]) -> object:
    """What a file says of its task; `None` if nothing."""
    said = (each.value for each in settings(metadata) if each.name.lower() == "task")
    return next(said, None)


def task_of(metadata: Mapping[str, object]) -> str:
    """The task of a model whose file says this beside the weights; the maximum if nobody says one that is known."""
    return asked_task() or known(said_task(metadata)) or MAX


def other_task(said: object, task: str, n_ctx: int) -> list[str]:
    """A note if the file says that the model was trained for something else than the theorem is about."""
    if said is None or known(str(said).strip().removesuffix(f" of {n_ctx}")) == task:
        return []
    return [
        f"the file says task = {str(said)[:40]!a}, but the theorem is about answering with {TASKS[task].words}"
    ]
