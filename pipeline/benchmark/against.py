"""Old and new figures side by side: the rows of this run, and those of a table that an earlier one has kept.

Rows belong together that are about the same weights and the same strategy.  The old table is shown as it is: Lean is
not asked again, so what it says is only claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from pipeline.benchmark.files import read_rows
from pipeline.benchmark.row import Row
from pipeline.benchmark.table import NOTHING, render
from pipeline.errors import MalformedInput


@dataclass(frozen=True)
class Figure:
    """Something that is compared."""

    title: str
    read: Callable[[Row], float | None]
    shown: str
    ratio: bool = True
    """Is it a cost, of which one asks how many times as much it is?"""


FIGURES = (
    Figure("proved, %", lambda row: _per_cent(row), ",.3f", ratio=False),
    Figure("kernel s", lambda row: row.kernel_seconds, ",.1f"),
    Figure("peak MB", lambda row: row.peak_memory_mb, ",.0f"),
    Figure("operations", lambda row: row.operations, ",.0f"),
)
CAPTION = (
    "x: new over old.  Old figures are as their table has them: Lean has not been asked again.\n"
)


def read_old(path: Path) -> list[Row]:
    """The rows of an earlier run; `MalformedInput` if there are none."""
    try:
        rows = read_rows(path, Row)
    except FileNotFoundError:
        raise MalformedInput(
            f"{path}: no such file", cure="give a table that --out has kept"
        ) from None
    if not rows:
        raise MalformedInput(f"{path}: holds no row", cure="give a table that --out has kept")
    return rows


def against(old: Sequence[Row], new: Sequence[Row]) -> str:
    """The table: each row of this run, beside the old one about the same weights and strategy, if there is one."""
    known = {row.key: row for row in old}
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    table.add_column("model")
    table.add_column("strategy")
    for figure in FIGURES:
        table.add_column(f"{figure.title}: old", justify="right")
        table.add_column("new", justify="right")
        if figure.ratio:
            table.add_column("x", justify="right")
    for _, group in groupby(new, key=lambda row: row.model_digest or row.model):
        for i, row in enumerate(group):
            cells = [cell for each in FIGURES for cell in _cells(each, known.get(row.key), row)]
            table.add_row(Text("" if i else row.model), Text(row.strategy), *cells)
        table.add_section()
    missing = sum(row.key not in known for row in new)
    note = f"{missing} of {len(new)} rows are not in the old table.\n" if missing else ""
    return render(table) + CAPTION + note


def _cells(figure: Figure, old: Row | None, new: Row) -> list[str]:
    before, after = (None if row is None else figure.read(row) for row in (old, new))
    cells = [NOTHING if each is None else format(each, figure.shown) for each in (before, after)]
    if figure.ratio:
        both = before is not None and after is not None and before > 0
        cells.append(f"{after / before:.2f}" if both else NOTHING)  # type: ignore[operator]
    return cells


def _per_cent(row: Row) -> float | None:
    return None if row.bound_fraction is None else 100 * row.bound_fraction
