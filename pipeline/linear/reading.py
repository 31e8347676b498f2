"""From a file to the exact model, refusing everything the theorem is not about.

A file has `W_E` and `W_U`, or with long names `embed.W_E` and `unembed.W_U`, as TransformerLens writes them: `W_E`
`[v, d]`, `W_U` `[d, v]`, and maybe `W` `[d, d']` between them.  Or it has the matrices of the equation
`U W (E x_1 + ... + E x_n)` themselves, `E`, `U` and maybe `W`, which act on columns: `E` `[d, v]`, `W` `[d', d]`,
`U` `[v, d']`.  These are taken for rows like the others if they fit together only so; if both would fit, the file has
to say which (`layout`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.linear.model import Linear, Rows
from pipeline.model.container import Container, StoredTensor
from pipeline.model.containers import parse, read_bytes
from pipeline.model.exact import exact

LONG = {"embed.W_E": "W_E", "unembed.W_U": "W_U"}
LENGTHS = ("n_ctx", "n")
LAYOUTS = ("rows", "columns")
MAX_VOCAB, MAX_TOKENS, MAX_ENTRIES = 4096, 1000, 1 << 22
CURE_NAMES = "use W_E, W_U and maybe W, or E, U and maybe W, and say how many tokens there are"
_NAMES = ({"W_E", "W_U"}, {"W_E", "W", "W_U"}, {"E", "U"}, {"E", "W", "U"})


def recognises(names: Collection[str]) -> bool:
    """Are these the tensors of a linear model?"""
    found = _short(names)
    told = set(names) & set(LENGTHS)  # only linear models say there how many tokens they read
    return found in _NAMES or bool(told and any(each <= found for each in _NAMES))


def _short(names: Collection[str]) -> set[str]:
    return {LONG.get(name, name) for name in names} - set(LENGTHS)


def read_linear(path: str | os.PathLike[str]) -> Linear:
    """Read a model file exactly; raises `MalformedInput` with one line that says what to change."""
    path = Path(path)
    content = read_bytes(path)
    container = parse(path, content)
    stored = {LONG.get(k, k): t for k, t in container.tensors.items() if k not in LENGTHS}
    if set(stored) not in _NAMES or len(stored) + _lengths(container) != len(container.tensors):
        found = ", ".join(map(ascii, sorted(container.tensors)))
        known = [each for each in _NAMES if each <= set(stored)]
        odd = sorted(set(stored).difference(*known)) if known else []
        what = f"no linear model has a tensor {odd[0]!a}, only" if odd else "no linear model has"
        raise MalformedInput(
            f"{path}: {what} {'matrices of weights' if odd else f'the tensors {found[:200]}'}",
            cure="leave it out, if it is zero" if odd else CURE_NAMES,
        )
    n_ctx = _n_ctx(path, container)
    order = ("W_E", "W", "W_U") if "W_E" in stored else ("E", "W", "U")
    names = [name for name in order if name in stored]
    shapes = {name: _shape(path, name, stored[name]) for name in names}
    columns = _as_columns(path, names, shapes, container.metadata.get("layout"))
    shapes = {name: (b, a) if columns else (a, b) for name, (a, b) in shapes.items()}
    d_vocab = shapes[names[0]][0]
    numbers = {name: exact(path, name, stored[name]) for name in names}
    frac = max(each.frac for each in numbers.values())
    tensors: dict[str, Rows] = {}
    for name in names:
        entries, (rows, width) = numbers[name].numerators(frac), shapes[name]
        if columns:
            entries = [entries[i + rows * j] for i in range(rows) for j in range(width)]
        tensors[name] = [entries[i * width : (i + 1) * width] for i in range(rows)]
    how = "its matrices act on columns" if columns else "its matrices act on rows"
    return Linear(
        n_ctx=n_ctx,
        d_vocab=d_vocab,
        frac=frac,
        tensors=tensors,
        digest=_digest(n_ctx, frac, tensors),
        file_digest=hashlib.sha256(content).hexdigest(),
        notes=(f"{how}: {', '.join(f'{name} {list(stored[name].shape)}' for name in names)}",),
    )


def _lengths(container: Container) -> int:
    return len(set(LENGTHS) & set(container.tensors))


def _n_ctx(path: Path, container: Container) -> int:
    """How many tokens an input has: from the command line, the metadata, or a number beside the matrices."""
    said: list[tuple[str, str]] = []
    for where, task in (
        ("--task", os.environ.get("COMPACT_TASK")),
        ("task", container.metadata.get("task")),
    ):
        if task:
            match = re.fullmatch(r"\s*max of ([0-9]{1,4})\s*", str(task))
            if match is None:
                raise MalformedInput(
                    f"{path}: unknown task {task!a} for a linear model",
                    cure="use 'max of N', such as 'max of 2'",
                )
            said.append((where, match[1]))
    said += [
        (name, str(container.metadata[name])) for name in LENGTHS if name in container.metadata
    ]
    said += [
        (name, str(_scalar(path, name, container.tensors[name])))
        for name in LENGTHS
        if name in container.tensors
    ]
    if not said:
        raise MalformedInput(
            f"{path}: how many tokens does an input have?",
            cure="give --task 'max of 2', or metadata n_ctx",
        )
    for where, number in said:
        if not re.fullmatch(r"[1-9][0-9]{0,3}", number) or int(number) > MAX_TOKENS:
            raise MalformedInput(
                f"{path}: {where} says {number[:20]!a} tokens", cure=f"use 1 to {MAX_TOKENS:,}"
            )
    if len({int(number) for _, number in said}) > 1:
        both = ", ".join(f"{where}: {number}" for where, number in said)
        raise MalformedInput(f"{path}: how many tokens? ({both})", cure="let them agree")
    return int(said[0][1])


def _scalar(path: Path, name: str, tensor: StoredTensor) -> int | str:
    if tensor.shape not in ((), (1,)) or not re.fullmatch(r"[IU](8|16|32|64)", tensor.dtype):
        raise MalformedInput(f"{path}: {name} is not one integer", cure=CURE_NAMES)
    return int.from_bytes(tensor.data, "little", signed=tensor.dtype.startswith("I"))


def _shape(path: Path, name: str, tensor: StoredTensor) -> tuple[int, int]:
    shape = tensor.shape
    if len(shape) != 2 or 0 in shape:
        raise MalformedInput(
            f"{path}: {name} has shape {list(shape)}, not a matrix", cure=CURE_NAMES
        )
    if shape[0] * shape[1] > MAX_ENTRIES:
        raise MalformedInput(
            f"{path}: more than {MAX_ENTRIES:,} weights in {name}", cure="give a smaller model"
        )
    return shape[0], shape[1]


def _as_columns(
    path: Path, names: list[str], shapes: Mapping[str, tuple[int, int]], layout: object
) -> bool:
    """Do the matrices act on columns?"""
    if layout is not None and layout not in LAYOUTS:
        raise MalformedInput(f"{path}: unknown layout {layout!a}", cure="use rows or columns")
    chain = [shapes[name] for name in names]
    flipped = [(b, a) for a, b in chain]
    fits = {"rows": _fits(chain), "columns": _fits(flipped)}
    if names[0] == "W_E":
        if layout == "columns":
            raise MalformedInput(f"{path}: W_E acts on rows", cure="call the matrices E, W, U")
        layout = "rows"
    if layout is None and all(fits.values()):
        raise MalformedInput(
            f"{path}: E and U fit together as rows and as columns",
            cure="call them W_E and W_U if they are rows, or say metadata layout 'columns' or 'rows'",
        )
    chosen = str(layout) if layout is not None else ("rows" if fits["rows"] else "columns")
    if not fits[chosen]:
        told = ", ".join(f"{name} {list(shapes[name])}" for name in names)
        raise MalformedInput(
            f"{path}: {told} do not fit together", cure="export all weights from one model"
        )
    d_vocab = (chain if chosen == "rows" else flipped)[0][0]
    if d_vocab > MAX_VOCAB:
        raise MalformedInput(
            f"{path}: {d_vocab:,} tokens; at most {MAX_VOCAB:,} are possible",
            cure="give a smaller model",
        )
    return chosen == "columns"


def _fits(chain: list[tuple[int, int]]) -> bool:
    inner = all(left[1] == right[0] for left, right in pairwise(chain))
    return inner and chain[0][0] == chain[-1][1]


def _digest(n_ctx: int, frac: int, tensors: Mapping[str, Rows]) -> str:
    """SHA-256 of the exact content: how many tokens, and the matrices as rows."""
    sha = hashlib.sha256(f"compact-proofs/linear/1\n{n_ctx} {frac}\n".encode())
    for name, rows in tensors.items():
        sha.update(f"{name} {len(rows)}x{len(rows[0])}\n".encode())
        sha.update(",".join(f"{entry:x}" for row in rows for entry in row).encode() + b"\n")
    return sha.hexdigest()
