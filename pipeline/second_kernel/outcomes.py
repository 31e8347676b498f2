"""The second kernel's verdicts, put into what `pipeline.verify` says of each certificate."""

from __future__ import annotations

from typing import Any

from pipeline.cli.program import failure_json
from pipeline.cli.terminal import Terminal
from pipeline.errors import PipelineError
from pipeline.second_kernel.batch import Batch

PENDING = "second_kernel_number"
"""Until there is a verdict: the certificate's number in the batch."""


def complete(outcomes: list[dict[str, Any]], batch: Batch, terminal: Terminal) -> None:
    """Ask the second kernel about all certificates that Lean accepts, and add what it says to their outcomes."""
    with terminal.working():
        verdicts = batch.verdicts(terminal.progress)
    for outcome in outcomes:
        number = outcome.pop(PENDING, None)
        if number is None:
            continue
        verdict = verdicts[number]
        if isinstance(verdict, PipelineError):
            terminal.error(verdict.message, cure=verdict.cure, details=verdict.details)
            outcome |= failure_json(verdict)
        else:
            seconds, memory = verdict.cpu_seconds, verdict.memory_mb
            outcome |= {"second_kernel_seconds": seconds, "second_kernel_memory_mb": memory}
            terminal.result(
                f"the second kernel agrees: {outcome['certificate']}, {seconds} s, {memory} MB"
            )
