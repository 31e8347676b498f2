"""Parts that a low-rank proof is made of: which directions to take off, and how the rest is bounded.

Nothing here has to be right: Lean's theorem holds for any directions and any plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.chains import Part, Peel, Shifted, entries

Floats = npt.NDArray[np.float64]

ALL = -1
"""A plan whose bits are all 1: everything is multiplied out."""


@dataclass(frozen=True)
class Directions:
    """How a product is enclosed: parts along the leading singular vectors of the whole product are taken
    off its first and its last factor, and of the middle factors along those of their own product; the
    rest is bounded by the best of some plans.  (Two on each side and one in the middle are the directions
    of the nine-term identity of Gross et al., which holds for any directions.)"""

    first: int = 0
    """How many parts are taken off the first factor."""
    last: int = 0
    middle: int = 0
    plans: Sequence[int] = ()
    exact: bool = False

    def part(self, chain: Sequence[Shifted], frac: int) -> Part:
        """The witnesses for a product of matrices of integers over `2^frac`."""
        factors = [np.array(entries(factor.mat), dtype=float) / 2.0**frac for factor in chain]
        peels: list[Peel] = []
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


def _product(factors: Sequence[Floats]) -> Floats:
    return reduce(np.matmul, factors)


def _take(factors: list[Floats], index: int, column: Floats, row: Floats, frac: int) -> Peel:
    """Take `column * row` off a factor, rounded to integers whose product is over `2^frac`."""
    bits = frac // 2
    columns, rows = np.rint(column * 2.0**bits), np.rint(row * 2.0 ** (frac - bits))
    factors[index] = factors[index] - np.outer(columns, rows) / 2.0**frac
    return Peel(index, [int(x) for x in columns], [int(x) for x in rows])


def mean_row(matrix: Shifted) -> list[int]:
    """The mean of the rows, rounded."""
    rows = entries(matrix.mat)
    return [sum(column) // len(rows) for column in zip(*rows, strict=True)]
