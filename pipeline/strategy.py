"""What a strategy is: a search for a certificate that its Lean checker will accept.

A strategy is one Python file in `pipeline/<family>/strategies/` and one Lean file in `lean/Compact/<Family>/Strategy/`;
registering it in that folder is all that the rest of the pipeline needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pipeline.emit.theorem import Value

Progress = Callable[[str], None]
"""Told, in words, what the search is doing."""

Kind = Literal["nat", "list", "matrix"]
"""The type of a certificate's field: `Nat`, `List Nat` or `List (List Nat)`."""


@dataclass(frozen=True)
class Certificate:
    """A claim and its witnesses: the fields of `<Strategy>.Certificate` in Lean, in order."""

    strategy: str
    bound: int
    """Number of inputs that are claimed to be answered correctly."""
    fields: Mapping[str, Value]
    """All fields of the Lean structure, `bound` among them."""


class Strategy(Protocol):
    """A way to bound the number of correctly answered inputs from below."""

    @property
    def name(self) -> str:
        """Name on the command line, such as `brute-force`."""
        ...

    @property
    def checker(self) -> str:
        """Name of the Lean checker, such as `BruteForce`; strategies may share one."""
        ...

    @property
    def summary(self) -> str:
        """One line: what the check uses and what it costs."""
        ...

    @property
    def when(self) -> str:
        """One line: when to use it rather than its neighbours."""
        ...

    def search(self, model: Any, progress: Progress) -> Certificate:
        """The best certificate found.  Its bound is what Lean will prove, exactly."""
        ...

    def fields(self) -> Mapping[str, Kind]:
        """The Lean field names of a certificate, in order, with their types."""
        ...

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The kernel evaluates the check of a certificate with these fields in one part more than these: the
        Lean theorems that join a part with those that follow it."""
        ...
