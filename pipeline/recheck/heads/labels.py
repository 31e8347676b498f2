"""The tasks, by their names in `lean/Compact/Task/`, and by those that people give them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.recheck.certified import Input
from pipeline.recheck.refused import Refused

TASK_VARIABLE, TABLE_VARIABLE = "COMPACT_TASK", "COMPACT_TABLE"
NAMES = {"max": "maximum", "min": "minimum", "first": "first", "last": "last"}
ALSO = {"maximum": "max", "minimum": "min", "first token": "first", "last token": "last"}
TABLE = "table"
LABELS = (*NAMES.values(), r"\(lookup \(nat_lit [0-9]+\) \4\.weights\.table\)")
"""As they stand in a theorem; `\\4` is the certificate's namespace."""


def is_lookup(label: str) -> bool:
    """Is the label read from a table?"""
    return label.startswith("(lookup ")


def answer(label: str, x: Input, v: int, table: Sequence[int]) -> int:
    """The right answer to an input over `v` tokens (`lookup`, where the task is a table)."""
    if is_lookup(label):
        place = 0
        for token in x:
            place = v * place + token
        return table[place] if place < len(table) else 0
    if label == "maximum":
        return max(x)
    if label == "minimum":
        return min(x)
    return x[0] if label == "first" else x[-1]


def _trained(said: Mapping[str, object]) -> object:
    """What is said of the task among the settings of the training."""
    try:
        training = json.loads(str(said.get("training")))
    except ValueError:
        return None
    return training.get("task") if isinstance(training, dict) else None


def require_label(label: str, said: Mapping[str, object]) -> None:
    """Refuse another task than the one that is meant: on the command line, or else in the file, or else the maximum."""
    given = TABLE if os.environ.get(TABLE_VARIABLE) else None
    for name in (os.environ.get(TASK_VARIABLE), given, said.get("task"), _trained(said), "max"):
        text = str(name).strip().lower()
        if text == TABLE:
            if not is_lookup(label):
                raise Refused("the theorem is not about a table, which is meant")
            return
        if name is not None and ALSO.get(text, text) in NAMES:
            if NAMES[ALSO.get(text, text)] != label:
                raise Refused(f"the theorem is about the task {label}, not the one that is meant")
            return


def require_table(
    label: str, v: int, n: int, table: Sequence[int], said: Mapping[str, object]
) -> None:
    """Refuse another table than the one that is meant, or one for another number of tokens."""
    if not is_lookup(label):
        return
    if not label.startswith(f"(lookup (nat_lit {v}) ") or len(table) != v**n:
        raise Refused("the table is not one of this model's inputs")
    file = os.environ.get(TABLE_VARIABLE)
    try:
        meant = json.loads(Path(file).read_text() if file else str(said.get(TABLE)))
    except (OSError, ValueError, RecursionError):
        raise Refused("a table cannot be read") from None
    if meant != list(table):
        raise Refused("the table is not the one that is meant")
