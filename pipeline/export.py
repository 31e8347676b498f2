"""`python -m pipeline.export MODEL`: from a model's weights to a theorem about it.

Reads the weights, searches a certificate, has Lean check it, and writes it into a directory.

Exit codes: 0 proved, 1 rejected by Lean, 2 malformed input, 3 no usable Lean, 4 a resource limit,
130 interrupted.  Unless it is 0 (or --keep is given) the directory is left as it was.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.check import Checked, LeanChecker
from pipeline.bundle.directory import OutputDirectory, open_output
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli import options
from pipeline.cli.assumed import look_at
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome, main, run
from pipeline.cli.report import certificate_json, checked_json, claim_in_words, summary
from pipeline.cli.search import search
from pipeline.cli.terminal import Terminal
from pipeline.emit.names import model_name
from pipeline.errors import EXIT_PROVED, PipelineError
from pipeline.families import family_of, read_subject, strategy_names
from pipeline.family import AnyModel
from pipeline.lean import Limits, find_toolchain


@dataclass(frozen=True)
class Export:
    """One run of the program."""

    model: Path
    strategy: str | None
    """None for the dearest that the model's family has."""
    out: Path
    check: bool
    keep: bool
    force: bool
    lean: str | None
    limits: Limits
    compare: Path | None = None

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
        outcome: dict[str, Any] = certificate_json(bundle) | {"out": str(self.out)}
        if checker is not None and checked is not None:
            outcome |= checked_json(checked, checker.toolchain)
            terminal.result(summary(bundle, checked, checker.toolchain, self.model.name))
        else:
            outcome |= {"proved": False, "lean": None}
            terminal.result(
                f"NOT CHECKED, as --no-check was given; the claim is:\n  "
                f"{claim_in_words(bundle, self.model.name)}"
            )
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
        strategy = family.strategy(self.strategy or family.default(model))
        digest = theory_digest(family.name, strategy.name, theory_root())
        conflict = output.conflict(strategy.name, family.render_weights(name, model).encode())
        if conflict is not None and not self.force:
            raise conflict
        certificate = search(strategy, model, terminal.progress, self.limits.timeout_s)
        with deadline(self.limits.timeout_s, "writing the certificate"):
            return make_bundle(model, name, self.model.name, certificate, digest)

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


@app.command(help=__doc__)
def _command(
    model: Annotated[Path, typer.Argument(help="Weights: .safetensors, .npz, or torch .pt.")],
    strategy: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(strategy_names()),
            help="How to bound the accuracy.  [default: brute-force; with heads or biases: quartic, for the maximum]",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write.  [default: certificates/MODEL]"),
    ] = None,
    check: Annotated[bool, typer.Option(help="Have Lean check the certificate.")] = True,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the files even if Lean does not accept them.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a certificate of other weights.")
    ] = False,
    compare: options.Compare = None,
    as_json: options.AsJson = False,
    lean: options.Lean = None,
    timeout: options.Timeout = None,
    memory: options.Memory = None,
    task: options.Task = None,
    table: options.Table = None,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        options.set_task(task, table)
        limits = options.limits(timeout, memory)
        directory = default_directory(model) if out is None else out
        export = Export(model, strategy, directory, check, keep, force, lean, limits, compare)
        return export.run(terminal)

    return run(program, as_json=as_json)


def console() -> int:
    """Entry point of the installed command."""
    return main(app)


if __name__ == "__main__":
    sys.exit(console())
