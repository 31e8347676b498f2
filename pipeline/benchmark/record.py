"""The rows of earlier runs and of this one, in a file that is complete after each row.

What a file says is a claim: anybody can write one.  Lean's word is what Lean says in this run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Generic

from pipeline.benchmark.files import R, read_rows, require_suffix, write_rows
from pipeline.benchmark.row import Row


class Record(Generic[R]):
    """Rows by weights and strategy; without a file, those of this run."""

    def __init__(self, path: Path | None, kind: type[R]) -> None:
        self._path = path
        self._kind = kind
        self._rows: dict[tuple[str, str], R] = {}
        self._said_now: set[tuple[str, str]] = set()
        if path is not None:
            require_suffix(path)
            try:
                self._rows = {row.key: row for row in read_rows(path, kind)}
            except FileNotFoundError:
                write_rows(path, [], kind)

    def drop_if_empty(self) -> None:
        """Leave no file behind that holds no row."""
        if self._path is not None and not self._rows:
            self._path.unlink(missing_ok=True)

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def is_claimed(self, row: Row) -> bool:
        """Does the file say that this row is proved, and nobody has asked Lean in this run?"""
        return row.outcome == "proved" and row.key not in self._said_now

    def confirm(self, row: Row) -> None:
        """Lean has said the same of a row of the file, in this run."""
        self._said_now.add(row.key)

    def find(self, model_digest: str, strategy: str, theory_digest: str) -> R | None:
        """The row, if there is one that need not be measured again."""
        row = self._rows.get((model_digest, strategy))
        if row is None or row.theory_digest != theory_digest or not row.settled:
            return None
        return row

    def right(self, model_digest: str) -> int | None:
        """What the model answers correctly, if some row says so."""
        same = (row for row in self if row.model_digest == model_digest)
        return next((row.right for row in same if row.right is not None), None)

    def add(self, row: R) -> None:
        """Add a row, in place of one about the same weights (or, unread, model) and strategy."""
        self._rows.pop((row.model, row.strategy), None)
        self._rows[row.key] = row
        self._said_now.add(row.key)
        if self._path is not None:
            write_rows(self._path, list(self), self._kind)
