"""Classes of inputs, in runs, and how many inputs they hold (mirror of `lean/Compact/Transformer/Classes/Runs.lean`).

A class is given by the last token (the query), the largest token and the number of other positions
that do not hold the largest.  A checker admits, for a class, some tokens for these positions.
Classes that follow one another are decided together, by the extreme weights that the positions with
the maximum have in any of them: a mixture is affine in that weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, groupby, product
from math import comb
from typing import NamedTuple, Protocol


class Weighted(Protocol):
    """What is known of the weights of the positions but the query's own."""

    @property
    def n(self) -> int:
        """How many there are."""
        ...

    @property
    def mass(self) -> list[int]:
        """`[q]`: their weight."""
        ...

    @property
    def low(self) -> list[list[int]]:
        """`[q][k]`: the least weight of `k` of them."""
        ...

    @property
    def high(self) -> list[list[int]]:
        """`[q][k]`: the greatest weight of `k` of them."""
        ...


class End(NamedTuple):
    """The weight of the positions that hold the maximum, and of those that do not."""

    U: int
    V: int


class Run(NamedTuple):
    """The inputs that end in `query` and whose other positions hold `maximum`, but for `first` to
    `last` of them, which hold any of `tokens` (all below `maximum`).  If the tokens have levels, only those inputs
    whose levels add up to no more than `parts`; these are classes by themselves."""

    query: int
    maximum: int
    first: int
    last: int
    tokens: Sequence[int]
    levels: Sequence[int] = ()
    parts: int = 0

    def count(self, n: int) -> int:
        """How many inputs it holds; the query has `n` positions before it."""
        if self.levels:
            ways = _ways(self.levels, self.first, self.parts)
            return comb(n, self.first) * ways
        classes = range(self.first, self.last + 1)
        return sum(comb(n, c) * int(len(self.tokens) ** c) for c in classes)


Decide = Callable[[End, End], Sequence[int]]
"""The tokens that pass at two weights."""


def with_others(n: int, query: int, maximum: int) -> range:
    """For the other `n` positions: how many of them may not hold the maximum, if any does not."""
    return range(1, n + 1 if query == maximum else n)


def ends(t: Weighted, query: int, first: int, last: int) -> tuple[End, End]:
    """The extreme weights in the classes with `first` to `last` other tokens."""
    mass = t.mass[query]
    low, high = t.low[query][t.n - last], t.high[query][t.n - first]
    return End(low, mass - low), End(high, mass - high)


def all_ends(t: Weighted, query: int, maximum: int) -> tuple[End, End]:
    """The extreme weights in all classes with other tokens."""
    others = with_others(t.n, query, maximum)
    return ends(t, query, 1, max(others, default=0))


def runs(t: Weighted, query: int, maximum: int, alone: bool, decide: Decide) -> Iterator[Run]:
    """All classes of a query and a maximum, those that admit as many tokens together; the class
    without other tokens is among them if it passes `alone`."""
    if alone:
        yield Run(query, maximum, 0, 0, ())

    def size(c: int) -> int:
        return len(decide(*ends(t, query, c, c)))

    for _, classes in groupby(with_others(t.n, query, maximum), key=size):
        first, *more = classes
        last = more[-1] if more else first
        yield Run(query, maximum, first, last, decide(*ends(t, query, first, last)))


def count(n: int, found: Iterable[Run]) -> int:
    """How many inputs different runs hold; the query has `n` positions before it."""
    return sum(run.count(n) for run in found)


def _ways(levels: Sequence[int], others: int, parts: int) -> int:
    """How many choices of tokens for so many positions have levels that add up to `parts` at most: the low digits of a
    power, as in `lean/Compact/Mixture/Power.lean`."""
    bits = (len(levels) ** others).bit_length() + 1
    terms = sum(1 << (bits * level) for level in levels)
    power: int = terms**others
    low: int = (power & ((1 << (bits * (parts + 1))) - 1)) % ((1 << bits) - 1)
    return low


def inputs(n: int, run: Run) -> Iterator[tuple[int, ...]]:
    """The inputs of a run."""
    level = dict(zip(run.tokens, run.levels, strict=False))
    for others in range(run.first, run.last + 1):
        for places in combinations(range(n), others):
            for tokens in product(run.tokens, repeat=others):
                if run.levels and sum(level[token] for token in tokens) > run.parts:
                    continue
                chosen = dict(zip(places, tokens, strict=True))
                yield (*(chosen.get(p, run.maximum) for p in range(n)), run.query)
