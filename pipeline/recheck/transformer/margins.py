"""Margins: how far a maximum is ahead in each row (`lean/Compact/Transformer/Minimum`: `Margins`, `Check`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import nth, power, shift_left
from pipeline.recheck.packed import OneAboveOthers, lane, ones, unpack
from pipeline.recheck.transformer.tables import Tables

ROWS = ("tokenMargin", "directMargin", "ownMargin")


def margin_bits(t: Tables) -> int:
    return t.width + 4


def no_margin(t: Tables) -> int:
    """What stands for the margin 0 (twice that in `own`)."""
    return power(2, t.width + 1)


@dataclass(frozen=True)
class Margins:
    """The margins of one maximum in lanes of `bits` bits: for each token, for each query's direct path, for each
    query's own position."""

    bits: int
    token: int
    direct: int
    own: int

    @classmethod
    def of(cls, t: Tables, c: Certificate, m: int) -> Margins:
        return cls(margin_bits(t), *(nth(c.row(name), m) for name in ROWS))

    def read(self, packed: int, i: int) -> int:
        """Margin `i` of one of the three."""
        return lane(self.bits, packed, i)


class ByRows:
    """Margins compared with whole rows, one lane test each (`Margins.check`)."""

    def __init__(self, t: Tables) -> None:
        self._t = t
        self._one = ones(t.bits, t.v)
        self._own = [nth(t.direct, q) + nth(t.token, q) + t.last for q in range(t.v)]

    def true(self, M: Margins, m: int) -> bool:
        """Are the margins of the maximum `m` true?"""
        t, zero = self._t, no_margin(self._t)
        test = OneAboveOthers.of(t.bits, self._one, m)

        def against(packed: int, rows: Sequence[int], extra: int, off: int) -> bool:
            extra += shift_left(off + 1, t.bits * m)
            margins = unpack(M.bits, m + 1, packed)
            return len(rows) > m and all(
                test.test(d, row + extra) for d, row in zip(margins, rows, strict=False)
            )

        return (
            against(M.token, t.token, nth(t.position, m), zero)
            and against(M.direct, t.direct, 0, zero)
            and against(M.own, self._own, 0, 2 * zero)
        )
