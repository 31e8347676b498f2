"""Where jobs run, whichever way."""

from __future__ import annotations

from typing import Any, Protocol

from pipeline.sweep.jobs import Job

Done = tuple[Job, Any]
"""A job and what came of it: its result, or the exception that ended it."""


class Lost(Exception):
    """A worker ended without a word."""


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
