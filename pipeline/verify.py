"""`python -m pipeline.verify MODEL CERTIFICATE...`: is this certificate a theorem about this model?

A CERTIFICATE is a manifest, or a directory with manifests.  Nothing in it is trusted: its Lean
files must be, byte for byte, what the weights in MODEL and the manifest's witnesses give, and Lean
checks them again.  With --corpus FILE the pairs listed there are verified; FILE may be a folder of such lists.

The theory behind a certificate is taken as this user's Lean built it before, if its source and
Lean are the same; with --fresh it is built anew in a private directory (a minute), and Lean's files
are hashed anew: use that wherever the verdict matters to more people than you, as in CI.
With --cross a second checker, which shares no code with the exporter, has to agree with Lean, and some of the
certified inputs are evaluated to 60 digits.
With --kernel2 a second kernel reads what Lean compiled, from its bytes, and has to accept all of it.

Exit codes: 0 proved, 1 rejected by Lean, 2 malformed input or a certificate that does not fit,
3 no usable Lean, 4 a resource limit, 5 two checkers or kernels differ (--cross,
--kernel2), 130 interrupted.  With several certificates: that of the first failure.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.check import Checked, LeanChecker
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_root
from pipeline.claim import Asked
from pipeline.cli import options
from pipeline.cli.assumed import look_at
from pipeline.cli.corpus import Task, read_corpus
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome, failure_json, main
from pipeline.cli.report import certificate_json, checked_json, claim_in_words, summary
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.cli.told import Told, reads_models
from pipeline.errors import (
    EXIT_PROVED,
    CheckersDiffer,
    MalformedInput,
    PipelineError,
    RejectedByLean,
    ResourceLimit,
)
from pipeline.families import claim_names, find_family, read_subject
from pipeline.lean import Limits, find_toolchain
from pipeline.lean.private import private_temporary_directory
from pipeline.model.files import read_bytes
from pipeline.recheck import Verdict, recheck
from pipeline.recheck.families import FAMILIES as SECOND
from pipeline.recheck.family import checkers_of
from pipeline.recheck.model_file import reads
from pipeline.second_kernel import Batch
from pipeline.second_kernel.outcomes import PENDING, complete
from pipeline.strategy import Strategy
from pipeline.wanted import Wanted
from pipeline.wanted import at_least as at_least_of

_FRESH = "built anew for this run (--fresh)"
_AS_BEFORE = "as this user's Lean has built it before, if it has (--fresh builds it anew)"
_CURE_DIFFER = "one of the two is wrong: please report it, with the model and the certificate"

_INPUTS_LOOKED_AT = 1000
"""Of each certificate, with --cross."""


@dataclass(frozen=True)
class Verification:
    """One run of the program."""

    tasks: Sequence[Task]
    lean: str | None
    limits: Limits
    cross: bool
    fresh: bool = False
    wanted: Wanted = field(default_factory=Wanted)
    compare: Path | None = None
    kernel2: bool = False

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """Verify everything, also after a failure; the outcome as JSON and the exit code."""
        toolchain = find_toolchain(self.lean, fresh=self.fresh)
        outcomes: list[dict[str, Any]] = []
        with _built_modules(self.fresh) as out_dir:
            checker = LeanChecker(
                toolchain,
                theory_root(),
                limits=self.limits,
                out_dir=out_dir,
                on_result=terminal.module,
            )
            batch = None
            if self.kernel2:
                batch = Batch(toolchain, theory_root(), self.limits, out_dir)
            for task in self.tasks:
                outcomes += self._verify_task(task, checker, terminal, batch)
            if batch is not None:
                complete(outcomes, batch, terminal)
        codes = [int(outcome["exit_code"]) for outcome in outcomes]
        exit_code = next((code for code in codes if code), EXIT_PROVED)
        if len(outcomes) > 1:
            proved = codes.count(EXIT_PROVED)
            terminal.result(f"{proved} of {len(outcomes)} certificates proved")
        overall = {
            "proved": exit_code == EXIT_PROVED,
            "exit_code": exit_code,
            "fresh": self.fresh,
        }
        return overall | {"certificates": outcomes}, exit_code

    def _verify_task(
        self, task: Task, checker: LeanChecker, terminal: Terminal, batch: Batch | None
    ) -> list[dict[str, Any]]:
        try:
            manifests = find_manifests(task.certificate)
        except PipelineError as error:
            return [_failed(task, task.certificate, error, terminal)]
        outcomes = []
        for manifest in manifests:
            try:
                outcomes.append(self._verify(task, manifest, checker, terminal, batch))
            except PipelineError as error:
                outcomes.append(_failed(task, manifest, error, terminal))
        return outcomes

    def _verify(
        self,
        task: Task,
        manifest: Path,
        checker: LeanChecker,
        terminal: Terminal,
        batch: Batch | None,
    ) -> dict[str, Any]:
        started = time.monotonic()
        with terminal.working():
            terminal.progress(f"verifying {manifest}")
            with deadline(self.limits.timeout_s, f"reading {manifest}"):
                stored = read_stored(manifest)
                model = read_subject(task.model)
                assumed = look_at(model, task.model, self.compare, terminal)
                bundle = stored.require_genuine(model, theory_root())
                self.wanted.require(bundle, model, manifest)
            family = bundle.manifest.family
            strategy = find_family(family).strategy(bundle.manifest.strategy)
            second = None
            if self.cross:
                with deadline(self.limits.timeout_s, "the second checker"):
                    second = _second_opinion(task, manifest, family, strategy)
            checked = _agreed(checker, bundle, manifest, second)
        toolchain = checker.toolchain
        terminal.result(summary(bundle, checked, toolchain, task.model.name))
        terminal.result(f"  theory      {_FRESH if self.fresh else _AS_BEFORE}")
        terminal.result(assumed.in_words())
        outcome = (
            _where(task, manifest) | certificate_json(bundle) | checked_json(checked, toolchain)
        )
        outcome["in_words"] = claim_in_words(bundle, task.model.name)
        outcome |= assumed.json()
        if second is not None:
            outcome["second_checker"] = second.reason
            terminal.result(f"  the second checker agrees: {second.reason}")
            if second.numbers is not None:
                outcome["numbers"] = second.numbers.as_json()
                terminal.result(f"  {second.numbers}")
        if batch is not None:
            outcome[PENDING] = batch.add(bundle)
        return outcome | {
            "exit_code": EXIT_PROVED,
            "verify_seconds": round(time.monotonic() - started, 3),
        }


@contextmanager
def _built_modules(fresh: bool) -> Iterator[Path | None]:
    """Where built modules are: those of earlier runs, or a directory with nothing in it."""
    if not fresh:
        yield None
        return
    with private_temporary_directory() as directory:
        yield directory


def _second_opinion(task: Task, manifest: Path, family: str, strategy: Strategy) -> Verdict:
    if family not in SECOND or strategy.checker not in checkers_of(SECOND[family]):
        raise MalformedInput(
            f"{manifest}: the second checker does not know {strategy.checker}, the checker of {strategy.name}",
            cure=f"leave out --cross, or add it to pipeline/recheck/{family}",
        )
    if not reads(read_bytes(task.model)):
        raise MalformedInput(
            f"{task.model}: the second checker does not read torch files",
            cure="leave out --cross, or give the same weights as .safetensors",
        )
    second = recheck(task.model, manifest, look_at=_INPUTS_LOOKED_AT)
    if second.gave_up:
        raise ResourceLimit(f"{manifest}: the second checker gives up: {second.reason}")
    return second


def _agreed(
    checker: LeanChecker, bundle: Bundle, manifest: Path, second: Verdict | None
) -> Checked:
    """Lean's verdict, which has to be that of the second checker if there is one."""
    try:
        checked = checker.check(bundle)
    except RejectedByLean as error:
        if second is not None and second.accepted:
            raise CheckersDiffer(
                f"{manifest}: the second checker accepts what Lean rejects ({second.reason})",
                cure=_CURE_DIFFER,
                details=error.details,
            ) from error
        raise
    if second is not None and not second.accepted:
        raise CheckersDiffer(
            f"{manifest}: Lean accepts what the second checker refuses ({second.reason})",
            cure=_CURE_DIFFER,
        )
    if second is not None and second.numbers is not None and not second.numbers.hold:
        raise CheckersDiffer(
            f"{manifest}: Lean accepts it, but {second.numbers}", cure=_CURE_DIFFER
        )
    return checked


def _failed(task: Task, path: Path, error: PipelineError, terminal: Terminal) -> dict[str, Any]:
    terminal.error(error.message, cure=error.cure, details=error.details)
    return _where(task, path) | failure_json(error)


def _where(task: Task, path: Path) -> dict[str, Any]:
    return {"model": str(task.model), "certificate": str(path)}


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@reads_models
@runs_lean
def _command(
    model: Annotated[
        Path | None, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")
    ] = None,
    certificates: Annotated[
        list[Path] | None,
        typer.Argument(metavar="CERTIFICATE...", help="Manifests, or directories with manifests."),
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            "--corpus",
            metavar="FILE",
            help="Verify the list in FILE instead, or all lists in a folder.",
        ),
    ] = None,
    cross: Annotated[
        bool, typer.Option("--cross", help="Have the second checker check, too; it must agree.")
    ] = False,
    compare: options.Compare = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Build the theory anew; use nothing that was built before."),
    ] = False,
    at_least: Annotated[
        str,
        typer.Option(
            "--at-least",
            metavar="N|SHARE",
            help="Refuse certificates that claim fewer inputs than N, or less than a share such as 0.95 or 95%.",
        ),
    ] = "0",
    at_most: Annotated[
        str | None,
        typer.Option(metavar="LOSS", help="Refuse certificates of a mean loss that claim more."),
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(metavar="|".join(claim_names()), help="Refuse certificates of other claims."),
    ] = None,
    margin: Annotated[
        str | None, typer.Option(metavar="X", help="Refuse certificates of smaller margins.")
    ] = None,
    float32: Annotated[
        bool,
        typer.Option("--float32", help="Refuse certificates of margins that float32 can lose."),
    ] = False,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="'max>=A gap>=G'", help="Refuse certificates that do not cover this region."
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Refuse certificates of a mass for other weights."),
    ] = None,
    kernel2: Annotated[
        bool, typer.Option("--kernel2", help="Have the second kernel check, too; it must agree.")
    ] = False,
    *,
    told: Told,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        told.remember()
        limits = running.limits
        tasks = _tasks(model, certificates or [], corpus)
        least = None if margin is None else options.number("--margin", margin)
        most = None if at_most is None else options.number("--at-most", at_most)
        if claim is not None and claim not in claim_names():
            raise MalformedInput(
                f"there is no claim {claim!a}", cure=f"use one of: {', '.join(claim_names())}"
            )
        asked = Asked(least, float32, region, weights)
        wanted = Wanted(at_least_of(at_least), most, claim, asked)
        return Verification(
            tasks, running.lean, limits, cross, fresh, wanted, compare, kernel2
        ).run(terminal)

    return running.run(program)


def _tasks(model: Path | None, certificates: Sequence[Path], corpus: Path | None) -> list[Task]:
    if corpus is not None and model is None:
        return read_corpus(corpus)
    if corpus is not None or model is None or not certificates:
        raise MalformedInput(
            "what to verify is not clear",
            cure="give a model and its certificates, or --corpus FILE alone",
        )
    return [Task(model, certificate) for certificate in certificates]


def console() -> int:
    """Entry point of the installed command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
