"""`python -m pipeline.export MODEL`: from a model's weights to a theorem about it.

Reads the weights, searches a certificate, has Lean check it, and writes it into a directory.

Exit codes: 0 proved, 1 rejected by Lean, 2 malformed input, 3 no usable Lean, 4 a resource limit,
130 interrupted.  Unless it is 0 (or --keep is given) the directory is left as it was.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.check import Checked, LeanChecker
from pipeline.bundle.directory import OutputDirectory, open_output
from pipeline.bundle.searched import searched
from pipeline.bundle.theory import theory_root
from pipeline.claim import ACCURACY, Asked
from pipeline.cli import options
from pipeline.cli.assumed import look_at
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome, main
from pipeline.cli.report import certificate_json, checked_json, claim_in_words, summary
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.cli.told import Told, reads_models
from pipeline.cli.truth import truth_beside
from pipeline.emit.names import model_name
from pipeline.errors import EXIT_PROVED, MalformedInput, PipelineError
from pipeline.families import claim_names, family_of, read_subject, strategy_names
from pipeline.family import AnyModel
from pipeline.lean import Limits, find_toolchain
from pipeline.proof.budget import Budget
from pipeline.proof.choice import AUTO, BUDGET, choose
from pipeline.proof.listing import for_help


@dataclass(frozen=True)
class Export:
    """One run of the program."""

    model: Path
    strategy: str | None
    """None for `auto`; of a claim other than accuracy for the dearest that the model's family has."""
    out: Path
    check: bool
    keep: bool
    force: bool
    lean: str | None
    limits: Limits
    compare: Path | None = None
    claim: str = ACCURACY
    asked: Asked = field(default_factory=Asked)
    budget: Budget = BUDGET
    """What the check may take, for the strategy `auto`."""

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """Do it all; the outcome as JSON and the exit code."""
        started = time.monotonic()
        checker = self._checker(terminal) if self.check else None
        with deadline(self.limits.timeout_s, f"reading {self.model}"):
            model = read_subject(self.model)
            assumed = look_at(model, self.model, self.compare, terminal)
        with open_output(self.out) as output, terminal.working():
            bundle = self._search(model, output, terminal)
            checked = self._check_and_write(bundle, checker, output, terminal)
        with terminal.working(), deadline(self.limits.timeout_s, f"counting for {self.model}"):
            terminal.progress("counting what is so")
            truth = truth_beside(model, bundle)
        outcome: dict[str, Any] = certificate_json(bundle) | {"out": str(self.out)} | truth.json()
        outcome["in_words"] = claim_in_words(bundle, self.model.name)
        if checker is not None and checked is not None:
            outcome |= checked_json(checked, checker.toolchain)
            terminal.result(summary(bundle, checked, checker.toolchain, self.model.name))
        else:
            outcome |= {"proved": False, "lean": None}
            terminal.result(
                f"NOT CHECKED, as --no-check was given; the claim is:\n  "
                f"{claim_in_words(bundle, self.model.name)}"
            )
        if (said := truth.in_words()) is not None:
            terminal.result(said)
        outcome |= assumed.json()
        terminal.result(assumed.in_words())
        outcome["export_seconds"] = round(time.monotonic() - started, 3)
        terminal.result(f"written to {self.out} in {outcome['export_seconds']:.1f} s")
        return outcome, EXIT_PROVED

    def _checker(self, terminal: Terminal) -> LeanChecker:
        """Lean, which had better be found before there is anything for it to check."""
        toolchain = find_toolchain(self.lean)
        return LeanChecker(toolchain, theory_root(), limits=self.limits, on_result=terminal.module)

    def _search(self, model: AnyModel, output: OutputDirectory, terminal: Terminal) -> Bundle:
        """Find the certificate, after everything that could speak against writing it."""
        name, family = model_name(self.model), family_of(model)
        if self.claim == ACCURACY and self.asked != Asked():
            known = "add --claim margin, --claim region or --claim mass"
            raise MalformedInput(
                "--margin and --float32 ask for a margin, --region for a region, --weights for a mass",
                cure=known
                if family.claims
                else f"leave them out: models of the family {family.name} have no such claims",
            )
        chosen = None
        if self.strategy in (None, AUTO) and self.claim == ACCURACY:
            chosen = choose(
                family,
                model,
                self.budget,
                terminal.progress,
                self.limits.timeout_s,
                terminal.note,
            )
        strategy = family.to_claim(
            self.claim, self.strategy if chosen is None else chosen.strategy, model
        )
        if self.claim != ACCURACY:
            strategy = family.claims[self.claim].asked(strategy, model, self.asked)
        conflict = output.conflict(strategy.name, family.render_weights(name, model).encode())
        if conflict is not None and not self.force:
            raise conflict
        timeout_s = self.limits.timeout_s
        return searched(
            model, name, self.model.name, strategy, terminal.progress, timeout_s, chosen
        )

    def _check_and_write(
        self,
        bundle: Bundle,
        checker: LeanChecker | None,
        output: OutputDirectory,
        terminal: Terminal,
    ) -> Checked | None:
        """Write the certificate once Lean has accepted it; with --keep in any case."""
        checked = None
        if checker is not None:
            terminal.progress("Lean checks the certificate")
            try:
                checked = checker.check(bundle)
            except PipelineError:
                if self.keep:
                    output.commit(bundle.files)
                    terminal.note(f"kept in {self.out}, although it is not proved")
                raise
        for name in output.commit(bundle.files):
            terminal.note(f"removed {self.out / name}, which was about other weights")
        return checked


def default_directory(model: Path) -> Path:
    """`certificates/<stem>`, or the Lean name instead of a stem that is no plain file name."""
    plain = re.fullmatch(r"\w[\w.-]*", model.stem, re.ASCII) is not None
    return Path("certificates") / (model.stem if plain else model_name(model))


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=f"{__doc__}\n\n{for_help()}")
@reads_models
@runs_lean
def _command(
    model: Annotated[Path, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")],
    strategy: Annotated[
        str | None,
        typer.Option(
            metavar="|".join([AUTO, *strategy_names()]),
            help="How to bound the accuracy; auto takes brute force where inputs are few, else tries all and takes the"
            " best bound within the budget (python -m pipeline.strategies MODEL shows them).  [default: auto]",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write.  [default: certificates/MODEL]"),
    ] = None,
    budget: options.Budget = None,
    check: Annotated[bool, typer.Option(help="Have Lean check the certificate.")] = True,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the files even if Lean does not accept them.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a certificate of other weights.")
    ] = False,
    claim: Annotated[
        str, typer.Option(metavar="|".join(claim_names()), help="What to claim.")
    ] = ACCURACY,
    margin: Annotated[
        str | None,
        typer.Option(
            metavar="X",
            help="With --claim margin: by how much the right logit is to be above all others.",
        ),
    ] = None,
    float32: Annotated[
        bool,
        typer.Option(
            "--float32", help="With --claim margin: the margin that an evaluation in float32 needs."
        ),
    ] = False,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="'max>=A gap>=G'",
            help="With --claim region: which.  [default: the one with the most inputs that can be proved]",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --claim mass: a JSON or CSV list of naturals, how often each token is drawn.",
        ),
    ] = None,
    compare: options.Compare = None,
    *,
    told: Told,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        told.remember()
        limits = running.limits
        directory = default_directory(model) if out is None else out
        least = None if margin is None else options.number("--margin", margin)
        asked = Asked(least, float32, region, weights)
        export = Export(
            model,
            strategy,
            directory,
            check,
            keep,
            force,
            running.lean,
            limits,
            compare,
            claim,
            asked,
            BUDGET if budget is None else Budget.of(budget),
        )
        return export.run(terminal)

    return running.run(program)


def console() -> int:
    """Entry point of the installed command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
