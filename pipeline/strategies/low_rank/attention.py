"""How attention is bounded: ends for each maximum (mirror of `lean/Compact/Share/Ends.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.checker.shares import End, Shares


class Attention(Protocol):
    """A bound on what attention does with a margin."""

    @property
    def kind(self) -> int:
        """The certificate's field `attention`."""
        ...

    @property
    def base_bits(self) -> int: ...

    def numbers(self, shares: Shares, m: int) -> list[int]:
        """What the certificate says of the maximum `m`."""
        ...

    def ends(self, numbers: Sequence[int]) -> list[End]:
        """`ShareData.endsOf`"""
        ...


@dataclass(frozen=True)
class Plain:
    """The least margins over outputs."""

    kind = 0
    base_bits = 0

    def numbers(self, shares: Shares, m: int) -> list[int]:
        return [
            margin
            for rows in _others_and_own(shares)
            for margin in (_least(shares, m, rows, 1, 1), _least(shares, m, rows, 1, 0))
        ]

    def ends(self, numbers: Sequence[int]) -> list[End]:
        return [End(*numbers)]


PLAIN = Plain()


@dataclass(frozen=True)
class MeanDifference:
    """The margin with a base share of the maximum's own row, and the extremes of that row (`Base`)."""

    share: float
    """The base: what share of attention the maximum is expected to have."""
    kind = 1
    base_bits = 8

    def numbers(self, shares: Shares, m: int) -> list[int]:
        unit = 1 << self.base_bits
        base = round(self.share * unit)
        joint, own_joint = (_least(shares, m, rows, unit, base) for rows in _others_and_own(shares))
        row = shares.rows.token_rows[m]
        gaps = [row[m] - entry for entry in row]
        shift, origin = shares.params.shift, shares.origin
        low = (min(gap for t, gap in enumerate(gaps) if t != m) >> shift) + origin
        high = -(-max(gaps) >> shift) + origin
        ends = [
            margin
            for x in (low, high)
            for G in (joint, own_joint)
            for margin in (
                (G * unit + (unit - base) * (x - origin)) // unit,
                (G * unit - base * (x - origin)) // unit,
            )
        ]
        return [base, joint, own_joint, low, high, *ends]

    def ends(self, numbers: Sequence[int]) -> list[End]:
        return [End(*numbers[5:9]), End(*numbers[9:13])]


def _others_and_own(shares: Shares) -> tuple[list[list[int]], list[list[int]]]:
    """The rows of all positions but the query's own, and that one."""
    *others, own = shares.rows.common_rows
    return others, [own]


def _least(shares: Shares, m: int, rows: Sequence[Sequence[int]], unit: int, base: int) -> int:
    """The least margin of `unit * row + base * (the row of m)`, for which the unit is `unit * 2^shift`."""
    own = shares.rows.token_rows[m]
    gap = min(
        unit * (row[m] - row[t]) + base * (own[m] - own[t])
        for row in rows
        for t in range(len(row))
        if t != m
    )
    scale = unit.bit_length() - 1 + shares.params.shift
    return min((gap >> scale) + shares.origin, 2 * shares.origin)
