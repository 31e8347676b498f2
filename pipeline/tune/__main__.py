"""`python -m pipeline.tune MODEL OUT`: train a model until short proofs say much of it, and save it as OUT.

What comes out is ANOTHER MODEL: a theorem about it says nothing about MODEL.  Accuracy (exact) and the bounds of the
chosen strategies (as the searches predict; `python -m pipeline.export OUT` proves them) are printed before and after,
and how far the weights have moved.

Ctrl-C leaves in OUT what there is, and the same command goes on from OUT.state.

Exit codes: 0 tuned, 2 malformed input, 3 no torch, 4 a resource limit, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.program import Outcome, main, run
from pipeline.cli.terminal import Terminal
from pipeline.errors import ToolingMissing
from pipeline.tune.recipe import DEFAULT_STRATEGIES, PRODUCTS, Recipe, require_tunable

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    model: Annotated[Path, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")],
    out: Annotated[Path, typer.Argument(help="The safetensors file to write.")],
    strategies: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="|".join(PRODUCTS),
            help=f"A strategy to tune for; may be repeated.  [default: {', '.join(DEFAULT_STRATEGIES)}]",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=f"How many.  [default: {Recipe.steps}; with --project-qk: 0]",
            show_default=False,
        ),
    ] = None,
    alone: Annotated[
        int, typer.Option(min=0, metavar="N", help="So many first steps on cross-entropy alone.")
    ] = 0,
    project_qk: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="RANK", help="First replace QK by its best approximation of this rank."
        ),
    ] = None,
    within: Annotated[
        float,
        typer.Option(
            "--range",
            min=0,
            metavar="NATS",
            help="Scores of a query should lie within so many; 0: let them.",
        ),
    ] = Recipe.range,
    rate: Annotated[float, typer.Option("--lr", min=0, help="Learning rate of Adam.")] = Recipe.lr,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of the training data.")] = 0,
    as_json: options.AsJson = False,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        chosen = require_tunable(strategies or DEFAULT_STRATEGIES)
        try:
            from pipeline.tune.program import Tune
        except ImportError as error:
            raise ToolingMissing(
                f"tuning needs torch ({error})", cure="pip install '.[train]'"
            ) from error
        wanted = (Recipe.steps if project_qk is None else 0) if steps is None else steps
        recipe = Recipe(
            strategies=chosen, steps=wanted, alone=alone, seed=seed, lr=rate, range=within
        )
        return Tune(model, out, recipe, project_qk).run(terminal)

    return run(program, as_json=as_json)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
