"""`python -m pipeline.doctor`: what is installed, which Lean is used, whether hashes match, how to mend what does not.

Looks at Python and its packages, the code itself, Lean and the compiled theory, the disk, the memory, and every
certificate of the list (by default the shipped one): its hashes, its model, its theory.  Lean is not run on
certificates; that is `python -m pipeline.verify`.

Exit codes: 0 nothing is wrong, else that of the first thing that is wrong: 2 a certificate or a file, 3 Lean, Python or
a package, 4 no room on a disk; 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.program import Outcome, run
from pipeline.cli.terminal import Terminal
from pipeline.doctor.certificates import look_at_certificates
from pipeline.doctor.code import look_at_code
from pipeline.doctor.environment import look_at_machine, look_at_python
from pipeline.doctor.finding import Finding, Look, guarded
from pipeline.doctor.lean import look_at_lean
from pipeline.doctor.report import as_json as findings_json
from pipeline.doctor.report import conclusion, exit_code, line
from pipeline.doctor.second_kernel import look_at_second_kernel

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=__doc__)
def _command(
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="FILE", help="Look at the certificates in this list."),
    ] = None,
    as_json: options.AsJson = False,
    lean: options.Lean = None,
) -> int:
    def program(terminal: Terminal) -> tuple[Outcome, int]:
        looks: list[Look] = [
            look_at_python,
            look_at_code,
            lambda: look_at_lean(lean),
            look_at_second_kernel,
            look_at_machine,
            lambda: look_at_certificates(corpus),
        ]
        findings: list[Finding] = []
        for look in looks:
            for finding in guarded(look):
                findings.append(finding)
                terminal.result(line(finding))
        terminal.result(conclusion(findings))
        return findings_json(findings), exit_code(findings)

    return run(program, as_json=as_json)
