"""`python -m pipeline.benchmark --against OLD`: old and new figures side by side."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pipeline.benchmark.__main__ import app
from pipeline.benchmark.against import against
from pipeline.benchmark.files import read_rows, write_rows
from pipeline.benchmark.row import Row
from tests.conftest import Runner

OLD = Row(
    *("m", 4, 64, "cubic", "proved", 64**4, 64**4 // 2, 0.5),
    kernel_seconds=17.0,
    peak_memory_mb=1346.0,
    operations=5_000_000,
    model_digest="d",
)


def figures(printed: str, strategy: str) -> list[str]:
    """The cells of its row, from the strategy on."""
    (line,) = (line for line in printed.splitlines() if strategy in line.split())
    return line.split()[line.split().index(strategy) + 1 :]


def test_figures_stand_side_by_side() -> None:
    faster = {"kernel_seconds": 8.5, "peak_memory_mb": 673.0, "operations": 10_000_000}
    new = msgspec.structs.replace(OLD, bound=3 * 64**4 // 4, bound_fraction=0.75, **faster)
    printed = against([OLD], [new])
    assert figures(printed, "cubic") == [
        *("50.000", "75.000"),
        *("17.0", "8.5", "0.50"),
        *("1,346", "673", "0.50"),
        *("5,000,000", "10,000,000", "2.00"),
    ]
    assert all(len(line) <= 120 for line in printed.splitlines())
    assert "not in the old table" not in printed


def test_what_is_on_one_side_only_has_no_ratio() -> None:
    """Other weights, another strategy, or nothing proved."""
    failed = Row("m", 4, 64, "cubic", "limit", 64**4, model_digest="d", operations=7)
    printed = against([OLD], [failed, msgspec.structs.replace(OLD, strategy="prefix")])
    assert figures(printed, "cubic")[:5] == ["50.000", "-", "17.0", "-", "-"]
    assert figures(printed, "prefix")[:5] == ["-", "50.000", "-", "17.0", "-"]
    assert "1 of 2 rows are not in the old table" in printed
    other = msgspec.structs.replace(OLD, model_digest="e")
    assert figures(against([OLD], [other]), "cubic")[:2] == ["-", "50.000"]


def test_a_run_beside_an_earlier_one(program: Runner, model_file: Path, tmp_path: Path) -> None:
    """The same figures again: what is kept is not measured anew."""
    kept, old = tmp_path / "rows.csv", tmp_path / "old.csv"
    arguments = (model_file, "--strategy", "prefix", "--out", kept)
    assert program(app, *arguments).exit_code == 0
    (row,) = read_rows(kept, Row)
    assert row.kernel_seconds is not None
    write_rows(old, [msgspec.structs.replace(row, kernel_seconds=2 * row.kernel_seconds)], Row)
    ran = program(app, *arguments, "--against", old)
    assert ran.exit_code == 0
    table = ran.out[ran.out.index("kernel s: old") :]
    before, after, ratio = figures(table, "prefix")[2:5]
    assert float(before) >= float(after)
    assert ratio == "0.50"


def test_no_table_is_one_line(program: Runner, model_file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    write_rows(empty, [], Row)
    for path, said in ((tmp_path / "none.csv", "no such file"), (empty, "holds no row")):
        ran = program(app, model_file, "--against", path)
        assert ran.exit_code == 2
        assert said in ran.err
