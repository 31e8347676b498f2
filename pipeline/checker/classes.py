"""Classes of inputs and how many inputs they hold (mirror of `lean/Compact/Counting/Classes.lean`).

A class is given by the last token (the query), the largest token and the number of other positions
that do not hold the largest.  A checker admits, for a class, some tokens for these positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from math import comb
from typing import NamedTuple


class Class(NamedTuple):
    """The inputs that end in `query` and whose other positions hold `maximum`, but for `others` of
    them, which hold any of `tokens` (all below `maximum`)."""

    query: int
    maximum: int
    others: int
    tokens: Sequence[int]


def with_others(n: int, query: int, maximum: int) -> range:
    """For the other `n` positions: how many of them may not hold the maximum, if any does not."""
    return range(1, n + 1 if query == maximum else n)


def count(n: int, classes: Iterable[Class]) -> int:
    """How many inputs different classes hold; the query has `n` positions before it."""
    return sum(comb(n, each.others) * len(each.tokens) ** each.others for each in classes)


def inputs(n: int, each: Class) -> Iterator[tuple[int, ...]]:
    """The inputs of a class."""
    for places in combinations(range(n), each.others):
        for tokens in product(each.tokens, repeat=each.others):
            chosen = dict(zip(places, tokens, strict=True))
            yield (*(chosen.get(p, each.maximum) for p in range(n)), each.query)
