"""The test of a class by shares (`lean/Compact/Transformer/Share`: `Test.lean`, `Weigh.lean`, `Count.lean`)."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.recheck.natural import minus
from pipeline.recheck.transformer.attention import End
from pipeline.recheck.transformer.ruler import Ruler
from pipeline.recheck.transformer.seen import Seen


class Loads(NamedTuple):
    """Bounds of the weight of the positions that hold the maximum, and of those that hold other tokens."""

    low: int
    high: int
    other_low: int
    other_high: int

    @classmethod
    def of(cls, mass: int, spread: int, U: int, U2: int) -> Loads:
        """In a run of classes with these extreme weights of the maximum."""
        return cls(U, U2 + spread, minus(mass, U2), minus(mass + spread, U))


class SharePair(NamedTuple):
    """What all classes of one query and one maximum share, for one end: what is won and what is lost, for positions
    that hold the maximum, for the query's own (both times the factors of their tokens), and for positions that hold
    other tokens."""

    same_up: int
    same_down: int
    own_up: int
    own_down: int
    other_up: int
    other_down: int

    @classmethod
    def of(cls, ruler: Ruler, s: Seen, m: int, T: int, end: End) -> SharePair:
        """`T` is the margin of the query's token."""
        A, B = ruler.cut(s.direct.row, m), s.direct.others(m)
        up, down = end.same + A, ruler.origin + B
        twice = ruler.origin + down
        own_up = (end.own_same if s.q == m else end.own_other + T) + A
        own_down = down if s.q == m else twice
        return cls(
            same_up=s.lows[m] * minus(up, down),
            same_down=s.highs[m] * minus(down, up),
            own_up=s.own * minus(own_up, own_down),
            own_down=s.own_high * minus(own_down, own_up),
            other_up=end.other + A,
            other_down=twice,
        )

    def passes(self, low_unit: int, high_unit: int, W: Loads, lo: int, hi: int, T: int) -> bool:
        """Do all inputs pass with these weights, if other tokens have factors from `lo` to `hi` and the margin `T`?"""
        up = self.other_up + T
        lost = W.other_high * (hi * minus(self.other_down, up))
        won = W.other_low * (lo * minus(up, self.other_down))
        lost += W.high * self.same_down + self.own_down
        won += W.low * self.same_up + self.own_up
        return high_unit * lost < low_unit * won
