"""By how much one lane of a row is ahead of the others, and where a row is largest (`Share/Ahead.lean`, `Tops.lean`).

A margin is a natural that stands for what it is above `origin`, in units of `2^shift`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.recheck.natural import minus, power, shift_left
from pipeline.recheck.packed import lane, lanes_le, ones


@dataclass(frozen=True)
class Tops:
    """A packed row, the place of its largest lane, and that lane and the second largest, rounded up (and more)."""

    row: int
    first: int
    top: int
    second: int

    def others(self, m: int) -> int:
        """The largest of the lanes besides `m`."""
        return self.second if m == self.first else self.top


@dataclass(frozen=True)
class Ruler:
    """How rows of `count` lanes of `bits` bits are read."""

    bits: int
    count: int
    shift: int
    origin: int
    one: int
    tops: int

    @classmethod
    def of(cls, bits: int, count: int, shift: int, origin: int) -> Ruler:
        one = ones(bits, count)
        return cls(bits, count, shift, origin, one, power(2, minus(bits, 1)) * one)

    def ahead(self, m: int, row: int, margin: int) -> bool:
        """Is the lane `m` ahead of all others by the margin?"""
        if margin > 2 * self.origin:
            return False
        g = shift_left(margin, self.shift)
        mine = self._lifted(m, row) + shift_left(g, self.bits * m)
        return lanes_le(self.tops, row + g * self.one, mine)

    def at_most(self, m: int, row: int, margin: int) -> bool:
        """Is the lane `m` ahead of the others by the margin at most (and that not below 0)?"""
        if margin > 2 * self.origin:
            return False
        others = row + shift_left(margin, self.shift) * self.one
        return lanes_le(self.tops, self._lifted(m, row), others)

    def _lifted(self, m: int, row: int) -> int:
        """The lane `m`, lifted by the origin, in all lanes."""
        return (lane(self.bits, row, m) + shift_left(self.origin, self.shift)) * self.one

    def cut(self, row: int, m: int) -> int:
        """The lane `m` without its lowest bits."""
        return lane(self.bits, row, m) >> self.shift

    def cut_up(self, x: int) -> int:
        """The same of a number, rounded up."""
        return x + minus(power(2, self.shift), 1) >> self.shift

    def tops_of(self, row: int, first: int, second: int, extra: int) -> Tops | None:
        """Where the row is largest, if that is there; `extra` is added to both lanes (`tops'`)."""
        if first >= self.count or second >= self.count:
            return None
        x, y = lane(self.bits, row, first), lane(self.bits, row, second)
        but = y * self.one + shift_left(x, self.bits * first)
        if not (lanes_le(self.tops, row, x * self.one) and lanes_le(self.tops, row, but)):
            return None
        return Tops(row, first, self.cut_up(x) + extra, self.cut_up(y) + extra)

    def margin(self, T: Tops, m: int) -> int:
        """By how much `m` is ahead in a row whose largest lanes are known (`Tops.margin`)."""
        return minus(self.origin + self.cut(T.row, m), T.others(m))
