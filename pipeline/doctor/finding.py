"""What one look at one thing gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import EXIT_PROVED

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
