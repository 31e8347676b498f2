"""Bounds of exponentials, from one number each (mirror of `lean/Compact/Field/ExpSides.lean`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Interval(NamedTuple):
    """Bounds of a non-negative real number, over a power of two known from the context."""

    lo: int
    hi: int


@dataclass(frozen=True)
class ExpForm:
    """How an exponential is bounded: any values are sound."""

    prec: int
    """Fractional bits of the result."""
    half: int
    """Half the number of fractional bits of an argument, and the number of its low bits."""

    @property
    def unit(self) -> int:
        """The unit of an argument, with `prec` fractional bits."""
        return 1 << max(0, self.prec - 2 * self.half)

    @cached_property
    def factors(self) -> list[tuple[int, int]]:
        """`exp(-2^k)` for the bits above the low ones, from below and from above, with `2 * prec` fractional bits."""
        twice, root = 2 * self.prec, self.prec
        low, top = (1 << twice) - (1 << root), (1 << (twice + root)) // ((1 << root) + 1) + 1
        found = [(low, top)]
        for _ in range(max(0, root - self.half) + self.prec - 1):
            low, top = low * low >> twice, (top * top >> twice) + 1
            found.append((low, top))
        return found[max(0, root - self.half) :][: self.prec]

    @cached_property
    def error(self) -> int:
        """By how many units of the last place a number may be too small for the bits above the low ones."""
        P = self.prec
        return sum(max(0, (top >> P) + 1 - (low >> P)) + 1 for low, top in self.factors)

    def upper(self, lo: int) -> int:
        """The upper bound, from the lower one."""
        return lo + self.error + (4 * self.unit * (lo + self.error) >> self.prec) + 1

    @cached_property
    def fit(self) -> bool:
        """Is the argument precise enough for the proofs, and the result close enough to be of use?"""
        close = self.upper(1 << self.prec) < 1 << (self.prec + 1)
        return self.half >= 1 and 2 * self.half <= self.prec and close

    def argument(self, num: int, den: int) -> int:
        """What stands for `num / den`."""
        return (num << (2 * self.half)) // den

    def bounds(self, y: int) -> Interval:
        """Bounds of `2^prec * exp(-g)` for a `g` whose argument is `y`."""
        one = 1 << self.prec
        if not self.fit or y >> (self.half + self.prec):
            return Interval(0, one)
        x = max(0, one - self.unit - self.unit * (y & ((1 << self.half) - 1)))
        bits = y >> self.half
        for low in self._lows:
            if not bits:
                break
            if bits & 1:
                x = low * x >> self.prec
            bits >>= 1
        return Interval(x, self.upper(x))

    @cached_property
    def _lows(self) -> list[int]:
        return [low >> self.prec for low, _ in self.factors]
