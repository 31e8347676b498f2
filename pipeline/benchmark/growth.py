"""How each cost grows from model to model, as the vocabulary doubles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from rich import box
from rich.table import Table

from pipeline.benchmark.row import Row
from pipeline.benchmark.table import NOTHING, render

_COSTS: dict[str, tuple[Callable[[Row], float | None], str]] = {
    "proved, % of all": (lambda row: _per_cent(row.bound_fraction), ",.2f"),
    "export s": (lambda row: row.export_seconds, ",.2f"),
    "kernel s": (lambda row: row.kernel_seconds, ",.2f"),
    "peak MB": (lambda row: row.peak_memory_mb, ",.0f"),
    "theorem B": (lambda row: row.theorem_bytes, ",.0f"),
    "weights B": (lambda row: row.weights_bytes, ",.0f"),
    "operations": (lambda row: row.operations, ",.0f"),
}
"""How to read each figure from a row, and its format."""


def growth_table(rows: Sequence[Row]) -> str:
    """A block for each strategy, a line for each cost, and ratios between neighbouring models."""
    sizes = sorted({row.d_vocab for row in rows})
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), pad_edge=False, show_edge=False)
    table.add_column("strategy")
    table.add_column("cost")
    for size, previous in zip(sizes, [None, *sizes], strict=False):
        if previous is not None:
            table.add_column("ratio", justify="right")
        table.add_column(f"v = {size}", justify="right")
    for strategy in dict.fromkeys(row.strategy for row in rows):
        by_size = {row.d_vocab: row for row in rows if row.strategy == strategy}
        for number, (cost, (read, shown)) in enumerate(_COSTS.items()):
            figures = [read(by_size[size]) if size in by_size else None for size in sizes]
            table.add_row(strategy if number == 0 else "", cost, *_line(figures, shown))
        table.add_section()
    return render(table) + _CAPTION


_CAPTION = "Starting Lean and loading the theory is part of each kernel run: some tenths of a second, 150 MB.\n"


def _line(figures: Sequence[float | None], shown: str) -> list[str]:
    cells = [NOTHING if figures[0] is None else format(figures[0], shown)]
    for before, after in pairwise(figures):
        ratio = None if before is None or after is None or before <= 0 else after / before
        cells.append(NOTHING if ratio is None else f"x{ratio:.2f}")
        cells.append(NOTHING if after is None else format(after, shown))
    return cells


def _per_cent(fraction: float | None) -> float | None:
    return None if fraction is None else 100 * fraction
