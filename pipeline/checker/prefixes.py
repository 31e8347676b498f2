"""Prefixes of the tokens (mirror of `lean/Compact/Minimum/Prefixes.lean`).

A class admits the tokens `0 .. size-1`, which one test decides: their least margin, and their least
or largest factor.  The sizes are witnesses; these are the largest that pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from pipeline.checker.classes import Class, with_others
from pipeline.checker.margins import Margins
from pipeline.checker.pair import End, Pair, ends, zero
from pipeline.checker.tables import Tables


def admitted(t: Tables, margins: Margins) -> Iterator[Class]:
    """The classes that are counted, and their tokens."""
    small = [list(accumulate(row, min)) for row in t.token_lo]
    large = [list(accumulate(row, max)) for row in t.token_lo]
    for m in range(t.v):
        least = list(accumulate(margins.token[m], min))
        for q in range(m + 1):
            yield from _classes(t, Pair.of(t, margins, q, m), q, m, least, small[q], large[q])


def sizes(t: Tables, classes: Iterable[Class]) -> list[list[int]]:
    """The number of tokens of each class: `[m][n q + c - 1]`."""
    found = [[0] * (t.n * (m + 1)) for m in range(t.v)]
    for q, m, c, tokens in classes:
        if c > 0:
            found[m][t.n * q + c - 1] = len(tokens)
    return found


def _classes(
    t: Tables,
    pair: Pair,
    q: int,
    m: int,
    least: Sequence[int],
    small: Sequence[int],
    large: Sequence[int],
) -> Iterator[Class]:
    o = zero(t)
    if pair.alone(t.mass[q]):
        yield Class(q, m, 0, ())
    for c in with_others(t.n, q, m):
        both = ends(t, q, c)

        def fails(last: int, both: tuple[End, End] = both) -> bool:
            """Do the tokens up to `last` fail?  Then so do more of them."""
            margin = pair.direct + least[last]
            factor = small[last] if o <= margin else large[last]
            return not all(pair.test(end, factor * o, factor * margin) for end in both)

        yield Class(q, m, c, range(bisect_left(range(m), True, key=fails)))
