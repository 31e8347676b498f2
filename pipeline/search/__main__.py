"""`python -m pipeline.search MODEL`: the best explanation for each length of proof, searched for.

Tries explanations (docs/explanations.md) with Optuna, keeps those for which nothing shorter proves as much, and has
Lean check each of them.  OUT gets an explanation file and a certificate for each, and the score of the frontier.
Ctrl-C stops it; the same command goes on where it was.

Exit codes: 0 proved, 1 rejected by Lean, 2 malformed input, 3 no usable Lean or no Optuna, 4 a resource limit,
130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.program import Outcome, main
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.errors import ToolingMissing
from pipeline.export import default_directory

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@runs_lean
def _command(
    model: Annotated[Path, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")],
    budget: Annotated[
        int | None,
        typer.Option(
            "--budget",
            min=1,
            metavar="OPERATIONS",
            help="The longest proof that is wanted, before its rounding is chosen.",
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option(min=1, help="Explanations to try, those of earlier runs among them.")
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Of the search.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write.  [default: searched/MODEL]")
    ] = None,
    check: Annotated[bool, typer.Option(help="Have Lean check the certificates.")] = True,
    *,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        try:
            from pipeline.search.program import Search
        except ImportError as error:
            raise ToolingMissing(
                f"searching needs Optuna ({error})", cure="pip install '.[search]'"
            ) from error
        directory = Path("searched") / default_directory(model).name if out is None else out
        limits = running.limits
        return Search(model, directory, trials, budget, seed, check, running.lean, limits).run(
            terminal
        )

    return running.run(program)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
