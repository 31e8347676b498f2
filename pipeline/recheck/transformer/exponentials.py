"""Bounds of exponentials, bit by bit (`lean/Compact/Field/ExpBits.lean`).

Lean bounds a whole matrix of them at once (`Packed/ExpLanes.lean`); here they are bounded one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import div, minus, power
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.enclosure import Bounds, score_den, score_num
from pipeline.recheck.transformer.weights import Weights

MAX_BITS = 1 << 12


@dataclass(frozen=True)
class Exponentials:
    """How a certificate bounds the exponentials of scores."""

    prec: int
    half: int
    high: int
    constants: tuple[tuple[int, int], ...]
    """For each high bit, what its factor is at least and at most."""
    ratio: int
    """What the lower bound is the upper one times, over `2^prec`."""

    @classmethod
    def of(cls, c: Certificate) -> Exponentials:
        """Refuses constants for which nothing is proved, and lanes or arguments that do not fit (`rowsFit`)."""
        prec, half, high = (c.nat(name) for name in ("prec", "expHalf", "expHigh"))
        if max(prec, half, high) > MAX_BITS:
            raise BeyondLimits(f"more than {MAX_BITS} bits of an exponential")
        one = power(2, prec)
        constants = _constants(prec, half, high + 1)
        ratio = minus(one, 4 * power(2, minus(prec, 2 * half)))
        for low, top in constants[:-1]:
            ratio = div(ratio * low, top)
        bits, arg = c.nat("scoreBits"), c.nat("argBits")
        fits = half >= 1 and 2 * half <= prec and constants[0][1] < one and 2 * prec + 3 <= bits
        if not (fits and ratio <= one and high <= one and arg <= half + high <= bits):
            raise Refused("expHalf, expHigh or prec does not fit argBits and scoreBits")
        return cls(prec, half, high, constants[:-1], ratio)

    def argument(self, w: Weights, gap: int) -> int:
        """What stands for a score that is so far below the greatest."""
        return div(gap * score_num(w) * power(2, 2 * self.half), score_den(w))

    def exp(self, y: int) -> Bounds:
        """Bounds of `2^prec * exp(-x)` for `x` between `y` and `y + 2` units of `2^-(2 half)`."""
        unit = power(2, self.prec - 2 * self.half)
        bits, low_part = divmod(y, power(2, self.half))
        x = power(2, self.prec) + unit - unit * low_part
        for k, (_, top) in enumerate(self.constants):
            if bits >> k & 1:
                x -= (power(2, self.prec) - top) * x >> self.prec
        return self.ratio * minus(x, self.high) >> self.prec, x


def bounded(prec: int, half: int, high: int, bits: int) -> Exponentials:
    """The same where lanes have so many bits; refuses what `rowsFit` does, but for the arguments."""
    one = power(2, prec)
    constants = _constants(prec, half, high + 1)
    ratio = minus(one, 4 * power(2, minus(prec, 2 * half)))
    for low, top in constants[:-1]:
        ratio = div(ratio * low, top)
    fits = half >= 1 and 2 * half <= prec and constants[0][1] < one and 2 * prec + 3 <= bits
    if not (fits and ratio <= one and high <= one and half + high <= bits):
        raise Refused("the bits of exponentials do not fit those of lanes")
    return Exponentials(prec, half, high, constants[:-1], ratio)


def _constants(prec: int, half: int, count: int) -> tuple[tuple[int, int], ...]:
    """Bounds of `exp(-2^(k - half))`, from those of `exp(-2^-(prec / 2))` by squaring."""
    root = prec // 2
    low = minus(power(2, prec), power(2, prec - root))
    top = div(power(2, prec + root), power(2, root) + 1) + 1
    found = []
    for k in range(minus(root, half) + count):
        if k >= minus(root, half):
            found.append((low, top))
        low, top = low * low >> prec, (top * top >> prec) + 1
    return tuple(found)
