"""Bounds of exponentials from one number each (`lean/Compact/Field/ExpSides.lean`).

Lean bounds those of a whole matrix at once (`Packed/ExpSides.lean`); here they are bounded one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.recheck.natural import div, minus, power
from pipeline.recheck.refused import BeyondLimits

MAX_BITS = 1 << 12


@dataclass(frozen=True)
class Form:
    """So many bits of the result, and of the argument, after the point; half of the latter are its low bits."""

    prec: int
    half: int

    def argument(self, num: int, den: int) -> int:
        """What stands for `num / den`."""
        return div(num * power(2, 2 * self.half), den)

    def fits(self, bits: int, arg: int) -> bool:
        """Have lanes of `bits` bits room for arguments of `arg` bits (`lanesFit`)?"""
        high = minus(arg, self.half)
        room = 2 * self.prec + 3 <= bits and self.half + high <= bits
        return room and high <= self.prec and _constants(self.prec, self.half).usable

    def exp(self, y: int) -> tuple[int, int]:
        """Bounds of `2^prec * exp(-x)` for `x` between `y` and `y + 1` units of `2^-(2 half)`."""
        known = _constants(self.prec, self.half)
        if not known.usable or y >= power(2, self.half + self.prec):
            return 0, power(2, self.prec)
        high, low = divmod(y, power(2, self.half))
        x = minus(minus(power(2, self.prec), known.unit), known.unit * low)
        for k in range(high.bit_length()):
            if high >> k & 1:
                x = known.factors[k] * x >> self.prec
        return x, known.upper(x)


@dataclass(frozen=True)
class _Constants:
    prec: int
    unit: int
    factors: tuple[int, ...]
    """For each bit above the low ones, `2^prec` times what it stands for, rounded down."""
    error: int
    usable: bool

    def upper(self, x: int) -> int:
        most = x + self.error
        return most + (4 * self.unit * most >> self.prec) + 1


@cache
def _constants(prec: int, half: int) -> _Constants:
    """From `exp(-2^-prec)`, by squaring numbers of `2 prec` bits."""
    if max(prec, half) > MAX_BITS:
        raise BeyondLimits(f"more than {MAX_BITS} bits of an exponential")
    one = power(4, prec)
    below, above = one - power(2, prec), div(one * power(2, prec), power(2, prec) + 1) + 1
    skipped, factors, error = minus(prec, half), [], 0
    for k in range(skipped + prec):
        if k >= skipped:
            low, high = below >> prec, (above >> prec) + 1
            factors.append(low)
            error += minus(high, low) + 1
        below, above = below * below // one, above * above // one + 1
    made = _Constants(prec, power(2, minus(prec, 2 * half)), tuple(factors), error, True)
    close = made.upper(power(2, prec)) < power(2, prec + 1)
    usable = half >= 1 and 2 * half <= prec and close
    return made if usable else _Constants(prec, made.unit, (), error, False)
