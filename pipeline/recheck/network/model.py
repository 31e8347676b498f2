"""Is a network in Lean that of a model file, and its table that of the group which is meant?"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.recheck.floats import numerator
from pipeline.recheck.model_file import MAX_FRAC, Stored, read_stored
from pipeline.recheck.network.groups import Rows, named
from pipeline.recheck.network.weights import Weights
from pipeline.recheck.refused import Refused

TASK_VARIABLE, TABLE_VARIABLE = "COMPACT_TASK", "COMPACT_TABLE"
BIASES = ("b", "b_U")
SIDES = (
    ({"W_L"}, ["W_L"], ["W_L"]),
    ({"W_L", "W_R"}, ["W_L"], ["W_R"]),
    ({"W_E", "W_in"}, ["W_E", "W_in"], ["W_E", "W_in"]),
    ({"W_E", "W_in_L", "W_in_R"}, ["W_E", "W_in_L"], ["W_E", "W_in_R"]),
    ({"W_E_L", "W_E_R", "W_in"}, ["W_E_L", "W_in"], ["W_E_R", "W_in"]),
    ({"W_E_L", "W_E_R", "W_in_L", "W_in_R"}, ["W_E_L", "W_in_L"], ["W_E_R", "W_in_R"]),
)
"""Tensors of a file besides those of the unembedding; which of them the first element goes through, and the second."""


def require_model(content: bytes, w: Weights) -> None:
    """Refuse weights that are not exactly those of the file, and another table."""
    stored, said = read_stored(content)
    if w.frac > MAX_FRAC:
        raise Refused(f"frac is above {MAX_FRAC}, which no float needs")
    if w.parts != _parts(set(stored)):
        raise Refused("the file's tensors are put together in another way")
    w.require_shapes()
    w.require_short_rows()
    for name, shape in w.shapes().items():
        entries = [entry for row in w.tensor(name) for entry in row]
        if name not in stored and name in BIASES:
            if any(entries):
                raise Refused(f"the model's file has no {name}")
            continue
        _same(name, shape, entries, stored[name], w.frac)
    tables = list(_tables(said))
    if not tables:
        raise Refused("neither the model's file nor the command line says which group is meant")
    elements = range(w.order)
    ours = [[w.table.times(x, y) for y in elements] for x in elements]
    if any(table != ours for table in tables):
        raise Refused("the table in Lean is not that of the group which is meant")


def _parts(names: set[str]) -> Mapping[str, list[str]]:
    unembed = ["W_out", "W_U"] if "W_out" in names else ["W_U"]
    for sides, left, right in SIDES:
        if names - set(BIASES) == {*sides, *unembed}:
            return {"W_L": left, "W_R": right, "W_U": unembed}
    raise Refused("the model's file does not have the tensors of a network")


def _same(name: str, shape: tuple[int, int], entries: list[int], stored: Stored, frac: int) -> None:
    shapes: list[tuple[int, ...]] = [shape]
    if name in BIASES:
        shapes.append(shape[1:])
    if stored.shape not in shapes:
        raise Refused(f"{name} does not have the shape that it has in the model's file")
    if entries != [numerator(number, frac) for number in stored.numbers()]:
        raise Refused(f"{name} does not hold the numbers of the model's file")


def _tables(said: Mapping[str, object]) -> list[Rows]:
    """All that are given: on the command line, and in the file."""
    tasks = [os.environ.get(TASK_VARIABLE), said.get("task")]
    found = [named(str(task).strip().removeprefix("group ")) for task in tasks if task]
    texts = [said["table"]] if "table" in said else []
    path = os.environ.get(TABLE_VARIABLE)
    try:
        found += [
            json.loads(str(text)) for text in (*texts, *([Path(path).read_text()] if path else []))
        ]
    except (OSError, ValueError, RecursionError):
        raise Refused("a table cannot be read") from None
    return found
