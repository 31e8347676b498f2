"""What a build found out: one result a module, and what it means as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError, RejectedByLean, ResourceLimit, ToolingMissing
from pipeline.lean.messages import Message


class Status(StrEnum):
    """How the build of one module ended."""

    OK = "ok"
    REJECTED = "rejected"
    LIMIT = "limit"
    """No verdict: a resource limit, mostly; see `ModuleResult.reason`."""
    BROKEN = "broken"
    """Lean could not be run."""
    SKIPPED = "skipped"
    """A module that it imports was not built."""


@dataclass(frozen=True)
class ModuleResult:
    """The result for one module.  For a cached module the cost is what building it did cost."""

    module: str
    path: Path
    status: Status
    cached: bool = False
    reason: str = ""
    """One line: why the module is not built (empty if it is)."""
    messages: tuple[Message, ...] = ()
    output: str = ""
    """Lines that Lean printed and that are no messages."""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_rss_mb: float = 0.0
    key: str = ""

    @property
    def ok(self) -> bool:
        return self.status is Status.OK

    def printable(self) -> list[str]:
        """Lean's messages and its other output, for people."""
        return [*map(str, self.messages), *self.output.splitlines()]


@dataclass(frozen=True)
class BuildReport:
    """The results of a build, each module after its imports."""

    toolchain: str
    """Which Lean it was, in one line."""
    results: tuple[ModuleResult, ...]
    seconds: float

    def __iter__(self) -> Iterator[ModuleResult]:
        return iter(self.results)

    def __getitem__(self, module: str) -> ModuleResult:
        for result in self.results:
            if result.module == module:
                return result
        raise KeyError(module)

    @property
    def ok(self) -> bool:
        return all(result.ok for result in self.results)

    def require_ok(self) -> None:
        """Raise the error that this build amounts to, if any module is not built."""
        error = self.error()
        if error is not None:
            raise error

    def error(self) -> PipelineError | None:
        """The error that this build amounts to: no working Lean before a rejection before a limit."""
        for status, kind in (
            (Status.BROKEN, ToolingMissing),
            (Status.REJECTED, RejectedByLean),
            (Status.LIMIT, ResourceLimit),
        ):
            failed = [result for result in self.results if result.status is status]
            if failed:
                more = f" (and {len(failed) - 1} more modules)" if len(failed) > 1 else ""
                details = [line for result in failed for line in result.printable()]
                return kind(f"{failed[0].module}: {failed[0].reason}{more}", details=details)
        return None

    def as_json(self) -> dict[str, Any]:
        """Everything, for `json.dumps`."""
        results = [asdict(result) | {"path": str(result.path)} for result in self.results]
        return {
            "toolchain": self.toolchain,
            "ok": self.ok,
            "seconds": self.seconds,
            "modules": results,
        }
