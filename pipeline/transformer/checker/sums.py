"""Sums over positions, for every input with a given query token.

Every strategy that looks at inputs one by one uses this: what position `p` contributes when it
holds token `k` depends on `p`, `k` and the query alone, so an input's verdict needs only a sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.numbers.lanes import Lanes


class Term(NamedTuple):
    """A contribution, or a sum of contributions: packed logits, their slack, the largest token."""

    row: int
    slack: int
    largest: int


def sum_terms(positions: Sequence[Sequence[Term]], query: Term) -> list[Term]:
    """All sums of one term from each position and the query's term, the last position fastest."""
    sums = [query]
    for terms in positions:
        sums = [
            Term(row + r, slack + s, largest if largest > k else k)
            for row, slack, largest in sums
            for r, s, k in terms
        ]
    return sums


def surely_right(lanes: Lanes, sums: Sequence[Term]) -> Iterator[bool]:
    """Is the largest token's lane above every other lane by more than the slack?  (It is if there is no other.)"""
    for row, slack, largest in sums:
        limit = lanes.lane(row, largest) - slack
        yield lanes.count == 1 or lanes.all_below(lanes.without(row, largest), limit)


def surely_wrong(lanes: Lanes, sums: Sequence[Term]) -> Iterator[bool]:
    """Is some other lane at least as high as the largest token's lane plus the slack?"""
    for row, slack, largest in sums:
        limit = lanes.lane(row, largest) + slack
        others = lanes.without(row, largest)
        yield lanes.count > 1 and lanes.any_reaches(others, limit)
