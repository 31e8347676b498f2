"""What a class can spare, and what a token lacks (`lean/Compact/Transformer/Share`: `Test.lean`, `Count.lean`)."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.recheck.natural import minus
from pipeline.recheck.transformer.attention import End
from pipeline.recheck.transformer.ruler import Ruler
from pipeline.recheck.transformer.seen import Seen


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

    def spare(self, low_unit: int, high_unit: int, low: int, high: int) -> int:
        """One more than can be spared, or 0, if the positions with the maximum weigh between `low` and `high`."""
        won, lost = low * self.same_up + self.own_up, high * self.same_down + self.own_down
        return minus(low_unit * won, high_unit * lost)

    def lack(self, hi: int, T: int) -> int:
        """What tokens with factors of at most `hi` and margins of at least `T` lack at most."""
        return hi * minus(self.other_down, self.other_up + T)
