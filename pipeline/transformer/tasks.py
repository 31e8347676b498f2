"""What the right answer is: the tasks of `lean/Compact/Task/` that a transformer can have.

A file's metadata may say which (`task`), and `--task` says it too; without either, it is the maximum.  The task `table`
is a finite table: a label for each input, in the file's metadata (`table`) or in a file of its own (`--table`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.files import read_bytes
from pipeline.model.settings import settings

TASK_VARIABLE, TABLE_VARIABLE = "COMPACT_TASK", "COMPACT_TABLE"
MAX = "max"
TABLE = "table"
MAX_LABELS = 1 << 12
"""Entries of a table: the kernel walks along it for each input."""


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
    return text if text in TASKS or text == TABLE else None


def asked_task() -> str | None:
    """The task that the command line names; `MalformedInput` if there is no such task."""
    asked = os.environ.get(TASK_VARIABLE)
    if asked is None:
        return None
    found = known(asked)
    if found is None:
        raise MalformedInput(
            f"unknown task {asked[:60]!a} for a transformer",
            cure=f"use one of: {', '.join([*TASKS, TABLE])}",
        )
    return found


def said_task(metadata: Mapping[str, object]) -> object:
    """What a file says of its task; `None` if nothing."""
    said = (each.value for each in settings(metadata) if each.name.lower() == "task")
    return next(said, None)


def task_of(metadata: Mapping[str, object]) -> str:
    """The task of a model whose file says this beside the weights; the maximum if nobody says one that is known."""
    asked, given = asked_task(), TABLE if os.environ.get(TABLE_VARIABLE) else None
    if given and asked not in (None, TABLE):
        raise MalformedInput(f"--task {asked} is not what --table says", cure="give one of the two")
    return asked or given or known(said_task(metadata)) or MAX


def words_for(task: str) -> str:
    """For people: what a model of this task answers with."""
    return "the label in its table" if task == TABLE else TASKS[task].words


def place(v: int, x: Sequence[int]) -> int:
    """The place of an input among all, in the order in which the last token changes fastest."""
    found = 0
    for token in x:
        found = v * found + token
    return found


def labels_of(path: Path, metadata: Mapping[str, object], v: int, n: int) -> tuple[int, ...]:
    """The table of a model with so many tokens and positions."""
    file = os.environ.get(TABLE_VARIABLE)
    where, text = path, metadata.get(TABLE)
    if file:
        where = Path(file)
        text = read_bytes(where).decode("utf-8", errors="replace")
    if text is None:
        raise MalformedInput(
            f"{path}: which table?", cure="give --table FILE, or metadata with the key table"
        )
    cure = f"give a JSON list of {v}^{n} labels below {v}, the last token changing fastest"
    try:
        entries = json.loads(str(text))
    except (ValueError, RecursionError):
        raise MalformedInput(f"{where}: the table is no JSON", cure=cure) from None
    if not isinstance(entries, list) or not all(type(each) is int for each in entries):
        raise MalformedInput(f"{where}: the table is no list of whole numbers", cure=cure)
    if len(entries) > MAX_LABELS or n * v.bit_length() > 64 or len(entries) != v**n:
        raise MalformedInput(
            f"{where}: the table has {len(entries):,} labels; it has to have one for each of the"
            f" {v}^{n} inputs, and {MAX_LABELS:,} at most",
            cure=cure,
        )
    wrong = [each for each in entries if not 0 <= each < v]
    if wrong:
        raise MalformedInput(f"{where}: the table has the label {wrong[0]}", cure=cure)
    return tuple(entries)


def other_task(said: object, task: str, n_ctx: int) -> list[str]:
    """A note if the file says that the model was trained for something else than the theorem is about."""
    if said is None or known(str(said).strip().removesuffix(f" of {n_ctx}")) == task:
        return []
    return [
        f"the file says task = {str(said)[:40]!a}, but the theorem is about answering with {words_for(task)}"
    ]
