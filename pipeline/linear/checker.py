"""The mirror of the Lean checkers, number by number: tables of bounds, and what has to be at most `exp` of a witness.

Lean reads lanes of packed numbers where this adds up plain ones; no lane overflows there (a theorem), so the numbers
are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from pipeline.errors import MalformedInput
from pipeline.linear.model import Linear

BILLION = 10**9

Quotient = tuple[int, int]
"""A numerator and a denominator: a witness `u` says that their quotient is at most `exp u`."""


def _argument(prec: int, steps: int, g: int, D: int) -> int:
    return (g << prec) // (D << 8 * steps)


def exp_lower(prec: int, steps: int, g: int, D: int) -> int:
    """`expLower`"""
    low = max(0, (1 << prec) - _argument(prec, steps, g, D) - 1)
    for _ in range(2 * steps):
        low = low**16 >> 15 * prec
    return low


def exp_upper(prec: int, steps: int, g: int, D: int) -> int:
    """`expUpper`"""
    high = (1 << 2 * prec) // ((1 << prec) + _argument(prec, steps, g, D)) + 1
    for _ in range(2 * steps):
        high = (high**16 >> 15 * prec) + 1
    return high


@dataclass(frozen=True)
class Precision:
    """How exponentials are bounded, and into how many parts witnesses are divided."""

    prec: int
    steps: int
    roots: int = 1

    def fits(self, x: int, y: int, u: int) -> bool:
        """`Claim.fits`"""
        high = exp_upper(self.prec, self.steps, u, BILLION * self.roots)
        return bool(x * high**self.roots <= y << self.prec * self.roots)

    def witness(self, x: int, y: int) -> int:
        """The least number of billionths that fits, but for a few."""
        u = start = max(0, math.floor(logarithm(x, y) * BILLION) - 1)
        while not self.fits(x, y, u):
            u += 1 + (u - start) // 64
            if u > 2 * start + BILLION:
                raise MalformedInput("exponentials are not precise enough for a witness")
        return u


def logarithm(x: int, y: int) -> float:
    """`ln (x / y)`, and 0 if that is negative."""
    if x <= y:
        return 0.0
    return math.log1p((x - y) / y) if x < 2 * y else math.log(x) - math.log(y)


class Tables:
    """Upper and lower bounds of exponentials (`Weights.table`), and what each checker makes of them."""

    def __init__(self, model: Linear, precision: Precision) -> None:
        self.n, self.d, self.prec = model.n_ctx, model.d_vocab, precision.prec
        rows = model.added()
        gaps = [[max(row) - entry for entry in row] for row in rows]
        prec, steps, unit = precision.prec, precision.steps, model.unit
        self.upper = [[exp_upper(prec, steps, gap, unit) for gap in row] for row in gaps]
        self.lower = [[exp_lower(prec, steps, gap, unit) for gap in row] for row in gaps]

    def sound(self) -> bool:
        """`Table.sound`"""
        cap = 2 << self.prec
        return all(x >= 1 for row in self.lower for x in row) and all(
            x <= cap for row in self.upper for x in row
        )

    def step(self, p: int, num: int, den: int) -> int:
        """`step`"""
        return (p * ((num << self.prec) // den + 1) >> self.prec) + 1

    @property
    def one(self) -> int:
        return 1 << self.prec

    @cached_property
    def scale(self) -> int:
        return 1 << 2 * self.prec

    def am_gm(self) -> list[list[Quotient]]:
        """For each maximum, and each number of copies of it."""
        return [self._classes(c) for c in range(self.d)]

    def _classes(self, c: int) -> list[Quotient]:
        others = [0] * self.d
        for s in range(c):
            inverse = self.scale // self.lower[s][c] + 1
            others = [b + inverse * a for b, a in zip(others, self.upper[s], strict=True)]
        r = self.scale // self.lower[c][c] + 1
        found = []
        for j in range(1, self.n + 1):
            rest = self.n - j
            both = zip(self.upper[c], others, strict=True)
            found.append(
                (r**j * sum(a**j * b**rest for a, b in both), c**rest * self.scale**self.n)
            )
        return found

    def brute_force(self) -> list[Quotient]:
        """For each first token: the product over all of its inputs."""
        return [(self._all(s), self.one) for s in range(self.d)]

    def _all(self, first: int) -> int:
        p = self.one
        for between in product(range(self.d), repeat=self.n - 2):
            high, low, most = self.upper[first], self.lower[first], first
            for s in between:
                high = [a * b for a, b in zip(high, self.upper[s], strict=True)]
                low = [a * b for a, b in zip(low, self.lower[s], strict=True)]
                most = max(most, s)
            for y in range(self.d):
                c = max(most, y)
                total = sum(a * b for a, b in zip(high, self.upper[y], strict=True))
                p = self.step(p, total, low[c] * self.lower[y][c])
        return p

    def symmetry(self) -> list[list[Quotient]]:
        """For each maximum: the pair of two, and the product over all smaller tokens."""
        found = []
        for c in range(self.d):
            own, p = self.lower[c][c], self.one
            for s in range(c):
                p = self.step(p, _paired(self.upper[c], self.upper[s]), own * self.lower[s][c])
            square = self.step(self.one, _paired(self.upper[c], self.upper[c]), own * own)
            found.append([(square, self.one), (p, self.one)])
        return found

    def convexity_pairs(self) -> list[list[Quotient]]:
        """For each maximum: the pair of two, and the product over pairs of two smaller tokens."""
        sums = [_paired(row, row) for row in self.upper]
        found = []
        for c in range(self.d):
            p = self.one
            for s in range(c):
                p = self.step(p, sums[s], self.lower[s][c] ** 2)
            found.append(
                [(self.step(self.one, sums[c], self.lower[c][c] ** 2), self.one), (p, self.one)]
            )
        return found

    def convexity_triples(self) -> list[list[Quotient]]:
        """For each maximum: three copies, and the products over all smaller tokens for one copy and for two."""
        squares = [[x * x for x in row] for row in self.upper]
        found = []
        for c in range(self.d):
            own, p, q = self.lower[c][c], self.one, self.one
            for a in range(c):
                low = self.lower[a][c]
                p = self.step(p, _paired(self.upper[c], squares[a]), own * low * low)
                q = self.step(q, _paired(squares[c], self.upper[a]), own * own * low)
            cube = self.step(self.one, _paired(self.upper[c], squares[c]), own**3)
            found.append([(cube, self.one), (p, self.one), (q, self.one)])
        return found


def _paired(xs: list[int], ys: list[int]) -> int:
    return sum(x * y for x, y in zip(xs, ys, strict=True))
