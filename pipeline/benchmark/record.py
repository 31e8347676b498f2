"""The rows of earlier runs and of this one, in a CSV or JSON file that is complete after each row."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from pipeline.benchmark.row import Row
from pipeline.errors import MalformedInput

_FIELDS = Row.__struct_fields__
_SUFFIXES = (".csv", ".json")


class Record:
    """Rows by weights and strategy; without a file, those of this run."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._rows: dict[tuple[str, str], Row] = {}
        if path is not None:
            if path.suffix not in _SUFFIXES:
                raise MalformedInput(
                    f"{path}: neither .csv nor .json", cure="give --out such a name"
                )
            self._rows = {row.key: row for row in _read(path)}
            self._write(path)

    def find(self, model_digest: str, strategy: str, theory_digest: str) -> Row | None:
        """The row, if there is one that need not be measured again."""
        row = self._rows.get((model_digest, strategy))
        if row is None or row.theory_digest != theory_digest or not row.settled:
            return None
        return row

    def right(self, model_digest: str) -> int | None:
        """What the model answers correctly, if some row says so."""
        same = (row for row in self._rows.values() if row.model_digest == model_digest)
        return next((row.right for row in same if row.right is not None), None)

    def add(self, row: Row) -> None:
        """Add a row, in place of one about the same weights and strategy."""
        self._rows[row.key] = row
        if self._path is not None:
            self._write(self._path)

    def _write(self, path: Path) -> None:
        rows = [msgspec.structs.asdict(row) for row in self._rows.values()]
        text = _csv(rows) if path.suffix == ".csv" else json.dumps(rows, indent=1) + "\n"
        beside = path.with_name(f"{path.name}.part")
        try:
            beside.write_text(text, encoding="utf-8", newline="")
            os.replace(beside, path)
        except OSError as error:
            raise MalformedInput(f"{path}: cannot be written ({error.strerror})") from error


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _read(path: Path) -> list[Row]:
    """The rows of a file, none if there is no file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise MalformedInput(f"{path}: cannot be read ({error})") from error
    try:
        if path.suffix == ".json":
            return msgspec.convert(json.loads(text), list[Row])
        lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if tuple(lines.fieldnames or ()) != _FIELDS:
            raise ValueError("other columns")
        known = [{name: cell for name, cell in line.items() if cell} for line in lines]
        return msgspec.convert(known, list[Row], strict=False)
    except (ValueError, csv.Error) as error:
        raise MalformedInput(
            f"{path}: not a file of this program ({error})", cure="give --out another name"
        ) from error
