"""Parts that a low-rank proof is made of: which directions to take off, and how the rest is bounded.

Nothing here has to be right: Lean's theorem holds for any directions and any plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.transformer.checker.chains import Part, Peel, Shifted, entries

Floats = npt.NDArray[np.float64]

ALL = -1
"""A plan whose bits are all 1: everything is multiplied out."""


class Vector(Protocol):
    """A direction."""

    def of(self, length: int) -> Sequence[float]:
        """Its entries; `MalformedInput` if it does not have so many."""
        ...


@dataclass(frozen=True)
class Given:
    """A direction of somebody's own, of the columns (or of the rows) of one factor: the best multiple of it is taken
    off each column (row)."""

    factor: int
    vector: Vector
    is_row: bool

    def peel(self, factors: list[Floats], frac: int) -> Peel:
        """Take it off its factor."""
        factor = factors[self.factor]
        entries = np.array(self.vector.of(factor.shape[self.is_row]))
        unit = entries / np.abs(entries).max()
        unit = unit / np.linalg.norm(unit)
        both = (factor @ unit, unit) if self.is_row else (unit, unit @ factor)
        return _take(factors, self.factor, *both, frac)


@dataclass(frozen=True)
class Directions:
    """How a product is enclosed: parts along directions that are given are taken off its factors, then parts
    along the leading singular vectors of the whole product off its first and its last factor, and off the middle
    factors along those of their own product; the rest is bounded by the best of some plans.  (Two on each side and
    one in the middle are the directions of the nine-term identity of Gross et al., which holds for any directions.)"""

    first: int = 0
    """How many parts are taken off the first factor."""
    last: int = 0
    middle: int = 0
    plans: Sequence[int] = ()
    exact: bool = False
    given: Sequence[Given] = ()
    where: str = field(default="", compare=False)
    """What asks for them, for errors; nothing, if more directions than there are do no harm, as in our own."""

    def part(self, chain: Sequence[Shifted], frac: int) -> Part:
        """The witnesses for a product of matrices of integers over `2^frac`."""
        factors = [np.array(entries(factor.mat), dtype=float) / 2.0**frac for factor in chain]
        self._require_possible(min(min(factor.shape) for factor in factors))
        peels = [each.peel(factors, frac) for each in self.given]
        for turn in range(max(self.first, self.last)):
            U, _, V = np.linalg.svd(_product(factors))
            if turn < self.first:
                peels.append(_take(factors, 0, U[:, 0], U[:, 0] @ factors[0], frac))
            if turn < self.last:
                peels.append(_take(factors, len(factors) - 1, factors[-1] @ V[0], V[0], frac))
        for _ in range(self.middle):
            U, _, V = np.linalg.svd(_product(factors[1:-1]))
            peels.append(_take(factors, 1, U[:, 0], U[:, 0] @ factors[1], frac))
            peels.append(_take(factors, len(factors) - 2, factors[-2] @ V[0], V[0], frac))
        return Part(self.exact, peels, self.plans)

    def _require_possible(self, most: int) -> None:
        """Refuse ranks that no product with so narrow a factor has."""
        on_factors = Counter(each.factor for each in self.given)
        rank = max(self.first, self.last, self.middle, *on_factors.values(), 0)
        if self.where and rank > most:
            raise MalformedInput(
                f"{self.where} asks for {rank} directions of a product that has rank {most}",
                cure=f"ask for {most} at most, or say exact = true",
            )


def _product(factors: Sequence[Floats]) -> Floats:
    return reduce(np.matmul, factors)


def _take(factors: list[Floats], index: int, column: Floats, row: Floats, frac: int) -> Peel:
    """Take `column * row` off a factor, rounded to integers whose product is over `2^frac`."""
    bits = frac // 2
    columns, rows = np.rint(column * 2.0**bits), np.rint(row * 2.0 ** (frac - bits))
    factors[index] = factors[index] - np.outer(columns, rows) / 2.0**frac
    return Peel(index, [int(x) for x in columns], [int(x) for x in rows])


def mean_row(matrix: Shifted, frac: int) -> list[int]:
    """The mean of the rows of integers over `2^frac`, rounded to such integers."""
    rows = entries(matrix.mat)
    return [sum(column) // len(rows) for column in zip(*rows, strict=True)]
