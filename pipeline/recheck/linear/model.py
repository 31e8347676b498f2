"""Is a linear model in Lean that of a model file?"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from pipeline.recheck.floats import numerator
from pipeline.recheck.linear.weights import Rows, Weights
from pipeline.recheck.model_file import MAX_FRAC, Stored, read_stored
from pipeline.recheck.refused import Refused
from pipeline.recheck.unwrapped import unwrapped

LONG = {"embed.W_E": "W_E", "unembed.W_U": "W_U"}
COUNTS = ("n_ctx", "n")


def require_model(content: bytes, w: Weights) -> None:
    """Refuse weights that are not exactly those of the file, and another number of tokens."""
    stored, said = read_stored(content)
    plain = unwrapped(stored)
    found = {LONG.get(plain[key], plain[key]): tensor for key, tensor in stored.items()}
    if len(found) != len(stored):
        raise Refused("a tensor is given twice in the model's file")
    names = [factor.name for factor in w.factors]
    if set(found) - set(COUNTS) != set(names):
        raise Refused("the model's file has other tensors than the theorem")
    _require_count(found, said, w.n_ctx)
    if w.frac > MAX_FRAC:
        raise Refused(f"frac is above {MAX_FRAC}, which no float needs")
    w.require_shapes()
    turned = _turned(w, found, said.get("layout"))
    for i, factor in enumerate(w.factors):
        if any(row >> factor.tensor.bits * w.columns(i) for row in factor.tensor.rows):
            raise Refused(f"{factor.name} has rows that are longer than they should be")
        rows = w.matrix(i)
        wanted = [entry for row in (_transposed(rows) if turned else rows) for entry in row]
        if wanted != [numerator(each, w.frac) for each in found[factor.name].numbers()]:
            raise Refused(f"{factor.name} does not hold the numbers of the model's file")


def _require_count(found: Mapping[str, Stored], said: Mapping[str, object], n_ctx: int) -> None:
    """All that is said of the number of tokens has to be this number, and something has to be said."""
    texts = [str(said[name]) for name in COUNTS if name in said]
    for task in (os.environ.get("COMPACT_TASK"), said.get("task")):
        if task:
            match = re.fullmatch(r"\s*max of ([0-9]+)\s*", str(task), re.ASCII)
            if match is None:
                raise Refused("the task is not the largest of some tokens")
            texts.append(match[1])
    for name in COUNTS:
        if name in found:
            kind, data = found[name].dtype, found[name].data
            if kind[:1] not in "IU" or found[name].shape not in ((), (1,)):
                raise Refused(f"{name} is not one integer")
            texts.append(str(int.from_bytes(data, "little", signed=kind.startswith("I"))))
    if not texts or any(not text.isdecimal() or int(text) != n_ctx for text in texts):
        raise Refused(
            "neither file nor command line says this number of tokens, or one says another"
        )


def _turned(w: Weights, found: Mapping[str, Stored], layout: object) -> bool:
    """Are the matrices of the file transposed?  Only those called E, W, U may be, and only where that is plain."""
    shapes = [(factor.rows, w.columns(i)) for i, factor in enumerate(w.factors)]
    stored = [found[factor.name].shape for factor in w.factors]
    flipped = [(b, a) for a, b in shapes]
    own = w.factors[0].name == "E"
    if layout not in (None, "rows", "columns") or (layout == "columns" and not own):
        raise Refused("the layout of the model's file is not known")
    both = own and layout is None and _chained(stored) and _chained([s[::-1] for s in stored])
    if both:
        raise Refused("whether the matrices of the model's file act on rows or columns is not said")
    if stored == shapes and layout != "columns":
        return False
    if stored == flipped and own and layout != "rows":
        return True
    raise Refused("a tensor does not have the shape that it has in the model's file")


def _chained(shapes: list[tuple[int, ...]]) -> bool:
    pairs = zip(shapes, [*shapes[1:], shapes[0]], strict=True)
    return all(len(a) == 2 and len(b) == 2 and a[1] == b[0] for a, b in pairs)


def _transposed(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]
