"""What can keep the kernel from accepting a declaration, each with its exit code.

| code | meaning                                                                        |
| ---- | ------------------------------------------------------------------------------ |
| 0    | everything is accepted                                                         |
| 1    | something is refused (`Refused`)                                               |
| 2    | a file or an argument is not what it should be (`Malformed`)                   |
| 4    | a limit on time, memory or depth ended the run (`NoVerdict`): no verdict       |
"""

from __future__ import annotations

from typing import ClassVar

EXIT_ACCEPTED = 0
EXIT_REFUSED = 1
EXIT_MALFORMED = 2
EXIT_LIMIT = 4


class Kernel2Error(Exception):
    """Base class; raise one of the subclasses."""

    exit_code: ClassVar[int]


class Refused(Kernel2Error):
    """A declaration breaks a rule."""

    exit_code = EXIT_REFUSED


class Malformed(Kernel2Error):
    """A file is not a compiled module, or the modules do not fit together."""

    exit_code = EXIT_MALFORMED


class NoVerdict(Kernel2Error):
    """A limit was reached before there was a verdict."""

    exit_code = EXIT_LIMIT
