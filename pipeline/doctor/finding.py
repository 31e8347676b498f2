"""What one look at one thing gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import EXIT_PROVED, EXIT_TOOLING, PipelineError

Status = Literal["ok", "note", "wrong"]
"""`note`: works, but should be known."""


@dataclass(frozen=True)
class Finding:
    """One line, and how to mend it if it is not right."""

    topic: str
    status: Status
    text: str
    cure: str | None = None
    exit_code: int = EXIT_PROVED
    """What it means for the exit code; 0 unless something is wrong."""


def fine(topic: str, text: str) -> Finding:
    return Finding(topic, "ok", text)


def note(topic: str, text: str, cure: str | None = None) -> Finding:
    return Finding(topic, "note", text, cure)


def wrong(topic: str, text: str, cure: str, exit_code: int) -> Finding:
    return Finding(topic, "wrong", text, cure, exit_code)


Look = Callable[[], Iterator[Finding]]


def guarded(look: Look) -> Iterator[Finding]:
    """What a look gives; if it stumbles, that is a finding too, and the other looks go on."""
    try:
        yield from look()
    except PipelineError as error:
        yield wrong(
            "doctor", error.message, error.cure or "mend it, and ask again", error.exit_code
        )
    except Exception as error:
        text = f"could not look any further: {type(error).__name__}: {error}"
        yield wrong("doctor", text, "mend what this names, or report it", EXIT_TOOLING)
