"""Rows of numbers packed into one natural each (mirror of `lean/Compact/Packed/`).

Packing is linear, so sums and multiples of rows are single operations on naturals.  Only a
comparison looks at the lanes: adding a constant to every lane moves the answer into its top bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Lanes:
    """Rows of `count` lanes of `bits` bits; lanes and limits stay below `2^(bits - 1)`."""

    count: int
    bits: int
    ones: int
    """1 in every lane."""

    @classmethod
    def of(cls, count: int, bits: int) -> Lanes:
        return cls(count, bits, sum(1 << (bits * i) for i in range(count)))

    def pack(self, row: Iterable[int]) -> int:
        """First entry lowest.  Neighbours are joined, then pairs, then fours: adding one entry after the other would
        copy all that there is for each."""
        parts, bits = list(row), self.bits
        while len(parts) > 1:
            parts.append(0)
            parts = [
                low + (high << bits) for low, high in zip(parts[::2], parts[1::2], strict=False)
            ]
            bits *= 2
        return parts[0] if parts else 0

    def lane(self, packed: int, i: int) -> int:
        return packed >> (self.bits * i) & ((1 << self.bits) - 1)

    def without(self, packed: int, i: int) -> int:
        """The row with the lane `i` set to 0."""
        return packed - (self.lane(packed, i) << (self.bits * i))

    def all_below(self, packed: int, limit: int) -> bool:
        """Is every lane below `limit`?"""
        top = self.ones << (self.bits - 1)
        return limit > 0 and (self.ones * (limit - 1) + top - packed) & top == top

    def any_reaches(self, packed: int, limit: int) -> bool:
        """Is some lane at least `limit`?"""
        top = self.ones << (self.bits - 1)
        return (packed + top - self.ones * limit) & top != 0
