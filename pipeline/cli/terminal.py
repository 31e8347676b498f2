"""What people see: progress and errors on stderr, the result on stdout.

Nothing that comes from a file is read as markup, or as a command to the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.text import Text

from pipeline.errors import ResourceLimit
from pipeline.lean import ModuleResult


class _Console(Console):
    """A console whose reader may go away."""

    def on_broken_pipe(self) -> None:
        """Rich ends the process with 1, which would mean that Lean rejects something."""
        raise ResourceLimit("nobody reads what this program prints")


class Terminal:
    """Where a program prints."""

    def __init__(self, *, quiet_stdout: bool = False) -> None:
        self._out = _Console(quiet=quiet_stdout, highlight=False, soft_wrap=True)
        self._err = _Console(stderr=True, highlight=False, soft_wrap=True)
        self._status: Status | None = None

    @contextmanager
    def working(self) -> Iterator[None]:
        """Show progress in one line that moves, where there is a terminal to show it on."""
        if not self._err.is_terminal:
            yield
            return
        with self._err.status("") as self._status:
            yield
        self._status = None

    def progress(self, text: str) -> None:
        """Say what is going on now."""
        if self._status is not None:
            self._status.update(Text(printable(text)))
        else:
            self._err.print(Text(printable(text), style="dim"))

    def module(self, result: ModuleResult) -> None:
        """Say how a module was built, if there was something to build."""
        if not result.cached and result.ok:
            self.progress(f"Lean accepts {result.module} ({result.seconds:.1f} s)")

    def error(self, message: str, *, cure: str | None = None, details: Sequence[str] = ()) -> None:
        for line in details:
            self._err.print(Text(printable(line)))
        self._err.print(Text.assemble(("error: ", "bold red"), printable(message)))
        if cure is not None:
            self._err.print(Text.assemble(("cure: ", "bold"), printable(cure)))

    def note(self, text: str) -> None:
        """Something to know that is no error."""
        self._err.print(Text(printable(text)))

    def result(self, text: str | Text) -> None:
        self._out.print(Text(printable(text)) if isinstance(text, str) else text)


def printable(text: str) -> str:
    """The same without characters that would move the cursor or hide what is printed."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else ascii(each)[1:-1] for each in text
    )
