"""What a bias of the unembedding is worth, times the last norm's root (mirror of `NormedQuartic/Bias.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.transformer.heads.model import bits_of
from pipeline.transformer.normed.balls import ZERO, Ball, Balls, add, add_all, dot, quotient, root
from pipeline.transformer.normed.check import NormedCheck

Lanes = npt.NDArray[Any]


class Reach(NamedTuple):
    """Of a query, a position and a token: a product with the query's own vector, the square root, and a bound of it."""

    mixed: Ball
    root: Ball
    top: int


class Side(NamedTuple):
    """Of a query: by position and token, and its own vector times what the head writes from the first position."""

    reaches: list[list[Reach]]
    first: Balls


@dataclass(frozen=True)
class Leaning:
    """For a maximum: by how much the bias of each output is above and below its own, at most `most`."""

    above: Lanes
    below: Lanes
    most: int


def times(xs: Sequence[Ball], rows: Sequence[Sequence[Ball]]) -> Balls:
    """A row times many rows, of whose radii only the largest is asked (`Ball.Rows.times`)."""
    largest = max((y.radius for row in rows for y in row), default=0)
    more = sum(x.plus + x.minus + x.radius for x in xs) * largest
    return [dot(xs, [Ball(y.plus, y.minus, 0) for y in row], Ball(0, 0, more)) for row in rows]


@dataclass(frozen=True)
class Tilts:
    """All that is known of biases, for a model with one head and `b_U`."""

    check: NormedCheck

    @cached_property
    def outs(self) -> list[list[Balls]]:
        """What the head writes, less its mean, by position and token (`withOuts`)."""
        check, zeros = self.check, [ZERO] * self.check.model.d_model
        [head] = check.heads
        return [
            [check.centred(check.affine(head.outs, zeros, value)) for value in row]
            for row in head.values
        ]

    @cached_property
    def squares(self) -> list[Balls]:
        """Each with itself."""
        return [[dot(out, out) for out in row] for row in self.outs]

    @cached_property
    def cross(self) -> list[list[Balls]]:
        """That at the first position with all, by its token, position and token."""
        return [[times(out, row) for row in self.outs] for out in self.outs[0]]

    @cached_property
    def sides(self) -> list[Side]:
        """What is known of each query."""
        return [self._side(q) for q in range(self.check.model.d_vocab)]

    def _side(self, q: int) -> Side:
        """`withSide`."""
        check, model = self.check, self.check.model
        own = check.centred(add_all(check.resid(model.n_ctx - 1, q), check.b_O))
        unit = (check.one * model.d_model) ** 2
        eps = Ball(unit * model.eps_num // model.eps_den, 0, 1)
        square = add(dot(own, own), eps.scale(model.d_model))
        others = [times(own, row) for row in self.outs]
        reaches = [
            [self._reach(square, *both) for both in zip(*rows, strict=True)]
            for rows in zip(others, self.squares, strict=True)
        ]
        return Side(reaches, others[0])

    def _reach(self, own: Ball, other: Ball, square: Ball) -> Reach:
        """`withReach`."""
        model, mixed = self.check.model, add(own, other)
        sigma = root(
            self.check.rounding.steps, add(mixed, add(other, square)).shrink(model.d_model)
        )
        small = sigma.shrink(model.d_model << model.frac)
        return Reach(mixed, sigma, small.plus + small.radius)

    @property
    def highest(self) -> int:
        """The largest bound of a square root."""
        return max(each.top for side in self.sides for row in side.reaches for each in row)

    @cached_property
    def _most(self) -> int:
        return 1 << bits_of(self.check.model.biases["b_U"])

    def lane(self) -> int:
        """What biases may be worth at most, as far as can be told before any pair is looked at."""
        return 3 * self.highest * self._most

    def leaning(self, m: int) -> Leaning:
        """The biases of all outputs, seen from a maximum (`withLeaning`)."""
        row = self.check.model.biases["b_U"][0]
        above = np.array([max(0, b - row[m]) for b in row], dtype=object)
        below = np.array([max(0, row[m] - b) for b in row], dtype=object)
        return Leaning(above, below, self._most)

    def guide(self, q: int, m: int) -> Ball:
        """The root of what is read if all attention goes to the maximum, in a larger unit."""
        d = self.check.model.d_model
        return self.sides[q].reaches[0][m].root.scale(d * self.check.one * d)

    def low(self, guide: Ball, q: int, m: int, p: int, y: int) -> Ball:
        """A bound of the square root from below, as a ball around it (`tilt`)."""
        side = self.sides[q]
        product = add(side.reaches[p][y].mixed, add(side.first[m], self.cross[m][p][y]))
        return quotient(1 << self.check.rounding.extra, product, guide)
