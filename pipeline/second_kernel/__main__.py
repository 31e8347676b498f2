"""`python -m pipeline.second_kernel`: the second kernel on the whole theory and on every committed certificate.

The theory is checked as Lean compiled it from the sources at hand; then each certificate of the list (by default all
that are shipped), whose statement and weights are compared with the reviewed text and with the model.  Lean is asked
only for what it has not compiled before.

Exit codes: those of `python -m pipeline.verify`; 5 if the second kernel refuses what Lean accepts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bundle.theory import theory_root
from pipeline.cli.program import Outcome, failure_json, main
from pipeline.cli.running import Running, runs_lean
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_DIFFER, EXIT_PROVED, PipelineError
from pipeline.lean import find_toolchain
from pipeline.second_kernel.batch import Batch
from pipeline.second_kernel.listed import SHIPPED, genuine_bundles, smallest_of_each_kind
from pipeline.second_kernel.theory import OF_THE_REALS, check_everything, check_theory

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
@runs_lean
def _command(
    corpus: Annotated[
        Path | None,
        typer.Option(
            "--corpus", metavar="FILE", help="The certificates in this list, or in all of a folder."
        ),
    ] = None,
    theory_only: Annotated[bool, typer.Option("--theory", help="No certificates.")] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Of each kind of statement the smallest certificate."),
    ] = False,
    real: Annotated[
        bool,
        typer.Option(
            "--real",
            help="Also the committed certificates' theorems about the real numbers, in one process with all that they"
            " rest on: as long as all certificates together, so give a --timeout.",
        ),
    ] = False,
    *,
    running: Running,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        limits = running.limits
        toolchain, theory = find_toolchain(running.lean), theory_root()
        with terminal.working():
            terminal.progress("the second kernel checks the theory")
            results = check_theory(toolchain, theory, limits)
            if real:
                terminal.progress("the second kernel checks every theorem about the real numbers")
                results[OF_THE_REALS] = check_everything(toolchain, theory, limits)
        for what, result in results.items():
            _show(what, result, terminal)
        codes = [_code(result) for result in results.values()]
        batch = Batch(toolchain, theory, limits)
        numbers: dict[int, str] = {}
        lists = () if theory_only else (corpus or SHIPPED,)
        bundles = [bundle for each in lists for bundle in genuine_bundles(each, theory)]
        for bundle in smallest_of_each_kind(bundles) if quick else bundles:
            numbers[batch.add(bundle)] = bundle.manifest.lean.theorem
        with terminal.working():
            verdicts = batch.verdicts(terminal.progress)
        certificates: dict[str, Any] = {}
        for number, theorem in numbers.items():
            verdict = verdicts[number]
            if isinstance(verdict, PipelineError):
                terminal.error(verdict.message, cure=verdict.cure)
                certificates[theorem] = failure_json(verdict)
                codes.append(verdict.exit_code)
            else:
                terms = vars(verdict) | {
                    "times_lean": round(verdict.cpu_seconds / verdict.lean_cpu_seconds, 1)
                }
                certificates[theorem] = terms | {"exit_code": EXIT_PROVED}
                terminal.result(
                    f"accepted {theorem}: {verdict.cpu_seconds} s, {verdict.memory_mb} MB;"
                    f" Lean {verdict.lean_cpu_seconds:.1f} s"
                )
        exit_code = next((code for code in codes if code), EXIT_PROVED)
        accepted = sum(each["exit_code"] == EXIT_PROVED for each in certificates.values())
        terminal.result(
            f"{accepted} of {len(certificates)} certificates accepted by the second kernel"
        )
        return {
            "exit_code": exit_code,
            "accepted_by_second_kernel": exit_code == EXIT_PROVED,
            "theory": results,
            "certificates": certificates,
        }, exit_code

    return running.run(program)


def _code(result: dict[str, Any]) -> int:
    """A refusal is a difference: Lean has accepted all of it."""
    return EXIT_DIFFER if result["exit_code"] == 1 else int(result["exit_code"])


def _show(what: str, result: dict[str, Any], terminal: Terminal) -> None:
    if "accepted" not in result:
        terminal.error(f"theory {what}: {result.get('problem')}")
        return
    for line in result["refused"]:
        terminal.error(f"theory {what}: refused: {line}")
    accepted = sum(result["accepted"].values())
    terminal.result(
        f"theory {what}: {result['modules']} modules, {accepted:,} declarations accepted, "
        f"{result['refused_in_all']} refused, {result['unsafe']} unsafe and not checked, "
        f"{len(result['computed'])} functions computed; {result['cpu_seconds']} s, {result['memory_mb']} MB"
    )


if __name__ == "__main__":
    sys.exit(main(app))
