"""The tests for one query and one maximum, from margins (`lean/Compact/Transformer/Minimum/Pair.lean`)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.recheck.natural import minus, nth
from pipeline.recheck.packed import lane
from pipeline.recheck.transformer.margins import Margins, no_margin
from pipeline.recheck.transformer.tables import Tables


@dataclass(frozen=True)
class Pair:
    """With weight `U` on the maximum, and without other tokens, a mixture passes when
    `U * offset + rest < U * gain + query`."""

    zero: int
    """What stands for the margin 0 in all tests (`Pair.zero`)."""
    mass: int
    offset: int
    rest: int
    gain: int
    query: int
    direct: int

    @classmethod
    def of(cls, t: Tables, M: Margins, q: int, m: int) -> Pair:
        zero, lows = 2 * no_margin(t), nth(t.tokenLo, q)
        own, factor = lane(t.bits, lows, q) * nth(t.own, q), lane(t.bits, lows, m)
        direct = M.read(M.direct, q)
        return cls(
            zero=zero,
            mass=nth(t.mass, q),
            offset=factor * zero,
            rest=own * zero + lane(t.bits, nth(t.slack, q), m),
            gain=factor * (direct + M.read(M.token, m)),
            query=own * M.read(M.own, q),
            direct=direct,
        )

    def test(self, U: int, g: int, h: int) -> bool:
        """The test of a mixture; the other tokens have `g` for the margin 0, and gain `h`."""
        return U * self.offset + self.rest + g < U * self.gain + self.query + h

    def both(self, U: int, U2: int, g: int, h: int) -> bool:
        """The test at both extreme weights; `g` and `h` are for each unit of weight."""
        return all(self.test(u, minus(self.mass, u) * g, minus(self.mass, u) * h) for u in (U, U2))

    def alone(self) -> bool:
        """Does the class pass in which all positions hold the maximum?"""
        return self.test(self.mass, 0, 0)
