"""How attention is bounded: ends for each maximum (mirror of `lean/Compact/Transformer/Share/Ends.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.transformer.checker.classes import count
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.shares import End, Shares


class Attention(Protocol):
    """A bound on what attention does with a margin."""

    def fit(self, finest: Shares, levels: Levels) -> FittedAttention:
        """Choose what can be chosen, for a model that is rounded as little as it ever is."""
        ...


class FittedAttention(Protocol):
    """The same, with all choices made."""

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
        """`ends_of` this kind."""
        ...


def ends_of(kind: int, numbers: Sequence[int]) -> list[End]:
    """`ShareData.endsOf`; a list that is too short goes on with 0."""
    numbers = [*numbers, *[0] * 13]
    return [End(*numbers[i : i + 4]) for i in ((5, 9) if kind else (0,))]


@dataclass(frozen=True)
class Plain:
    """The least margins over outputs."""

    kind = 0
    base_bits = 0

    def fit(self, finest: Shares, levels: Levels) -> Plain:
        return self

    def numbers(self, shares: Shares, m: int) -> list[int]:
        return [
            margin
            for rows in _others_and_own(shares)
            for margin in (_least(shares, m, rows, 1, 1), _least(shares, m, rows, 1, 0))
        ]

    def ends(self, numbers: Sequence[int]) -> list[End]:
        return ends_of(self.kind, numbers)


PLAIN = Plain()


@dataclass(frozen=True)
class MeanDifference:
    """The margin with a base share of the maximum's own row, and the extremes of that row (`Base`); for each
    maximum the base on a grid by which most inputs are counted."""

    shares: Sequence[float]
    """The grid: shares of attention that a maximum may be expected to have."""

    def fit(self, finest: Shares, levels: Levels) -> Bases:
        bases = [round(share * Bases.unit) for share in self.shares]
        found = [Bases([base] * finest.v) for base in bases]

        def counted(each: Bases, m: int) -> int:
            return count(
                finest.n, finest.admitted_at(m, each.ends(each.numbers(finest, m)), levels)
            )

        return Bases([max(found, key=lambda f: counted(f, m)).bases[m] for m in range(finest.v)])


@dataclass(frozen=True)
class Bases:
    """Mean + difference with these bases."""

    bases: Sequence[int]
    """`[m]`, over `unit`"""
    kind = 1
    base_bits = 8
    unit = 1 << base_bits

    def numbers(self, shares: Shares, m: int) -> list[int]:
        unit, base = self.unit, self.bases[m]
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
        return ends_of(self.kind, numbers)


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
