"""`python -m pipeline.benchmark [MODELS]`: what the certificates of models cost, side by side.

For each model and strategy: the bound that Lean proves, the true count where all inputs can be
looked at, the seconds of the search, the seconds and the memory of the kernel, the bytes of the
theorem, and the operations that the checker counts.  With --growth, Max-of-4 with 16, 32, 64 and 128
tokens, and by how much each cost grows.  Without models: the shipped Max-of-4, 5, 10 and 20, then
the growth.  What a strategy refuses, or Lean does not accept, is a row that says why.  What stands in
the file of an earlier run is shown as claimed; with --verify it is measured again.  With --against, the figures of
an earlier table beside those of this run.

Exit codes: 0 everything was tried, 2 malformed input, 3 no usable Lean, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.benchmark.against import read_old
from pipeline.benchmark.benchmark import Benchmark
from pipeline.benchmark.record import Record
from pipeline.benchmark.row import Row
from pipeline.benchmark.shipped import GROWTH, SIDE_BY_SIDE, class_strategies, shipped
from pipeline.cli import options
from pipeline.cli.program import Outcome, main
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.families import certificate_names, require_strategy, strategy_names

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@runs_lean
def _command(
    models: options.Models = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join(certificate_names()),
            help="A strategy; may be repeated.  [default: all for MODELS, else those that count classes]",
        ),
    ] = None,
    growth: Annotated[
        bool, typer.Option("--growth", help="Max-of-4 with 16, 32, 64 and 128 tokens.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A .csv, .json or .parquet file to keep the rows in, and to go on from.",
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Measure again what FILE says is proved.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="OLD",
            help="A table of an earlier run (--out): its figures beside those of this one, in one table more.",
        ),
    ] = None,
    *,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        chosen = [require_strategy(name) for name in dict.fromkeys(strategy or ())]
        by_default = strategy_names() if models else class_strategies()
        everything = not models and not growth
        benchmark = Benchmark(
            models=shipped(SIDE_BY_SIDE) if everything else models or [],
            strategies=chosen or by_default,
            growth=shipped(GROWTH) if growth or everything else [],
            growth_strategies=chosen or class_strategies(),
            record=Record(out, Row),
            lean=running.lean,
            limits=running.limits,
            verify=verify,
            old=None if against is None else read_old(against),
        )
        return benchmark.run(terminal)

    return running.run(program)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
