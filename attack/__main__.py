"""`python -m attack`: the figures, and exit code 1 if anything is not as it should be."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from attack.campaign import attack
from attack.heads import attack_heads, attack_heads_kernel
from attack.judge import BAD, CRASH, DIFFER, FALSE, GAVE_UP, REFUSED, REJECTED, TRUE, UNCLEAR
from attack.kernel import attack_kernel
from attack.mlp import attack_mlp
from attack.normed import attack_normed
from attack.tally import Tally

OTHERS_SHARE = 4
"""For so many mutants of one-head transformers there is one of each other family, if all are attacked."""

FAMILIES: dict[str, dict[str, Callable[[int, int], Tally]]] = {
    "transformer": {"python": attack, "kernel": attack_kernel},
    "heads": {"python": attack_heads, "kernel": attack_heads_kernel},
    "mlp": {"python": attack_mlp},
    "normed": {"python": attack_normed},
    "network": {
        "python": partial(attack, family="network"),
        "kernel": partial(attack_kernel, family="network"),
    },
}
"""Who attacks: one head; several heads, biases or other tasks; an MLP; norms; two-token networks."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    mutants: Annotated[
        int, typer.Option(help="Mutants for Python and the second checker.")
    ] = 10000,
    kernel: Annotated[int, typer.Option(help="Mutants for Lean's kernel.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed gives the same mutants.")] = 0,
    family: Annotated[str, typer.Option(help=f"Whose models: all, {', '.join(FAMILIES)}.")] = "all",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    if family not in ("all", *FAMILIES):
        raise typer.BadParameter(f"{family}: there are all, {', '.join(FAMILIES)}")
    tallies = {}
    for name, count in (("python", mutants), ("kernel", kernel)):
        started = time.monotonic()
        tallies[name] = Tally()
        for each, attackers in FAMILIES.items():
            if family in ("all", each) and name in attackers:
                share = OTHERS_SHARE if family == "all" and each != "transformer" else 1
                tallies[name] = tallies[name].merge(attackers[name](seed, count // share))
        if not as_json:
            _show(name, tallies[name], time.monotonic() - started)
    if as_json:
        print(json.dumps({name: figures(tally) for name, tally in tallies.items()}, indent=2))
    raise typer.Exit(1 if any(tally.bad for tally in tallies.values()) else 0)


def figures(tally: Tally) -> dict[str, int]:
    """What the README says of an attack."""
    return {
        "tried": tally.total(),
        "refused": tally.total(REFUSED, REJECTED),
        "still_true": tally.total(TRUE),
        "no_verdict": tally.total(GAVE_UP),
        "false_claims_accepted": tally.total(FALSE),
        "checkers_differ": tally.total(DIFFER),
        "crashes_and_unclear_errors": tally.total(CRASH, UNCLEAR),
    }


def _show(name: str, tally: Tally, seconds: float) -> None:
    where = {
        "python": "The Python side and the second checker",
        "kernel": "Lean's kernel and the second checker",
    }
    print(f"{where[name]} ({seconds:.0f} s)\n\n{tally.table()}\n")
    print(", ".join(f"{key.replace('_', ' ')} {n:,}" for key, n in figures(tally).items()) + "\n")
    for line in tally.bad:
        print(line, file=sys.stderr)
    assert bool(tally.bad) == bool(tally.total(*BAD))


if __name__ == "__main__":
    app()
