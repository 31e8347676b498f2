"""Tables in files: one row a line as CSV or JSON, or Parquet where pyarrow is installed.

Counts can have any number of digits (64^20 has 37), so Parquet holds the columns of `UNBOUNDED` as
text; every other column has the type of its field.  A file is replaced as a whole.

Text in a CSV file is written such that no spreadsheet takes it for a formula and no terminal for a command: what is not
printable, and backslashes, as `\\xNN` or `\\uNNNN`, and an apostrophe before what begins with `=`, `+`, `-` or `@`, in
their wide forms too (or with an apostrophe).
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, get_type_hints

import msgspec

from pipeline.benchmark.row import Row
from pipeline.errors import MalformedInput, ToolingMissing

SUFFIXES = (".csv", ".json", ".parquet")
UNBOUNDED = ("inputs", "bound", "right", "unexplained_dimension")

R = TypeVar("R", bound=Row)

_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_FORMULA = ("=", "+", "-", "@", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def require_suffix(path: Path) -> None:
    """`MalformedInput` if no table is called so, `ToolingMissing` if its library is not there."""
    if path.suffix not in SUFFIXES:
        raise MalformedInput(
            f"{path}: neither .csv nor .json nor .parquet", cure="give --out such a name"
        )
    if path.suffix == ".parquet":
        _pyarrow("")


def write_rows(path: Path, rows: Sequence[R], kind: type[R]) -> None:
    """Replace the file by one with these rows."""
    plain = [msgspec.structs.asdict(row) for row in rows]
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(_render(path.suffix, plain, kind))
        os.replace(beside, path)
    except OSError as error:
        raise MalformedInput(f"{path}: cannot be written ({error.strerror})") from error


def read_rows(path: Path, kind: type[R]) -> list[R]:
    """The rows of a file; `FileNotFoundError` if there is none."""
    require_suffix(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise MalformedInput(f"{path}: cannot be read ({error.strerror})") from error
    try:
        rows = _parse(path.suffix, content, kind)
        return msgspec.convert(rows, list[kind], strict=path.suffix == ".json")  # type: ignore[valid-type]
    except (ValueError, csv.Error) as error:
        raise MalformedInput(
            f"{path}: not a file of this program ({error})", cure="name another file"
        ) from error


def _render(suffix: str, rows: Sequence[dict[str, Any]], kind: type[Row]) -> bytes:
    if suffix == ".json":
        return (json.dumps(rows, indent=1) + "\n").encode()
    if suffix == ".csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, kind.__struct_fields__, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: _escaped(v) if isinstance(v, str) else v for k, v in row.items()})
        return text.getvalue().encode()
    schema = _schema(kind)
    for row in rows:
        row |= {name: str(row[name]) for name in UNBOUNDED if row.get(name) is not None}
    out = io.BytesIO()
    _pyarrow(".parquet").write_table(_pyarrow("").Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()


def _parse(suffix: str, content: bytes, kind: type[Row]) -> Any:
    if suffix == ".json":
        return json.loads(content)
    if suffix == ".csv":
        lines = csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)
        if tuple(lines.fieldnames or ()) != kind.__struct_fields__:
            raise ValueError("other columns")
        return [{name: _unescaped(cell) for name, cell in line.items() if cell} for line in lines]
    table = _pyarrow(".parquet").read_table(io.BytesIO(content))
    if tuple(table.column_names) != kind.__struct_fields__:
        raise ValueError("other columns")
    return table.to_pylist()


def _escaped(text: str) -> str:
    text = "".join(each if each.isprintable() and each != "\\" else _code(each) for each in text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _code(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _unescaped(cell: str) -> str:
    if cell.startswith("'") and cell[1:].startswith(_FORMULA):
        cell = cell[1:]
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), cell)


def _schema(kind: type[Row]) -> Any:
    arrow = _pyarrow("")
    hints = get_type_hints(kind)

    def column(name: str) -> Any:
        hint = hints[name]
        if name in UNBOUNDED:
            return arrow.string()
        if hint in (int, int | None):
            return arrow.int64()
        return arrow.float64() if hint in (float, float | None) else arrow.string()

    return arrow.schema([(name, column(name)) for name in kind.__struct_fields__])


def _pyarrow(part: str) -> ModuleType:
    try:
        return importlib.import_module(f"pyarrow{part}")
    except ImportError as error:
        raise ToolingMissing(
            f"a .parquet table needs pyarrow, which cannot be imported ({error})",
            cure="pip install '.[parquet]', or name a .csv file",
        ) from error
