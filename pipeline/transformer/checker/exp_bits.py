"""Bounds of exponentials, bit by bit (mirror of `lean/Compact/Field/ExpBits.lean`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.transformer.checker.enclosure import Interval


@dataclass(frozen=True)
class ExpParams:
    """How exponentials are bounded: any values are sound that `fit`."""

    prec: int
    """Fractional bits of the result."""
    half: int
    """Half the number of fractional bits of an argument, and the number of its low bits."""
    high: int
    """The number of bits above the low ones."""

    @cached_property
    def low(self) -> int:
        """`exp(-2^-half)` from below."""
        root = 1 << (self.prec - self.prec // 2)
        return self._squared((1 << self.prec) - root, 0)

    @cached_property
    def top(self) -> int:
        """`exp(-2^-half)` from above."""
        root = self.prec // 2
        return self._squared((1 << (self.prec + root)) // ((1 << root) + 1) + 1, 1)

    def _squared(self, factor: int, up: int) -> int:
        for _ in range(self.prec // 2 - self.half):
            factor = (factor * factor >> self.prec) + up
        return factor

    @property
    def unit(self) -> int:
        """The unit of an argument, with `prec` fractional bits."""
        return 1 << max(0, self.prec - 2 * self.half)

    @property
    def fit(self) -> bool:
        """Are the bounds of the constants what the proofs take them to be?"""
        return self.half >= 1 and 2 * self.half <= self.prec and self.top < 1 << self.prec

    @cached_property
    def ratio(self) -> int:
        """What to multiply by for the lower bound."""
        low, top, ratio = self.low, self.top, max(0, (1 << self.prec) - 4 * self.unit)
        for _ in range(self.high):
            ratio = ratio * low // top
            low, top = low * low >> self.prec, (top * top >> self.prec) + 1
        return ratio

    def bounds(self, y: int) -> Interval:
        """Bounds of `2^prec * exp(-g)`, when `g` lies between `y` and `y + 2` units."""
        one = 1 << self.prec
        x, top = max(0, one + self.unit - self.unit * (y % (1 << self.half))), self.top
        bits = y >> self.half
        for _ in range(self.high):
            x -= bits % 2 * ((one - top) * x >> self.prec)
            top = (top * top >> self.prec) + 1
            bits >>= 1
        return Interval(self.ratio * max(0, x - self.high) >> self.prec, x)
