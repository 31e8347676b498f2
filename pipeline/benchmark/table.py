"""All rows side by side, in 120 columns, for people."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import groupby, zip_longest
from textwrap import fill

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.benchmark.row import Row
from pipeline.cli.report import percentage

WIDTH = 120
NOTHING = "-"

LONG = "proved right"
"""This column may take several lines: 64^20 has 37 digits."""

CLAIMED = (
    "claimed: so says the table that was there before this run; Lean has not been asked again."
)

_COLUMNS = (
    "model",
    "strategy",
    LONG,
    "of all",
    "truth",
    "export s",
    "kernel s",
    "peak MB",
    "theorem B",
    "operations",
)


def side_by_side(rows: Sequence[Row], claimed: Callable[[Row], bool]) -> str:
    """The table, and why there are gaps in it.  `claimed` tells the rows that Lean has not confirmed in this run."""
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    for name in _COLUMNS:
        table.add_column(
            name,
            justify="left" if name in ("model", "strategy") else "right",
            no_wrap=name != LONG,
            overflow="fold",
        )
    for _, group in groupby(rows, key=lambda row: row.model_digest):
        same = list(group)
        for row, head in zip_longest(same, _model(same)):
            cells = _cells(row, claimed(row)) if row is not None else []
            table.add_row(Text(head or ""), *cells)
        table.add_section()
    notes = [
        fill(f"{row.model}, {row.strategy}: {row.outcome}: {row.reason}", WIDTH) + "\n"
        for row in rows
        if row.reason
    ]
    if any(map(claimed, rows)):
        notes.append(fill(CLAIMED, WIDTH) + "\n")
    return render(table) + "".join(notes)


def one_line(row: Row) -> str:
    """The outcome of one measurement."""
    if row.bound is None:
        return f"{row.outcome}: {row.reason}"
    costs = f"export {_seconds(row.export_seconds)} s, kernel {_seconds(row.kernel_seconds)} s"
    return f"{percentage(row.bound, row.inputs)}, {costs}, {_whole(row.peak_memory_mb)} MB"


def render(table: Table) -> str:
    """As plain text."""
    text = io.StringIO()
    Console(file=text, width=WIDTH, highlight=False, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _model(rows: Sequence[Row]) -> list[str]:
    first = rows[0]
    sizes = {row.weights_bytes for row in rows} - {None}
    weights = [f"weights {size:,} B" for size in sizes]
    return [first.model, f"{first.d_vocab}^{first.n_ctx} inputs", *weights]


def _cells(row: Row, claimed: bool) -> list[str]:
    proved = row.bound is not None
    remark = " claimed" if claimed else ""
    return [
        row.strategy,
        f"{row.bound:,}{remark}" if proved else row.outcome,
        _share(row.bound, row.inputs),
        _share(row.right, row.inputs),
        _seconds(row.export_seconds),
        _seconds(row.kernel_seconds),
        _whole(row.peak_memory_mb),
        _whole(row.theorem_bytes),
        _whole(row.operations),
    ]


def _share(count: int | None, total: int) -> str:
    return NOTHING if count is None else percentage(count, total)


def _seconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.2f}"


def _whole(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}"
