"""`python -m pipeline.sweep [MODELS] --out TABLE`: many models, many strategies, one row a proof.

Models are files, or seeds of the reference's configuration, which are trained where they are missing.
All cores of this machine work, or a Ray cluster.  The table and the certificates beside it are
complete after each proof: stop the program any way you like, and the same command goes on.  A model
that fails is a row that says why, and the rest goes on.

What TABLE says of earlier runs is counted as claimed, not as proved; with --verify Lean checks those
certificates again.

Exit codes: 0 all proved, or claimed (or refused by a strategy that is not for such a model), else that of the first
failure: 1 rejected by Lean, 2 malformed input, 3 no usable Lean or no torch, 4 a resource limit, 70 a worker
that died; 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.benchmark.record import Record
from pipeline.cli import options
from pipeline.cli.program import Outcome, main
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.errors import MalformedInput
from pipeline.families import certificate_names, require_strategy, strategy_names
from pipeline.lean import find_toolchain
from pipeline.sweep.cluster import RayPool
from pipeline.sweep.jobs import Recipe
from pipeline.sweep.local import LocalPool, available_memory_mb, cores
from pipeline.sweep.plan import parse_seeds, sources
from pipeline.sweep.pool import Pool
from pipeline.sweep.proof import Proof
from pipeline.sweep.sweep import Sweep

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@runs_lean
def _command(
    models: options.Models = None,
    out: Annotated[
        Path,
        typer.Option(
            metavar="TABLE", help="A .csv, .parquet or .json file; gone on from if there."
        ),
    ] = Path("sweep/proofs.csv"),
    seeds: Annotated[
        str | None,
        typer.Option(metavar="0..15", help="Models of these seeds; trained where missing."),
    ] = None,
    n_ctx: Annotated[int, typer.Option(min=1, max=64, help="Positions of the seeds' models.")] = 4,
    d_vocab: Annotated[int, typer.Option(min=2, max=512, help="Their tokens.")] = 64,
    trained: Annotated[
        Path | None,
        typer.Option(
            "--models", metavar="DIR", help="For trained models.  [default: beside TABLE]"
        ),
    ] = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join(certificate_names()),
            help="A strategy; may be repeated.  [default: all]",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At a time.  [default: one a core]")
    ] = None,
    total_memory: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="MB", help="Of all jobs together.  [default: what is available]"
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS|local", help="Run on a Ray cluster, or start one here."),
    ] = None,
    compare: options.Compare = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Have Lean check again what TABLE says is proved.")
    ] = False,
    *,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        limits = running.limits
        names = list(dict.fromkeys(strategy or strategy_names()))
        for name in names:
            require_strategy(name)
        recipes = [Recipe(seed, n_ctx, d_vocab) for seed in parse_seeds(seeds)] if seeds else []
        found = sources(models or [], recipes, trained or out.parent / "models")
        if not found:
            raise MalformedInput("no models", cure="name some, or give --seeds 0..15")
        if ray is None:
            find_toolchain(running.lean)  # better now than in each row

        def pool() -> Pool:
            if ray is not None:
                return RayPool(ray, jobs, total_memory)
            return LocalPool(jobs or cores(), total_memory or available_memory_mb())

        out.parent.mkdir(parents=True, exist_ok=True)
        return Sweep(
            sources=found,
            strategies=names,
            table=out,
            certificates=out.parent / "certificates",
            pool=pool,
            lean=running.lean,
            limits=limits,
            record=Record(out, Proof),
            terminal=terminal,
            compare=compare,
            verify=verify,
        ).run()

    return running.run(program)


def console() -> int:
    """Entry point of the command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
