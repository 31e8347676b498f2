"""The commands that faults are injected into.  A new command is one line in `COMMANDS`.

`{model}`, `{other}` and `{out}` in a line stand for files of the work space.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.bundle.layout import WEIGHTS_FILE, manifest_file, theorem_file
from pipeline.transformer.strategies import STRATEGIES

State = Mapping[str, object]
"""What a command's output directory holds, as far as it has to be the same in every run."""

MEASURED = ("export_seconds", "kernel_seconds", "peak_memory_mb")
NO_VERDICT = ("limit", "missing")
"""Outcomes of a row that say that nothing was found out."""


@dataclass(frozen=True)
class Command:
    """One command line, what is there before, and how to read what it leaves."""

    name: str
    line: str
    before: str = "empty"
    """`empty`, or one of `BEFORE`."""
    state: Callable[[Path], State] = lambda out: certificates(out)
    rival: str | None = None
    """A command that may run at the same time, in the same directory."""
    all_or_nothing: bool = True
    """Is everything as it was after a failure?  (A table keeps the rows that it has.)"""


def certificates(out: Path) -> State:
    """A certificate for each manifest: the bytes of its files.  Other files count as they are, temporary ones too."""
    files = {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.is_file()}
    state: dict[str, object] = {}
    for name in STRATEGIES:
        if manifest_file(name) in files:
            parts = (WEIGHTS_FILE, theorem_file(name), manifest_file(name))
            state[name] = tuple(files.get(part) for part in parts)
    return state


def rows(out: Path) -> State:
    """The rows of all tables, without what was measured; rows without a verdict do not count."""
    state: dict[str, object] = {}
    for path in sorted(out.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file, strict=True):
                if row["outcome"] not in NO_VERDICT:
                    kept = {name: cell for name, cell in row.items() if name not in MEASURED}
                    state[f"{path.name}: {row['model']}, {row['strategy']}"] = kept
    return state


EXPORT = "pipeline.export {model} --out {out} --force"
BEFORE = {
    "whole": [EXPORT],
    "other": [
        "pipeline.export {other} --out {out} --no-check",
        "pipeline.export {other} --out {out} --no-check --strategy prefix",
    ],
}
"""What is there before: the certificate, or certificates of other weights."""

COMMANDS = (
    Command("export", EXPORT, rival=f"{EXPORT} --strategy prefix"),
    Command("replace", EXPORT, before="other", rival=EXPORT),
    Command("verify", "pipeline.verify {model} {out}", before="whole"),
    Command(
        "benchmark",
        "pipeline.benchmark {model} --strategy brute-force --strategy prefix --out {out}/table.csv",
        state=rows,
        all_or_nothing=False,
    ),
    Command(
        "sweep",
        "pipeline.sweep {model} --out {out}/proofs.csv --strategy brute-force --strategy prefix --jobs 1",
        state=rows,
        all_or_nothing=False,
    ),
)
