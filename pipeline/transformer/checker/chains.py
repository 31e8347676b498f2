"""Products of several matrices, enclosed (mirror of `lean/Compact/Transformer/Chain/`).

A chain is a list of integer matrices to be multiplied.  Parts of rank one are taken off it, along any
directions; what is left is multiplied out, or the differences within its rows are bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import mul

from flint import fmpz_mat


@dataclass(frozen=True)
class Shifted:
    """An integer matrix, and by how much Lean shifts its entries up (`Mat`)."""

    mat: fmpz_mat
    off: int

    def __mul__(self, other: Shifted) -> Shifted:
        return Shifted(self.mat * other.mat, other.off * (self.mat.ncols() * self.off))

    def __sub__(self, other: Shifted) -> Shifted:
        return Shifted(self.mat - other.mat, self.off + other.off)

    def __add__(self, other: Shifted) -> Shifted:
        return Shifted(self.mat + other.mat, self.off + other.off)

    def transpose(self) -> Shifted:
        return Shifted(self.mat.transpose(), self.off)


@dataclass(frozen=True)
class Peel:
    """The part `column * row` of the factor number `index`."""

    index: int
    column: Sequence[int]
    row: Sequence[int]


@dataclass(frozen=True)
class Part:
    """How a chain is enclosed (`Part` in Lean)."""

    exact: bool
    peels: Sequence[Peel] = field(default=())
    plans: Sequence[int] = field(default=())
    """The lowest bit is that of the first product: 1 to multiply it out, 0 to bound it."""

    @property
    def whole(self) -> bool:
        """Is everything multiplied out (`Part.whole`)?"""
        return self.exact and not self.peels


@dataclass(frozen=True)
class Enclosed:
    """Integers, and bounds of how much the rest differs within each row."""

    rows: Shifted
    rest: list[int]
    fine_off: int = 0
    """What the rows were shifted up by before they were divided, if they were."""


def take_off(
    chain: Sequence[Shifted], peel: Peel, bits: int
) -> tuple[list[Shifted], Shifted, Shifted]:
    """What is left of a chain, and the column and the row that were taken off the product."""
    off = 1 << (bits - 1)
    column = Shifted(fmpz_mat([[entry] for entry in peel.column]), off)
    row = Shifted(fmpz_mat([list(peel.row)]), off)
    left = [*chain]
    left[peel.index] = chain[peel.index] - column * row
    for factor in reversed(chain[: peel.index]):
        column = factor * column
    for factor in chain[peel.index + 1 :]:
        row = row * factor
    return left, column, row


def enclose_chain(chain: Sequence[Shifted], part: Part, bits: int) -> Enclosed:
    """`Chain.enclose`; columns and rows have entries of `bits` bits."""
    rows, columns = chain[0].mat.nrows(), chain[-1].mat.ncols()
    left, known = list(chain), Shifted(fmpz_mat(rows, columns), 0)
    for peel in part.peels:
        left, column, row = take_off(left, peel, bits)
        known = known + column * row
    if part.exact:
        return Enclosed(known + reduce(mul, left), [0] * rows)
    each = [ranges(left, plan) for plan in part.plans or [0]]
    return Enclosed(known, [min(bounds) for bounds in zip(*each, strict=True)])


def finer(chain: Sequence[Shifted], bits: int) -> list[Shifted]:
    """All factors times `2^bits`."""
    return [Shifted(factor.mat * (1 << bits), factor.off << bits) for factor in chain]


def enclose_finer(chain: Sequence[Shifted], part: Part, bits: int, more: int) -> Enclosed:
    """`Chain.encloseFiner`; where everything is multiplied out nothing is made finer (`scoresAs`, `directAs`)."""
    if part.whole or not more:
        return enclose_chain(chain, part, bits)
    found, s = enclose_chain(finer(chain, more), part, bits), more * len(chain)
    off = found.rows.off
    less = (off >> s) + 1
    rows = [[((x + off) >> s) - less for x in row] for row in entries(found.rows.mat)]
    return Enclosed(Shifted(fmpz_mat(rows), less), [(d >> s) + 2 for d in found.rest], off)


def ranges(chain: Sequence[Shifted], plan: int) -> list[int]:
    """`Chain.ranges`: bounds of the differences within each row of the product."""
    first, *others = chain
    if not others:
        return [max(row) - min(row) for row in entries(first.mat)]
    if plan & 1:
        return ranges([first * others[0], *others[1:]], plan >> 1)
    bounds = ranges(others, plan >> 1)
    return [sum(abs(x) * d for x, d in zip(row, bounds, strict=True)) for row in entries(first.mat)]


def entries(matrix: fmpz_mat) -> list[list[int]]:
    """As Python integers."""
    return [[int(entry) for entry in row] for row in matrix.tolist()]
