"""The check of the prefix strategy (mirror of `lean/Compact/Strategy/Prefix/`).

For the query `q`, the maximum `m` and `c` positions that do not hold `m`, the class of the inputs with
only the tokens `0 .. k-1` there is decided by one test: the least margin and the least (or greatest)
softmax factor of those tokens, at both ends of the weight of the positions that hold `m`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb

from pipeline.checker.tables import Tables


@dataclass(frozen=True)
class Claims:
    """The witnesses of a certificate, one list for each maximum."""

    tokens: list[list[int]]
    """`[m][k]`, `k <= m`: margin of the row of the token `k`"""
    directs: list[list[int]]
    """`[m][q]`, `q <= m`: margin of the direct path"""
    lasts: list[list[int]]
    """`[m][q]`, `q <= m`: margin at the query's own position"""
    sizes: list[list[int]]
    """`[m][n q + c - 1]`: tokens that the class may hold"""
    count: int
    """The inputs counted, which is the largest bound that the checker accepts."""


def margin(row: Sequence[int], m: int, offset: int) -> int:
    """By how much `m` leads all others in the row, plus the offset."""
    others = max((*row[:m], *row[m + 1 :]), default=0)
    return max(0, offset + row[m] - others)


def claims(tables: Tables) -> Claims:
    """The best claims, class by class."""
    offset = 4 << tables.width
    found = [_Maximum(tables, m, offset) for m in range(tables.v)]
    return Claims(
        tokens=[each.tokens for each in found],
        directs=[each.directs for each in found],
        lasts=[each.lasts for each in found],
        sizes=[each.sizes for each in found],
        count=sum(each.count for each in found),
    )


class _Maximum:
    """The classes with one maximum."""

    def __init__(self, t: Tables, m: int, offset: int) -> None:
        self.t, self.m, self.o = t, m, 2 * offset
        stand_in, upto = t.position[m], range(m + 1)
        self.tokens = [margin(_add(t.token[k], stand_in), m, offset) for k in upto]
        self.directs = [margin(t.direct[q], m, offset) for q in upto]
        own = [_add(_add(t.direct[q], t.token[q]), t.last) for q in upto]
        self.lasts = [margin(row, m, self.o) for row in own]
        self.least = list(accumulate(self.tokens, min))
        self.sizes: list[int] = []
        self.count = sum(self._query(q) for q in upto)

    def _query(self, q: int) -> int:
        """Find the sizes of the classes of the query, and count."""
        t, m, n, o = self.t, self.m, self.t.n, self.o
        low = t.token_lo[q]
        least, greatest = list(accumulate(low, min)), list(accumulate(low, max))
        weight, direct = low[q] * t.own[q], self.directs[q]
        rest = weight * (self.lasts[q] - o) - t.slack[q][m]
        lead = low[m] * (direct + self.tokens[m] - o)

        def passes(size: int, at_maximum: int) -> bool:
            worst = direct + self.least[size - 1] - o
            factor = least[size - 1] if worst >= 0 else greatest[size - 1]
            return at_maximum * lead + (t.mass[q] - at_maximum) * factor * worst + rest > 0

        counted = int(t.mass[q] * lead + rest > 0)
        for c in range(1, n + 1):
            ends = (t.low[q][n - c], t.high[q][n - c])
            sizes = range(m, 0, -1) if c < n or q == m else ()
            size = next((k for k in sizes if all(passes(k, end) for end in ends)), 0)
            self.sizes.append(size)
            counted += comb(n, c) * size**c
        return counted


def _add(a: Sequence[int], b: Sequence[int]) -> list[int]:
    return [x + y for x, y in zip(a, b, strict=True)]
