"""What the check of a proof may take: operations, seconds, memory, or several of these.

`20M`, `30s` and `2GB` are budgets; a plain number is one of operations.  Operations are known before Lean is asked;
seconds and memory are predicted (`cost`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import MalformedInput
from pipeline.proof.cost import Cost

Kind = Literal["operations", "seconds", "memory"]

_UNITS: dict[str, tuple[Kind, int]] = {
    "": ("operations", 1),
    "k": ("operations", 10**3),
    "M": ("operations", 10**6),
    "G": ("operations", 10**9),
    "s": ("seconds", 1),
    "min": ("seconds", 60),
    "h": ("seconds", 3600),
    "MB": ("memory", 1),
    "GB": ("memory", 1000),
}
"""What each unit counts, and how many seconds, megabytes or operations it is."""
_WRITTEN = re.compile(r"([0-9][0-9_]{0,60}(?:\.[0-9]{1,20})?) ?([A-Za-z]*)", re.ASCII)


@dataclass(frozen=True)
class Limit:
    """One of the things that a check takes, and how much of it it may take."""

    kind: Kind
    amount: float

    def allows(self, cost: Cost) -> bool:
        """Is the check within it?"""
        taken = {"operations": cost.operations, "seconds": cost.seconds, "memory": cost.memory_mb}
        return taken[self.kind] <= self.amount

    def in_words(self) -> str:
        """As in `20,000,000 operations`."""
        unit = {"operations": "operations", "seconds": "s", "memory": "MB"}[self.kind]
        return f"{self.amount:,.10g} {unit}" if self.amount % 1 else f"{int(self.amount):,} {unit}"


@dataclass(frozen=True)
class Budget:
    """All limits hold."""

    limits: tuple[Limit, ...]

    @classmethod
    def of(cls, given: int | str | Iterable[str]) -> Budget:
        """As somebody writes it; `MalformedInput` if it is none."""
        if isinstance(given, int):
            given = str(given)
        texts = [given] if isinstance(given, str) else given
        return cls(tuple(map(_limit, texts)))

    def allows(self, cost: Cost) -> bool:
        """Is the check within the budget?"""
        return all(each.allows(cost) for each in self.limits)

    def in_words(self) -> str:
        """As in `30 s and 2,000 MB`."""
        return " and ".join(each.in_words() for each in self.limits)


def _limit(text: str) -> Limit:
    found = _WRITTEN.fullmatch(text.strip())
    kind, factor = _UNITS.get(found[2], (None, 0)) if found is not None else (None, 0)
    amount = 0.0
    if found is not None and kind is not None:
        whole = found[1].replace("_", "")
        amount = float(whole) * factor if "." in whole else int(whole) * factor
    if kind is None or amount <= 0:
        raise MalformedInput(
            f"--budget {text[:40]!a} is neither operations nor seconds nor memory",
            cure="write it like 20M (operations; or a plain number), 30s, 5min, 500MB or 2GB",
        )
    return Limit(kind, amount)
