"""Products of several matrices, enclosed (`lean/Compact/Transformer/Chain`).

If the shapes of factors fit, as those of well-formed weights do, Lean's packed rows hold exactly the entries that are
computed here, shifted up by the offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import unpack
from pipeline.recheck.transformer.circuits import Matrix

Chain = Sequence[Matrix]
"""The factors of a product, at least one."""


@dataclass(frozen=True)
class Part:
    """How a product is enclosed (`Part`)."""

    exact: int
    peels: Sequence[Sequence[int]]
    plans: Sequence[int]


@dataclass(frozen=True)
class Enclosed:
    """What is known of a product, and by how much the rest may differ within each row."""

    known: Matrix
    rest: list[int]


def multiplied(chain: Chain) -> Matrix:
    """The product, from the left (`Chain.product`, `mulLeft`)."""
    return reduce(Matrix.times, chain)


def vector(bits: int, count: int, packed: int) -> Matrix:
    """A row whose entries are the digits of a natural, each shifted up (`Mat.row`)."""
    offset = power(2, minus(bits, 1))
    return Matrix(offset, [[x - offset for x in unpack(bits, count, packed)]], count)


def taken_off(
    chain: Chain, index: int, column: Matrix, row: int, bits: int
) -> tuple[Chain, Matrix, Matrix]:
    """The factors without a column times a row in one of them; and the column and the row that the product loses by
    that (`peel`)."""
    *before, factor = chain[: index + 1]
    after = chain[len(before) + 1 :]
    across = vector(bits, factor.columns, row)
    left = [*before, factor.minus(column.times(across)), *after]
    for each in reversed(before):
        column = each.times(column)
    return left, column, multiplied([across, *after])


def enclose(bits: int, part: Part, chain: Chain) -> Enclosed:
    """Take off what the part says, then multiply out what is left, or bound it (`enclose`)."""
    rows, columns = len(chain[0].rows), chain[-1].columns
    known = Matrix(0, [[0] * columns] * rows, columns)
    for peel in part.peels:
        index, u, w = (nth(peel, i) for i in range(3))
        index = min(index, len(chain) - 1)
        column = vector(bits, len(chain[index].rows), u).transposed()
        chain, down, across = taken_off(chain, index, column, w, bits)
        known = known.plus(down.times(across))
    if part.exact:
        return Enclosed(known.plus(multiplied(chain)), [0] * rows)
    bounds = [ranges(chain, plan) for plan in part.plans or [0]]
    return Enclosed(known, [min(each) for each in zip(*bounds, strict=True)])


def ranges(chain: Chain, plan: int) -> list[int]:
    """By how much entries of a row can differ at most, for each row of the product (`ranges`)."""
    first, *others = chain
    if not others:
        return [max(row, default=0) - min(row, default=0) for row in first.rows]
    if plan & 1:
        return ranges([first.times(others[0]), *others[1:]], plan >> 1)
    bounds = ranges(others, plan >> 1)
    return [sum(abs(x) * bound for x, bound in zip(row, bounds, strict=True)) for row in first.rows]
