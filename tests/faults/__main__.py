"""`python -m tests.faults`: inject faults into the shipped commands, print how many were survived.

Exit codes: 0 all were survived, 1 some were not, 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.faults.commands import COMMANDS
from tests.faults.engine import Engine, Injected, figures
from tests.faults.kinds import KINDS
from tests.faults.sandbox import Sandbox

app = typer.Typer(add_completion=False, rich_markup_mode=None)
NAMES = [command.name for command in COMMANDS]


@app.command(help=__doc__)
def _command(
    count: Annotated[int, typer.Option(min=1, help="Faults to inject.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed draws the same faults.")] = 0,
    command: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(NAMES), help="Only into this; may be repeated."),
    ] = None,
    kind: Annotated[str, typer.Option(help="Only kinds whose name contains this.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> int:
    chosen = [each for each in COMMANDS if each.name in (command or NAMES)]
    kinds = [each for each in KINDS if kind in each.name]
    if not chosen or not any(each.possible for each in kinds):
        raise typer.BadParameter("no such command, or no such kind that is possible here")
    done: list[Injected] = []
    with tempfile.TemporaryDirectory(prefix="compact-faults-") as directory:
        engine = Engine(Sandbox(Path(directory)), chosen, seed)
        for each in engine.inject(count, kinds):
            done.append(each)
            print(f"{len(done)}/{count} {_line(each)}", file=sys.stderr, flush=True)
    lost = [each for each in done if each.complaints]
    if as_json:
        by_kind = figures(done, lambda each: each.kind)
        print(
            json.dumps(
                {
                    "seed": seed,
                    "injected": len(done),
                    "survived": len(done) - len(lost),
                    "not_possible_here": [each.name for each in KINDS if not each.possible],
                    "by_kind": {name: list(pair) for name, pair in by_kind.items()},
                    "complaints": [_line(each) for each in lost],
                },
                indent=1,
            )
        )
    else:
        _print(done, seed)
    return 1 if lost else 0


def _line(each: Injected) -> str:
    verdict = "; ".join(each.complaints) or "survived"
    return f"{each.command}, {each.what}: exit code {each.code}, {verdict}"


def _print(done: list[Injected], seed: int) -> None:
    for title, by in (
        ("fault", lambda each: each.kind),
        ("command", lambda each: each.command),
        ("total", lambda _: f"seed {seed}"),
    ):
        print(f"\n{title:<32}{'injected':>10}{'survived':>10}")
        for name, (injected, survived) in figures(done, by).items():
            print(f"  {name:<30}{injected:>10}{survived:>10}")
    for kind in KINDS:
        if not kind.possible:
            print(f"not possible here: {kind.name}")


if __name__ == "__main__":
    sys.exit(app(standalone_mode=False))
