"""The errors of the pipeline, each with the exit code its command line programs return.

| code | class            | meaning                                                     |
| ---- | ---------------- | ----------------------------------------------------------- |
| 0    |                  | proved: Lean accepted everything                            |
| 1    | `RejectedByLean` | Lean read the files and does not accept them                |
| 2    | `MalformedInput` | the input is not what it should be (also: wrong usage)      |
| 3    | `ToolingMissing` | no usable Lean, or a tool that does not work                |
| 4    | `ResourceLimit`  | a limit (time, memory, depth, disk) ended it: no verdict    |
| 5    | `CheckersDiffer` | Lean and the second checker do not agree: one of them errs  |

Every error is one clear line (`str(error)`), whatever characters names of files have.  It may say how to cure it,
and may carry `details`, the lines behind it (for a rejection: Lean's own messages).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

EXIT_PROVED = 0
EXIT_REJECTED = 1
EXIT_MALFORMED = 2
EXIT_TOOLING = 3
EXIT_LIMIT = 4
EXIT_DIFFER = 5


class PipelineError(Exception):
    """Base class; raise one of the subclasses."""

    exit_code: ClassVar[int] = EXIT_MALFORMED

    def __init__(
        self, message: str, *, cure: str | None = None, details: Iterable[str] = ()
    ) -> None:
        message = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in message)
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.details = tuple(details)

    def __str__(self) -> str:
        return self.message if self.cure is None else f"{self.message} (cure: {self.cure})"


class RejectedByLean(PipelineError):
    """Lean checked the files and does not accept them."""

    exit_code = EXIT_REJECTED


class MalformedInput(PipelineError):
    """A file or an argument is not what it should be."""

    exit_code = EXIT_MALFORMED


class ToolingMissing(PipelineError):
    """Lean, or another tool, is missing or does not work here."""

    exit_code = EXIT_TOOLING


class ResourceLimit(PipelineError):
    """A limit on time, memory, depth or disk space ended the run before there was a verdict."""

    exit_code = EXIT_LIMIT


class CheckersDiffer(PipelineError):
    """Lean and the second checker (`pipeline.recheck`) do not agree."""

    exit_code = EXIT_DIFFER
