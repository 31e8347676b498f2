"""The tasks, by their names in `lean/Compact/Task/`, and by those that people give them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from pipeline.recheck.certified import Input
from pipeline.recheck.refused import Refused

TASK_VARIABLE = "COMPACT_TASK"
NAMES = {"max": "maximum", "min": "minimum", "first": "first", "last": "last"}
ALSO = {"maximum": "max", "minimum": "min", "first token": "first", "last token": "last"}
LABELS = tuple(NAMES.values())


def answer(label: str, x: Input) -> int:
    """The right answer to an input."""
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
    for name in (os.environ.get(TASK_VARIABLE), said.get("task"), _trained(said), "max"):
        text = str(name).strip().lower()
        if name is not None and ALSO.get(text, text) in NAMES:
            if NAMES[ALSO.get(text, text)] != label:
                raise Refused(f"the theorem is about the task {label}, not the one that is meant")
            return
