"""Rows of digits packed into one natural (`lean/Compact/Packed`, `Packed/Running.lean`, `Packed/TableRow.lean`).

Lane `j` of a number in lanes of `L` bits is its digit `j` in base `2^L`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.natural import minus, power, shift_left
from pipeline.recheck.refused import BeyondLimits

MAX_LANES = 1 << 22


def ones(L: int, count: int) -> int:
    """One in each of `count` lanes: `ones L count`."""
    return pack(L, [1] * count)


def pack(L: int, xs: Sequence[int]) -> int:
    """The entries as lanes; what does not fit carries over (`packList`)."""
    packed = 0
    for x in reversed(xs):
        packed = x + shift_left(packed, L)
    return packed


def unpack(L: int, count: int, packed: int) -> list[int]:
    """The lowest `count` lanes (`unpack L count packed`)."""
    if count > MAX_LANES:
        raise BeyondLimits(f"more than {MAX_LANES} lanes")
    lowest, lanes = power(2, L) - 1, []
    for _ in range(count):
        lanes.append(packed & lowest)  # (a remainder would be a long division)
        packed >>= L
    return lanes


def lane(L: int, packed: int, i: int) -> int:
    """Lane `i` (`readLane L packed i`)."""
    return packed >> L * i & power(2, L) - 1


def lanes_le(tops: int, a: int, b: int) -> bool:
    """Is each lane of `a` at most that of `b`, by the top bits (`lanesLe`)?"""
    return minus(b + tops, a) & tops == tops


def lanes_div(tops: int, one: int, divisor: int, n: int, quotient: int) -> bool:
    """Is each lane of `quotient` that of `n` over the divisor, rounded down (`lanesDiv`)?"""
    product = divisor * quotient
    return lanes_le(tops, product, n) and lanes_le(tops, n, product + minus(divisor, 1) * one)


@dataclass(frozen=True)
class OneAboveOthers:
    """The test of one lane against all others (`Lane` in `Packed/Lanes.lean`)."""

    L: int
    lane: int
    one: int
    """One in every lane."""
    top: int
    mask: int
    """The top bit of every lane but this one."""

    @classmethod
    def of(cls, L: int, one: int, m: int) -> OneAboveOthers:
        top = power(2, minus(L, 1))
        return cls(L, m, one, top, minus(top * one, shift_left(top, L * m)))

    def test(self, slack: int, row: int) -> bool:
        """Is the lane above all other lanes of the row by more than the slack?"""
        y = lane(self.L, row, self.lane)
        if slack >= y:
            return False
        return minus((self.top + (y - slack - 1)) * self.one, row) & self.mask == self.mask


@dataclass(frozen=True)
class Frame:
    """Rows of `count` lanes of `bits` bits whose entries have `k` bits (`Frame` in `Packed/TableRow.lean`)."""

    bits: int
    count: int
    one: int
    tops: int
    mask: int

    @classmethod
    def of(cls, bits: int, count: int, k: int) -> Frame:
        one = ones(bits, count)
        return cls(bits, count, one, power(2, minus(bits, 1)) * one, minus(power(2, k), 1) * one)

    def within(self, literal: int) -> bool:
        """Does every lane have `k` bits only (`lanesWithin`)?"""
        return literal & self.mask == literal

    def rises_as(self, num: int, unit: int, row: int, least: int, literal: int) -> bool:
        """Is the literal the row less its least lane, times `num`, over `unit` (`risesAs`)?"""
        if least >= self.count or not self.within(literal):
            return False
        low = lane(self.bits, row, least) * self.one
        return lanes_le(self.tops, low, row) and lanes_div(
            self.tops, self.one, unit, minus(row, low) * num, literal
        )

    def falls_as(self, num: int, den: int, row: int, top: int, literal: int) -> bool:
        """Is the literal the greatest lane less the row, times `num`, over `den` (`fallsAs`)?"""
        if top >= self.count or not self.within(literal):
            return False
        high = lane(self.bits, row, top) * self.one
        return lanes_le(self.tops, row, high) and lanes_div(
            self.tops, self.one, den, minus(high, row) * num, literal
        )

    def no_better(self, m: int, row: int, other: int) -> bool:
        """Does the row favour `m` no more than the other row does (`noBetterThan`)?"""
        mine, its = lane(self.bits, row, m) * self.one, lane(self.bits, other, m) * self.one
        return lanes_le(self.tops, other + mine, row + its)


def joined(rows: Sequence[int], frame: Frame, k: int, count: int) -> list[int] | None:
    """So many rows as Lean cuts them from the number that all are joined to (`sideRows`, `expRows`): what a row has too
    much is in the next one.  None if an entry has more than `k` bits, or there is more than so many rows hold."""
    size = frame.bits * frame.count
    whole = pack(size, rows)
    if not Frame.of(frame.bits, frame.count * count, k).within(whole):
        return None
    return unpack(size, count, whole)
