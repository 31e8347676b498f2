"""Choosing a rounding: the loosest on a grid that loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar


class Counted(Protocol):
    """What a search settles on."""

    @property
    def bound(self) -> int: ...


Found = TypeVar("Found", bound=Counted)


def loosest(
    grid: Sequence[int], attempt: Callable[[int], Found], best: Found, may_lose: int = 0
) -> Found:
    """The first on the grid, whose last is `best`, that is as good, or loses no more than what it may, if being so is
    monotone."""
    low, high, least = 0, len(grid) - 1, best.bound - may_lose
    while low < high:
        middle = (low + high) // 2
        found = attempt(grid[middle])
        if found.bound >= least:
            high, best = middle, found
        else:
            low = middle + 1
    return best
