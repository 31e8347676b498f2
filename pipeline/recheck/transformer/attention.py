"""What is known of the margin of a maximum at each position (`Share/Ends.lean`, and `endsAs` in `Share/Count.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.transformer.ruler import Ruler


class End(NamedTuple):
    """Margins at other positions and at the query's own, each with the row of the maximum and without a token's row."""

    same: int
    other: int
    own_same: int
    own_other: int

    @classmethod
    def at(cls, numbers: Sequence[int], i: int) -> End:
        """Four numbers of a list, from place `i`."""
        return cls(*(nth(numbers, i + j) for j in range(4)))


class Base(NamedTuple):
    """A base `base / 2^k`; margins of the positions' rows with this share of the maximum's own row; and the least
    and the greatest margin of that row."""

    base: int
    joint: int
    own_joint: int
    low: int
    high: int

    def bounds(self, k: int, origin: int, end: End, x: int) -> bool:
        """Is the end no better than is known, if the margin of the maximum's own row is `x`?"""
        u = power(2, k)
        rest = minus(u, self.base)

        def pair(same: int, other: int, joint: int) -> bool:
            return (
                same * u + rest * origin <= joint * u + rest * x
                and other * u + self.base * x <= joint * u + self.base * origin
            )

        return pair(end.same, end.other, self.joint) and pair(
            end.own_same, end.own_other, self.own_joint
        )


@dataclass(frozen=True)
class Attention:
    """How a certificate bounds what attention does with a margin, for packed rows of `n + 1` positions."""

    kind: int
    """0: one end, the least margins; else a base and two ends."""
    k: int
    """Bits of the base."""
    n: int
    rows: Sequence[int]
    ruler: Ruler
    wide: Ruler
    """For rows times `2^k`."""

    def ends(self, m: int, own: int, numbers: Sequence[int]) -> Sequence[End] | None:
        """The ends of the maximum `m`, if they are right; `own` is its own row."""
        if self.kind == 0:
            end = End.at(numbers, 0)
            return [end] if self._plain(m, own, end) else None
        base = Base(*(nth(numbers, i) for i in range(5)))
        low, high = End.at(numbers, 5), End.at(numbers, 9)
        return [low, high] if self._mean(m, own, base, low, high) else None

    def _plain(self, m: int, own: int, end: End) -> bool:
        """Are the margins true of each position (`plainAs`)?"""

        def true(p: int, other: int, same: int) -> bool:
            row = nth(self.rows, p)
            return self.ruler.ahead(m, row, other) and self.ruler.ahead(m, row + own, same)

        others = all(true(p, end.other, end.same) for p in range(self.n))
        return others and true(self.n, end.own_other, end.own_same)

    def _mean(self, m: int, own: int, base: Base, low: End, high: End) -> bool:
        """Are the ends right for the base, and the base for the rows (`meanAs`)?"""
        unit, share, origin = power(2, self.k), base.base * own, self.ruler.origin

        def ahead(p: int, margin: int) -> bool:
            return self.wide.ahead(m, unit * nth(self.rows, p) + share, margin)

        return (
            base.base <= unit
            and self.ruler.ahead(m, own, base.low)
            and self.ruler.at_most(m, own, base.high)
            and base.bounds(self.k, origin, low, base.low)
            and base.bounds(self.k, origin, high, base.high)
            and all(ahead(p, base.joint) for p in range(self.n))
            and ahead(self.n, base.own_joint)
        )
