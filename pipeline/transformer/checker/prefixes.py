"""Prefixes of the tokens (mirror of `lean/Compact/Transformer/Minimum/Prefixes.lean`).

A class admits the tokens `0 .. size-1`, which one test decides: their least margin, and their least
or largest factor.  The sizes are witnesses; these are the largest that pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.transformer.checker.classes import End, Run, runs
from pipeline.transformer.checker.margins import Margins
from pipeline.transformer.checker.pair import Pair, zero
from pipeline.transformer.checker.tables import Tables


def admitted(t: Tables, margins: Margins) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    for each in prefixes(t, margins):
        yield from runs(t, each.q, each.m, each.pair.alone(t.mass[each.q]), each.decide)


@dataclass(frozen=True)
class Prefixes:
    """The prefixes of one query and one maximum, by their last tokens."""

    q: int
    m: int
    zero: int
    pair: Pair
    least: Sequence[int]
    """Least margin"""
    small: Sequence[int]
    """Least factor"""
    large: Sequence[int]
    """Largest factor"""

    def decide(self, *both: End) -> range:
        """The longest prefix that passes at both ends."""

        def fails(last: int) -> bool:
            """Do the tokens up to `last` fail?  Then so do more of them."""
            margin = self.pair.direct + self.least[last]
            factor = self.small[last] if self.zero <= margin else self.large[last]
            passes = (self.pair.test(end, factor * self.zero, factor * margin) for end in both)
            return not all(passes)

        return range(bisect_left(range(self.m), True, key=fails))


def prefixes(t: Tables, margins: Margins) -> Iterator[Prefixes]:
    """Those of all queries and maxima."""
    small = [list(accumulate(row, min)) for row in t.token_lo]
    large = [list(accumulate(row, max)) for row in t.token_lo]
    for m in range(t.v):
        least = list(accumulate(margins.token[m], min))
        for q in range(m + 1):
            pair = Pair.of(t, margins, q, m)
            yield Prefixes(q, m, zero(t), pair, least, small[q], large[q])
