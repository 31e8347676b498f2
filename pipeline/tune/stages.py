"""`python -m pipeline.tune.stages DIR`: one model from random weights to the end, and at checkpoints what is true of it
and what can be proved of it.

The first steps are trained on cross-entropy alone, as anybody trains; after `--alone` of them, provability is part of
the loss.  DIR gets a table (`stages.csv`), a figure (`stages.svg`) and the last model.  Bounds are those that the
searches predict.

Exit codes: 0 written, 2 malformed input, 3 no torch or no matplotlib, 4 a resource limit, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.program import Outcome, main, run
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED, MalformedInput, ToolingMissing
from pipeline.tune.recipe import Recipe, require_tunable

STRATEGIES = ("cubic", "prefix", "prefix-top2", "low-rank-qk-eu", "quadratic-qk-eu")

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write.")],
    steps: Annotated[int, typer.Option(min=1, help="In all.")] = 8000,
    alone: Annotated[int, typer.Option(min=0, help="On cross-entropy alone.")] = 3000,
    points: Annotated[int, typer.Option(min=1, help="Checkpoints of each of the two parts.")] = 9,
    strategies: Annotated[
        list[str] | None,
        typer.Option("--for", help=f"May be repeated.  [default: {', '.join(STRATEGIES)}]"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the weights and the data.")] = 0,
    n_ctx: Annotated[int, typer.Option(min=2, max=64)] = 4,
    d_vocab: Annotated[int, typer.Option(min=2, max=512)] = 64,
    d_model: Annotated[int, typer.Option(min=1, max=512, help="And d_head.")] = 32,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        chosen = require_tunable(strategies or STRATEGIES)
        if alone > steps:
            raise MalformedInput("--alone is more than --steps", cure="give more --steps")
        try:
            from pipeline.tune.figure import draw
            from pipeline.tune.stage import Stages
        except ImportError as error:
            raise ToolingMissing(
                f"this needs torch and matplotlib ({error})", cure="pip install '.[train,report]'"
            ) from error
        recipe = Recipe(strategies=chosen, steps=steps, alone=alone, seed=seed)
        with terminal.working():
            rows = Stages(directory, recipe, (n_ctx, d_vocab, d_model), points).run(terminal)
        draw(directory / "stages.svg", rows, recipe)
        terminal.result(f"{len(rows)} rows in {directory / 'stages.csv'}; figure: stages.svg")
        return {"out": str(directory), "rows": len(rows)}, EXIT_PROVED

    return run(program, as_json=False)


if __name__ == "__main__":
    sys.exit(main(app))
