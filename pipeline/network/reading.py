"""From a file to the exact network, refusing everything the theorem is not about."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.containers import parse, read_bytes
from pipeline.model.dyadic import Dyadics
from pipeline.model.exact import exact
from pipeline.network.groups import Table, UnknownGroup, flaw, group
from pipeline.network.model import Network, Rows

NAMES = (
    "W_L",
    "W_R",
    "W_E",
    "W_E_L",
    "W_E_R",
    "W_in",
    "W_in_L",
    "W_in_R",
    "b",
    "W_out",
    "W_U",
    "b_U",
)
MAX_ENTRIES = 1 << 22
TASK, TABLE = "task", "table"
TASK_VARIABLE, TABLE_VARIABLE = "COMPACT_TASK", "COMPACT_TABLE"

CURE_NAMES = (
    "use W_L (and W_R), or W_E and W_in, then W_U, or W_out and W_U, and b, b_U if there are biases"
)


def recognises(names: Collection[str]) -> bool:
    """Are these the tensors of a two-token network?"""
    found = set(names)
    return (
        bool(found & {"W_L", "W_in", "W_in_L"})
        and not found & {"W_Q", "W_K"}
        and not any("." in name for name in found)
    )


def read_network(path: str | os.PathLike[str]) -> Network:
    """Read a network file exactly; raises `MalformedInput` with one line that says what to change."""
    path = Path(path)
    content = read_bytes(path)
    container = parse(path, content)
    stored = container.tensors
    unknown = sorted(set(stored) - set(NAMES))
    if unknown:
        raise MalformedInput(f"{path}: unknown tensor {unknown[0]!a}", cure=CURE_NAMES)
    left, right, unembed = _matrices(path, stored)
    numbers = {name: exact(path, name, tensor) for name, tensor in stored.items()}
    shapes = {name: _shape(path, name, stored[name]) for name in numbers}
    order, width = shapes[left[0]][0], shapes[left[-1]][1]
    name, table = _group(path, _texts(path, container.metadata))
    if len(table) != order:
        raise MalformedInput(
            f"{path}: the group has {len(table)} elements, the network reads {order}",
            cure="name the group that the network was trained on",
        )
    _check_shapes(path, shapes, {"left": left, "right": right, "unembed": unembed}, order, width)
    reason = flaw(table)
    if reason is not None:
        raise MalformedInput(
            f"{path}: the table is not that of a group: {reason}", cure="give the table of a group"
        )
    frac = max((each.frac for each in numbers.values()), default=0)
    tensors: dict[str, Rows] = {
        name: _rows(numbers[name].numerators(frac), shapes[name])
        for name in NAMES
        if name in numbers
    }
    tensors.setdefault("b", [[0] * width])
    tensors.setdefault("b_U", [[0] * order])
    return Network(
        group=name,
        order=order,
        width=width,
        frac=frac,
        table=table,
        tensors=tensors,
        matrices={"W_L": left, "W_R": right, "W_U": unembed},
        digest=_digest(table, shapes, numbers, (left, right, unembed)),
        file_digest=hashlib.sha256(content).hexdigest(),
    )


def _texts(path: Path, metadata: Mapping[str, object]) -> dict[str, str]:
    """The metadata, all of which has to be text."""
    odd = sorted(key for key, value in metadata.items() if not isinstance(value, str))
    if odd:
        raise MalformedInput(
            f"{path}: the metadata {odd[0]!a} is not text", cure="save metadata as strings"
        )
    return {key: str(value) for key, value in metadata.items()}


def _matrices(
    path: Path, names: Mapping[str, StoredTensor]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Which tensors make up `W_L`, `W_R` and `W_U`."""
    found = set(names) - {"b", "b_U"}
    unembed: tuple[str, ...] = ("W_out", "W_U") if "W_out" in found else ("W_U",)
    sides = found - set(unembed)
    kinds: dict[frozenset[str], tuple[tuple[str, ...], tuple[str, ...]]] = {
        frozenset({"W_L"}): (("W_L",), ("W_L",)),
        frozenset({"W_L", "W_R"}): (("W_L",), ("W_R",)),
        frozenset({"W_E", "W_in"}): (("W_E", "W_in"), ("W_E", "W_in")),
        frozenset({"W_E", "W_in_L", "W_in_R"}): (("W_E", "W_in_L"), ("W_E", "W_in_R")),
        frozenset({"W_E_L", "W_E_R", "W_in"}): (("W_E_L", "W_in"), ("W_E_R", "W_in")),
        frozenset({"W_E_L", "W_E_R", "W_in_L", "W_in_R"}): (
            ("W_E_L", "W_in_L"),
            ("W_E_R", "W_in_R"),
        ),
    }
    if "W_U" not in found or frozenset(sides) not in kinds:
        raise MalformedInput(
            f"{path}: no two-token network has the tensors {', '.join(sorted(found))}",
            cure=CURE_NAMES,
        )
    left, right = kinds[frozenset(sides)]
    return left, right, unembed


def _shape(path: Path, name: str, tensor: StoredTensor) -> tuple[int, int]:
    shape = (1, *tensor.shape) if name in {"b", "b_U"} and len(tensor.shape) == 1 else tensor.shape
    if len(shape) != 2:
        raise MalformedInput(
            f"{path}: {name} has shape {list(tensor.shape)}, not a matrix", cure=CURE_NAMES
        )
    if shape[0] * shape[1] > MAX_ENTRIES:
        raise MalformedInput(
            f"{path}: more than {MAX_ENTRIES:,} weights in {name}", cure="give a smaller network"
        )
    return shape[0], shape[1]


def _check_shapes(
    path: Path,
    shapes: Mapping[str, tuple[int, int]],
    parts: Mapping[str, tuple[str, ...]],
    order: int,
    width: int,
) -> None:
    """The shapes fit together."""
    outer = {"left": (order, width), "right": (order, width), "unembed": (width, order)}
    for side, names in parts.items():
        rows, columns = outer[side]
        inner = shapes[names[0]][1]
        expected = [(rows, columns)] if len(names) == 1 else [(rows, inner), (inner, columns)]
        for name, shape in zip(names, expected, strict=True):
            if shapes[name] != shape:
                raise MalformedInput(
                    f"{path}: {name} has shape {list(shapes[name])}, expected {list(shape)}",
                    cure="transpose it: rows are what a matrix reads, as in x @ W"
                    if shapes[name] == shape[::-1]
                    else "export all weights from one network",
                )
    for name, size in (("b", width), ("b_U", order)):
        if name in shapes and shapes[name] != (1, size):
            raise MalformedInput(
                f"{path}: {name} has {list(shapes[name])} entries, expected {size}",
                cure="export all weights from one network",
            )


def _rows(entries: list[int], shape: tuple[int, int]) -> Rows:
    rows, columns = shape
    return [entries[i * columns : (i + 1) * columns] for i in range(rows)]


def _group(path: Path, metadata: Mapping[str, str]) -> tuple[str, Table]:
    """The group's name and table, from the command line and from the file's metadata: all that is said has to agree."""
    found: list[tuple[str, Table]] = []
    for task in (os.environ.get(TASK_VARIABLE), metadata.get(TASK)):
        if task:
            found.append(_named(path, task))
    table_file = os.environ.get(TABLE_VARIABLE)
    if table_file:
        found.append(("a table", _read_table(Path(table_file))))
    if TABLE in metadata:
        found.append(("a table", _parse_table(path, metadata[TABLE])))
    if not found:
        raise MalformedInput(
            f"{path}: which group?", cure="give --task 'group Z59', or metadata with the key task"
        )
    for name, table in found[1:]:
        if table != found[0][1]:
            raise MalformedInput(
                f"{path}: {found[0][0]} and {name}, which are both given, are not the same table",
                cure="give --task or --table as the file's own metadata say, or save them anew",
            )
    return found[0]


def _named(path: Path, task: str) -> tuple[str, Table]:
    kind, _, name = task.strip().partition(" ")
    if kind != "group" or not name:
        raise MalformedInput(
            f"{path}: unknown task {task!a}", cure="use 'group NAME', such as 'group Z59'"
        )
    try:
        return name.strip(), group(name.strip())
    except UnknownGroup as error:
        raise MalformedInput(
            f"{path}: {error}", cure="or give the table itself: --table FILE"
        ) from None


def _read_table(path: Path) -> Table:
    return _parse_table(path, read_bytes(path).decode("utf-8", errors="replace"))


def _parse_table(path: Path, text: str) -> Table:
    """A list of rows of naturals, as JSON."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedInput(
            f"{path}: the table is no JSON", cure="write it by python -m examples.group"
        ) from None
    if not isinstance(rows, list) or not all(
        isinstance(row, list)
        and all(isinstance(each, int) and not isinstance(each, bool) for each in row)
        for row in rows
    ):
        raise MalformedInput(
            f"{path}: the table is no list of rows of numbers",
            cure="write it by python -m examples.group",
        )
    return rows


def _digest(
    table: Table,
    shapes: Mapping[str, tuple[int, int]],
    numbers: Mapping[str, Dyadics],
    matrices: tuple[tuple[str, ...], ...],
) -> str:
    """SHA-256 of the exact content: the table, what is multiplied with what, and the weights as float64."""
    sha = hashlib.sha256(b"compact-proofs/network/1\n")
    sha.update(json.dumps([table, matrices], separators=(",", ":")).encode() + b"\n")
    for name in NAMES:
        if name in numbers:
            rows, columns = shapes[name]
            sha.update(f"{name} {rows}x{columns}\n".encode())
            sha.update(numbers[name].float64_bytes() if rows * columns else b"")
    return sha.hexdigest()
