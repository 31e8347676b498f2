"""What Lean says: the messages of `lean --json`, one JSON object a line, and how people read them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_SHOWN = {"information": "info"}

_LIMITS = (
    "excessive memory consumption",
    "deep recursion",
    "maximum recursion depth has been reached",
    "(deterministic) timeout",
    "maximum number of heartbeats",
    "the kernel refused to evaluate",
)
"""Parts of the messages with which Lean gives up instead of deciding."""


@dataclass(frozen=True)
class Message:
    """One message of Lean.  Lines count from 1, columns from 0; a message about no place has line 0."""

    severity: str
    """`error`, `warning` or `information`."""
    file: str
    line: int
    column: int
    text: str
    kind: str = ""

    def __str__(self) -> str:
        severity = _SHOWN.get(self.severity, self.severity)
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {severity}: {self.text}"

    def about(self, file: str) -> Message:
        """The same message about the same module, whose file now goes by this name."""
        return replace(self, file=file)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def is_limit(self) -> bool:
        """Whether Lean says here that it ran out of something (and not that a proof is wrong)."""
        return self.is_error and any(part in self.text for part in _LIMITS)

    @property
    def is_echo(self) -> bool:
        """Whether this error only repeats that an earlier one left a proof unfinished.

        Lean puts `sorryAx` in the place of a proof that failed, and our kernel refuses that too.
        """
        return self.is_error and "unsafe declaration 'sorryAx'" in self.text


def parse_messages(output: str, file: str) -> tuple[list[Message], str]:
    """The messages in the output of `lean --json`, all of them about `file`, and the other lines."""
    messages: list[Message] = []
    other: list[str] = []
    for line in output.splitlines():
        message = _parse_line(line, file)
        if message is not None:
            messages.append(message)
        elif line.strip():
            other.append(line)
    return messages, "\n".join(other)


def _parse_line(line: str, file: str) -> Message | None:
    if not line.startswith("{"):
        return None
    try:
        data: Any = json.loads(line)
        position = data.get("pos") or {"line": 0, "column": 0}
        kind = str(data.get("kind", ""))
        return Message(
            severity=str(data["severity"]),
            file=file,
            line=int(position["line"]),
            column=int(position["column"]),
            text=str(data["data"]).rstrip("\n"),
            kind="" if kind == "[anonymous]" else kind,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def shown_path(path: Path) -> str:
    """A path for people: relative to the current directory if it is below that."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
