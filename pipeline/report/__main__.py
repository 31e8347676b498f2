"""`python -m pipeline.report TABLE --out DIR`: a page and figures from the table of a sweep.

The page is one HTML file that opens without a network; the figures are beside it as SVG and PNG.  Each
number is about a certificate: a table with a proof whose certificate is missing, or is not the one of the
row, is refused, unless --no-trace is given.

A table can say anything.  With --verify Lean checks every certificate before the page is made, and the page says
so; without, the page calls its numbers claims.  Tables of up to 12 proofs are verified unless --no-verify is given.

Exit codes: 0 written, 1 rejected by Lean, 2 malformed input, 3 no usable Lean, or no matplotlib or jinja2,
4 a resource limit, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.program import Outcome, main
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.errors import MalformedInput, ToolingMissing

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@runs_lean
def _command(
    table: Annotated[Path, typer.Argument(help="What `python -m pipeline.sweep` has written.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write.")] = Path("report"),
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The model of the heat maps.  [default: the first]"),
    ] = None,
    trace: Annotated[bool, typer.Option(help="Insist on a certificate for each proof.")] = True,
    verify: Annotated[
        bool | None,
        typer.Option(
            "--verify/--no-verify",
            help="Have Lean check every certificate.  [default: if there are at most 12]",
            show_default=False,
        ),
    ] = None,
    *,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        try:
            from pipeline.report.report import Report
        except ImportError as error:
            raise ToolingMissing(
                f"a report needs matplotlib and jinja2 ({error})", cure="pip install '.[report]'"
            ) from error
        if verify and not trace:
            raise MalformedInput(
                "what cannot be traced cannot be verified", cure="leave out --verify or --no-trace"
            )
        limits = running.limits
        return Report(table, out, model, trace, verify, running.lean, limits).run(terminal)

    return running.run(program)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
