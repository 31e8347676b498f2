"""Choosing a rounding: the loosest on a grid that loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar


class Counted(Protocol):
    """What a search settles on."""

    @property
    def bound(self) -> int: ...


Found = TypeVar("Found", bound=Counted)


def loosest(grid: Sequence[int], attempt: Callable[[int], Found], best: Found) -> Found:
    """The first on the grid, whose last is `best`, that is as good, if being so is monotone."""
    low, high = 0, len(grid) - 1
    while low < high:
        middle = (low + high) // 2
        found = attempt(grid[middle])
        if found.bound >= best.bound:
            high, best = middle, found
        else:
            low = middle + 1
    return best
