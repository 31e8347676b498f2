"""`python -m pipeline.explain MODEL EXPLANATION.toml...`: how good is my explanation of this model?

An explanation says how parts of the model are approximated: along which directions, of what rank, and how the rest is
bounded (docs/explanations.md).  Any explanation is sound, a wrong one only scores badly: each is proved, checked by
Lean, and compared with our own strategies: the bound, where the rest is lost, the length of the proof, what each part
saves.  The certificates in OUT/certificates are verified like any others, without the explanations.

Exit codes: 0 proved, 1 rejected by Lean, 2 malformed input, 3 no usable Lean, 4 a resource limit, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.program import Outcome, main
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.explain.program import Explain
from pipeline.explain.ranks import parse_ranks
from pipeline.export import default_directory
from pipeline.transformer.strategies import STRATEGIES, find_strategy

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@runs_lean
def _command(
    model: Annotated[Path, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")],
    explanations: Annotated[
        list[Path] | None,
        typer.Argument(metavar="EXPLANATION...", help="TOML files (docs/explanations.md)."),
    ] = None,
    rank: Annotated[
        str | None,
        typer.Option(
            "--rank", metavar="1..8", help="Score QK along so many directions on either side, too."
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="|".join([*STRATEGIES, "none"]),
            help="What to compare with; may be repeated.  [default: all]",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write.  [default: explained/MODEL]")
    ] = None,
    check: Annotated[bool, typer.Option(help="Have Lean check the certificates.")] = True,
    *,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        limits = running.limits
        ranks = [] if rank is None else parse_ranks(rank)
        names = against
        if names is not None:
            names = [find_strategy(name).name for name in names if name != "none"]
        directory = Path("explained") / default_directory(model).name if out is None else out
        return Explain(
            model, explanations or [], ranks, names, directory, check, running.lean, limits
        ).run(terminal)

    return running.run(program)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
