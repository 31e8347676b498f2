"""The exact circuits of a model (`lean/Compact/Transformer/Circuit/Compute.lean`).

For well-formed weights the lanes of Lean's matrix products never overflow, so the products are computed here entry by
entry.  Each matrix has an offset, which is part of what certificates are tested against: its entries shifted up by it
are the naturals that Lean has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.packed import pack
from pipeline.recheck.transformer.weights import TENSORS, Weights


@dataclass(frozen=True)
class Matrix:
    """Integers, all between `-offset` and `offset`."""

    offset: int
    rows: Sequence[Sequence[int]]
    columns: int

    def times(self, other: Matrix) -> Matrix:
        """The product (`Mat.mul`)."""
        across = other.transposed().rows
        rows = [[sum(map(int.__mul__, row, column)) for column in across] for row in self.rows]
        return Matrix(other.offset * (self.columns * self.offset), rows, other.columns)

    def plus(self, other: Matrix) -> Matrix:
        """The sum, of matrices or of their packed rows (`addLists`)."""
        rows = [list(map(int.__add__, *pair)) for pair in zip(self.rows, other.rows, strict=True)]
        return Matrix(self.offset + other.offset, rows, self.columns)

    def minus(self, other: Matrix) -> Matrix:
        """The difference (`Mat.minus`)."""
        rows = [list(map(int.__sub__, *pair)) for pair in zip(self.rows, other.rows, strict=True)]
        return Matrix(self.offset + other.offset, rows, self.columns)

    def packed(self, bits: int) -> list[int]:
        """The rows in lanes of so many bits; what does not fit carries over."""
        return [pack(bits, row) for row in self.naturals()]

    def transposed(self) -> Matrix:
        rows = [[row[j] for row in self.rows] for j in range(self.columns)]
        return Matrix(self.offset, rows, len(self.rows))

    def naturals(self) -> list[list[int]]:
        """The entries as Lean has them."""
        return [[entry + self.offset for entry in row] for row in self.rows]


@dataclass(frozen=True)
class Circuits:
    """Scores of key tokens and key positions for each query; logits through each key token and position; logits
    of each query's direct path."""

    EQKE: Matrix
    EQKP: Matrix
    EVOU: Matrix
    PVOU: Matrix
    EU: Matrix


def circuits(w: Weights) -> Circuits:
    """The circuits of well-formed weights."""
    E, P, Q, K, V, O, U = tensors(w)  # noqa: E741
    resid = last_residual(w)
    query, out = resid.times(Q), O.times(U)
    return Circuits(
        EQKE=query.times(K.transposed().times(E.transposed())),
        EQKP=query.times(K.transposed().times(P.transposed())),
        EVOU=E.times(V).times(out),
        PVOU=P.times(V).times(out),
        EU=resid.times(U),
    )


def last_residual(w: Weights) -> Matrix:
    """What stands at the last position, for each token there."""
    E, P = tensors(w)[:2]
    rows = [P.rows[w.n_ctx - 1]] * len(E.rows)
    return E.plus(Matrix(P.offset, rows, P.columns))


def tensors(w: Weights) -> list[Matrix]:
    """The seven tensors, in the order of `TENSORS`."""
    columns = {name: w.columns(name) for name in TENSORS}
    return [
        Matrix(w.tensors[name].offset, w.tensors[name].matrix(columns[name]), columns[name])
        for name in TENSORS
    ]
