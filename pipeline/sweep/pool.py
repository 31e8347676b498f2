"""Where jobs run, whichever way."""

from __future__ import annotations

from typing import Any, Protocol

from pipeline.cli.system import of_system
from pipeline.errors import PipelineError, ResourceLimit
from pipeline.sweep.jobs import Job

Done = tuple[Job, Any]
"""A job and what came of it: its result, or the exception that ended it."""


class Lost(Exception):
    """A worker ended without a word."""


def ended_by(error: Exception) -> Exception:
    """What ended a job, in a form that survives the way to another process.

    A disk that is full or read-only, where a job runs, says nothing about the model: no verdict.
    """
    if isinstance(error, PipelineError | MemoryError):
        return error
    system = of_system(error) if isinstance(error, OSError) else None
    if system is not None:
        return ResourceLimit(system.message, cure=system.cure)
    return Lost(f"a bug in the program: {type(error).__name__}: {error}")


class Pool(Protocol):
    """Runs jobs, and gives them back in the order in which they end."""

    def submit(self, job: Job) -> None:
        """Queue a job."""
        ...

    def next(self) -> Done:
        """Wait for a job to end.  There must be one."""
        ...

    def close(self) -> None:
        """Stop what is still running, Lean included."""
        ...
