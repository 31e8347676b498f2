"""Prefixes of the tokens (mirror of `lean/Compact/Minimum/Prefixes.lean`).

A class admits the tokens `0 .. size-1`, which one test decides: their least margin, and their least
or largest factor.  The sizes are witnesses; these are the largest that pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.checker.classes import End, Run, runs
from pipeline.checker.margins import Margins
from pipeline.checker.pair import Pair, zero
from pipeline.checker.tables import Tables


def admitted(t: Tables, margins: Margins) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    small = [list(accumulate(row, min)) for row in t.token_lo]
    large = [list(accumulate(row, max)) for row in t.token_lo]
    for m in range(t.v):
        least = list(accumulate(margins.token[m], min))
        for q in range(m + 1):
            yield from _runs(t, Pair.of(t, margins, q, m), q, m, least, small[q], large[q])


def _runs(
    t: Tables,
    pair: Pair,
    q: int,
    m: int,
    least: Sequence[int],
    small: Sequence[int],
    large: Sequence[int],
) -> Iterator[Run]:
    o = zero(t)

    def decide(*both: End) -> Sequence[int]:
        def fails(last: int) -> bool:
            """Do the tokens up to `last` fail?  Then so do more of them."""
            margin = pair.direct + least[last]
            factor = small[last] if o <= margin else large[last]
            return not all(pair.test(end, factor * o, factor * margin) for end in both)

        return range(bisect_left(range(m), True, key=fails))

    return runs(t, q, m, pair.alone(t.mass[q]), decide)
