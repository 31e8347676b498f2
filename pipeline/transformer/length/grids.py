"""The length of products of packed matrices (mirror of `lean/Compact/Transformer/Length/Grids.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.numbers.words import joined, words
from pipeline.transformer.length.basic import packed_product, right

ONCE = 22
"""What is found out once for each product: bits of lanes, masks, what rows have in common."""


@dataclass(frozen=True)
class Grid:
    """The sizes of a `Grid`: rows, columns, bits of a lane and what entries are shifted up by."""

    rows: int
    columns: int
    bits: int
    offset: int

    @property
    def read(self) -> int:
        """Its entries are read one by one (`Grid.widen`), in lanes of the same width."""
        return self.widened(self.bits)

    def widened(self, bits: int) -> int:
        return self.rows * joined(bits, self.columns)

    @property
    def transposed(self) -> Grid:
        return Grid(self.columns, self.rows, self.bits, self.offset)

    @property
    def transposing(self) -> int:
        """`Grid.transpose`: rows side by side, and columns read from them."""
        return joined(self.bits * self.columns, self.rows) + self.transposed.read


def lane_of(offset: int) -> int:
    """`Grid.laneOf`"""
    return max(1, (2 * offset).bit_length()) + 1


def tensor(rows: int, columns: int, bits: int) -> Grid:
    """`Tensor.grid`"""
    return Grid(rows, columns, bits + 3, 1 << max(0, bits - 1))


def vector(rows: int, columns: int, bits: int) -> Grid:
    """`Grid.row`, `Grid.column`"""
    return Grid(rows, columns, bits + 2, 1 << max(0, bits - 1))


def product(a: Grid, b: Grid) -> tuple[Grid, int]:
    """`Grid.mul`, and what it takes."""
    offset = b.offset * (a.columns * a.offset)
    bits = lane_of(offset + b.offset)
    taken = right(bits, b.columns, b.rows) + packed_product(bits, a.rows, b.rows, b.columns)
    taken += ONCE
    return Grid(a.rows, b.columns, bits, offset), taken


def outer(bits: int, column: Grid, row: Grid) -> int:
    """`Grid.outer`"""
    return right(bits, row.columns, 1) + packed_product(bits, column.rows, 1, row.columns)


def less(x: Grid, column: Grid, row: Grid) -> tuple[Grid, int]:
    """`Grid.less`"""
    offset = x.offset + row.offset * column.offset
    bits = lane_of(offset)
    taken = x.widened(bits) + outer(bits, column, row) + 3 * x.rows * words(bits, x.columns)
    taken += ONCE
    return Grid(x.rows, x.columns, bits, offset), taken


def peel(bits: int, chain: Sequence[Grid], index: int) -> tuple[list[Grid], Grid, Grid, int]:
    """`peelGrids`: the chain, the column and the row that are taken off it, and what that takes."""
    first, rest = chain[0], chain[1:]
    if index and rest:
        ys, column, row, taken = peel(bits, rest, index - 1)
        column, times = product(first, column)
        return [first, *ys], column, row, taken + times
    column, row = vector(first.rows, 1, bits), vector(1, first.columns, bits)
    left, taken = less(first, column, row)
    taken += row.read
    for y in rest:
        row, times = product(row, y)
        taken += times
    return [left, *rest], column, row, taken


def ranges(chain: Sequence[Grid], plan: int) -> int:
    """`rangesGrids`"""
    first, rest = chain[0], chain[1:]
    if not rest:
        return 5 * first.rows * first.columns
    if plan & 1:
        made, taken = product(first, rest[0])
        return taken + ranges([made, *rest[1:]], plan >> 1)
    return 5 * first.rows * first.columns + ranges(rest, plan >> 1)


def multiplied(bits: int, chain: Sequence[Grid]) -> int:
    """`Chain.product`: from the right, rows packed."""
    v = chain[-1].columns
    return chain[-1].widened(bits) + sum(
        packed_product(bits, x.rows, x.columns, v) + x.columns * words(bits, v) for x in chain[:-1]
    )


@dataclass(frozen=True)
class Part:
    """How a product is enclosed."""

    exact: int
    indices: Sequence[int]
    plans: Sequence[int]


def enclosed(bits: int, vector_bits: int, finer: int, part: Part, chain: Sequence[Grid]) -> int:
    """`encloseGrids`: the product has rows of lanes of so many bits."""
    r, v, total = chain[0].rows, chain[-1].columns, 0
    row = words(bits, v)
    if finer:
        chain = [Grid(x.rows, x.columns, x.bits + finer, x.offset << finer) for x in chain]
        total += sum(x.read + x.rows * words(x.bits, x.columns) for x in chain) + 3 * r
        total += 8 * len(chain)
    for index in part.indices:
        chain, column, taken_row, taken = peel(vector_bits, chain, index)
        total += taken + outer(bits, column, taken_row) + r * row
    if part.exact:
        return total + multiplied(bits, chain) + r * row
    return total + sum(ranges(chain, plan) for plan in part.plans or [0])
