"""The weights of a theorem, as in `lean/Compact/Network/Statement.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from pipeline.recheck.natural import nth, power
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor

Rows = list[list[int]]

SIDES = ("W_L", "W_R", "W_U")


@dataclass(frozen=True)
class Table:
    """A multiplication table; row `x` holds `x * y` as its digit `y`."""

    bits: int
    rows: Sequence[int]

    def times(self, x: int, y: int) -> int:
        """The product, as Lean reads it."""
        return (nth(self.rows, x) >> self.bits * y) % power(2, self.bits)


@dataclass(frozen=True)
class Weights:
    """The structure `Network.Weights` in Lean."""

    order: int
    width: int
    frac: int
    table: Table
    tensors: Mapping[str, Tensor]
    """All that are stored, by their names."""
    inner: Mapping[str, int]
    """Of each matrix that is a product: the inner dimension."""
    parts: Mapping[str, Sequence[str]]
    """Of each matrix: the tensor that it is, or the two whose product it is."""

    def rows(self, side: str) -> int:
        """The number of rows of a matrix."""
        return self.width if side == "W_U" else self.order

    def columns(self, side: str) -> int:
        """The number of columns of a matrix."""
        return self.order if side == "W_U" else self.width

    def shapes(self) -> Mapping[str, tuple[int, int]]:
        """The shape that each tensor should have; refuses a tensor that should have two."""
        expected = {"b": (1, self.width), "b_U": (1, self.order)}
        for side in SIDES:
            outer = self.rows(side), self.columns(side)
            inner = self.inner.get(side, 0)
            whole = len(self.parts[side]) == 1
            each = [outer] if whole else [(outer[0], inner), (inner, outer[1])]
            for name, shape in zip(self.parts[side], each, strict=True):
                if expected.setdefault(name, shape) != shape:
                    raise Refused(f"{name} is used with two shapes")
        return expected

    def require_shapes(self) -> None:
        """Refuse tensors with another number of rows (`wellFormed`).  What is beyond their columns, nothing reads."""
        for name, (rows, _) in self.shapes().items():
            if not self.tensors[name].has_rows(rows):
                raise Refused(f"{name} does not have the shape that it should have")

    def require_short_rows(self) -> None:
        """Refuse rows that hold more than their columns, as no exporter writes them."""
        for name, (_, columns) in self.shapes().items():
            tensor = self.tensors[name]
            if any(row >> tensor.bits * columns for row in tensor.rows):
                raise Refused(f"{name} does not have the shape that it should have")

    def tensor(self, name: str) -> Rows:
        """The integers over `2^frac`."""
        return self.tensors[name].matrix(self.shapes()[name][1])

    def matrix(self, side: str, degree: int) -> Rows:
        """A matrix in integers over `2^(degree frac)`."""
        parts = [self.tensor(name) for name in self.parts[side]]
        if len(parts) == 2:
            columns = list(zip(*parts[1], strict=True)) or [()] * self.columns(side)
            parts = [[[sum(map(mul, row, column)) for column in columns] for row in parts[0]]]
        return scaled(parts[0], self.frac * (degree - len(self.parts[side])))


def scaled(rows: Rows, bits: int) -> Rows:
    """All entries times a power of two."""
    return [[each << bits for each in row] for row in rows]
