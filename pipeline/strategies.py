"""`python -m pipeline.strategies [MODEL]`: the strategies there are, and what they would prove of a model.

Without a model: each strategy, what its check uses and costs, and when to use it.  With one: the bound that each would
have Lean prove, and the length of the proof, with predictions of the seconds and the memory that Lean will take; the
last line says which one `--strategy auto` takes.  Brute force is left out where inputs are many.  Nothing is proved.

Exit codes: 0 done, 2 malformed input, 4 a resource limit, 130 interrupted.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli import options
from pipeline.cli.program import Outcome, main, run
from pipeline.cli.terminal import Terminal
from pipeline.cli.told import Told, reads_models
from pipeline.families import FAMILIES, family_of, read_subject
from pipeline.proof import listing
from pipeline.proof.budget import Budget
from pipeline.proof.choice import AUTO, BUDGET, best, offers, reason
from pipeline.proof.cost import how_good

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@reads_models
def _command(
    model: Annotated[Path | None, typer.Argument(help="Weights, as for an export.")] = None,
    budget: options.Budget = None,
    as_json: options.AsJson = False,
    timeout: options.Timeout = None,
    *,
    told: Told,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        told.remember()
        if model is None:
            return listed(terminal), 0
        within = BUDGET if budget is None else Budget.of(budget)
        return compared(model, within, options.limits(timeout, None).timeout_s, terminal), 0

    return run(program, as_json=as_json)


def listed(terminal: Terminal) -> dict[str, Any]:
    """All strategies of all families, from the dearest to the cheapest."""
    for line in listing.listed():
        terminal.result(line)
    terminal.result(
        f"{AUTO}: the best bound within a budget (operations, seconds or memory), of any of these"
    )
    return {
        "strategies": {
            family.name: {
                each.name: {"summary": each.summary, "when": each.when}
                for each in family.strategies.values()
            }
            for family in FAMILIES.values()
        }
    }


def compared(path: Path, budget: Budget, timeout_s: float, terminal: Terminal) -> dict[str, Any]:
    """What each strategy would prove of the model in a file."""
    model = read_subject(path)
    family, total, found = family_of(model), model.d_vocab**model.n_ctx, []
    with terminal.working():
        for offer in offers(family, model, terminal.progress, timeout_s):
            terminal.result(offer.in_words(family, total))
            found.append(offer)
    chosen = best(family, found, budget)
    terminal.result(f"  {how_good()}")
    terminal.result(f"{AUTO} takes {chosen.strategy}: {reason(found, chosen, budget)}")
    return {
        "auto": chosen.strategy,
        "offers": {
            each.strategy: {"bound": each.certificate.bound, **asdict(each.cost)}
            for each in found
            if each.certificate is not None
        },
    }


def console() -> int:
    """Entry point of the installed command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
