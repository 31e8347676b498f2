"""Tests of the classes of one query and one maximum, given margins (mirror of
`lean/Compact/Transformer/Minimum/Pair.lean`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.transformer.checker.classes import End
from pipeline.transformer.checker.margins import Margins, offset
from pipeline.transformer.checker.tables import Tables


def zero(t: Tables) -> int:
    """What stands for the margin 0 in all tests (`Pair.zero`)."""
    return 2 * offset(t.width)


@dataclass(frozen=True)
class Pair:
    """What the tests share.  Without other tokens, a mixture with the weight `U` on the maximum
    passes when `U * offset + rest < U * gain + query`."""

    offset: int
    rest: int
    gain: int
    query: int
    direct: int

    @classmethod
    def of(cls, t: Tables, margins: Margins, q: int, m: int) -> Pair:
        factor, own = t.token_lo[q][m], t.token_lo[q][q] * t.own[q]
        direct = margins.direct[m][q]
        return cls(
            offset=factor * zero(t),
            rest=own * zero(t) + t.slack[q][m],
            gain=factor * (direct + margins.token[m][m]),
            query=own * margins.own[m][q],
            direct=direct,
        )

    def alone(self, mass: int) -> bool:
        """Do the inputs pass in which all other positions hold the maximum?"""
        return self.test(End(mass, 0), 0, 0)

    def test(self, end: End, g: int, h: int) -> bool:
        """Does a mixture pass whose other tokens have `g` for the margin 0, and gain `h`?"""
        U, V = end
        return U * self.offset + self.rest + V * g < U * self.gain + self.query + V * h
