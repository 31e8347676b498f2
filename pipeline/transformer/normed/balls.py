"""Numbers up to an error, in naturals and some unit (mirror of `lean/Compact/Ball/`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.transformer.checker.exp_form import ExpForm


class Ball(NamedTuple):
    """The centre is `plus - minus`."""

    plus: int
    minus: int
    radius: int

    def tidy(self) -> Ball:
        """The same, one of the two naturals zero."""
        centre = self.plus - self.minus
        return Ball(max(0, centre), max(0, -centre), self.radius)

    def scale(self, k: int) -> Ball:
        """`k` times the number."""
        return Ball(k * self.plus, k * self.minus, k * self.radius)

    def shrink(self, k: int) -> Ball:
        """In a unit that is a `k`-th of what it was."""
        centre = self.plus - self.minus
        return Ball(max(0, centre) // k, max(0, -centre) // k, self.radius // k + 2)

    def relu(self) -> Ball:
        """The ReLU."""
        return Ball(max(0, self.plus - self.minus), 0, self.radius)

    @property
    def is_zero(self) -> bool:
        """Is this the number zero and no other?"""
        return self.plus == self.minus and self.radius == 0

    @property
    def is_positive(self) -> bool:
        """Are all numbers of the ball positive?"""
        return self.minus + self.radius < self.plus

    def below(self, other: Ball) -> bool:
        """Are all its numbers below all of another?"""
        return self.plus + self.radius + other.minus + other.radius < other.plus + self.minus


Balls = list[Ball]
ZERO = Ball(0, 0, 0)


def add(a: Ball, b: Ball) -> Ball:
    """The sum."""
    return Ball(a.plus + b.plus, a.minus + b.minus, a.radius + b.radius)


def add_all(xs: Sequence[Ball], ys: Sequence[Ball]) -> Balls:
    """All entries of two lists, added."""
    return [add(x, y) for x, y in zip(xs, ys, strict=True)]


def dot(xs: Iterable[Ball], ys: Iterable[Ball], start: Ball = ZERO) -> Ball:
    """The sum of the products of the entries, and `start`, in the product of the units."""
    plus, minus, radius = start
    for (p, n, e), (q, m, f) in zip(xs, ys, strict=True):
        plus += p * q + n * m
        minus += p * m + n * q
        radius += (p + n) * f + e * (q + m) + e * f
    return Ball(plus, minus, radius)


def total(xs: Sequence[Ball]) -> Ball:
    """The sum."""
    return Ball(sum(x.plus for x in xs), sum(x.minus for x in xs), sum(x.radius for x in xs))


def quotient(unit: int, b: Ball, a: Ball) -> Ball:
    """`b / a` for a positive `a`, in units of `1 / unit`."""
    if b.is_zero:
        return ZERO
    centre = max(0, a.plus - a.minus)
    plus = _div(unit * max(0, b.plus - b.minus), centre)
    minus = _div(unit * max(0, b.minus - b.plus), centre)
    left = unit * (b.plus - b.minus) - (plus - minus) * (a.plus - a.minus)
    spread = unit * b.radius + (plus + minus) * a.radius
    return Ball(plus, minus, _div(abs(left) + spread, max(0, a.plus - a.minus - a.radius)) + 1)


def root(steps: int, a: Ball) -> Ball:
    """The square root, in a unit whose square is that of `a`."""
    x = max(0, a.plus - a.minus)
    s = 1 << (max(0, x.bit_length() - 1) + 2) // 2
    for _ in range(steps):
        s = (s + _div(x, s)) // 2
    s += 1
    return Ball(s, 0, (abs(a.plus - a.minus - s * s) + a.radius) // s + 1)


def exp_below(form: ExpForm, unit: int, a: int, b: int, s: Ball) -> Ball:
    """The exponential of a score less `a - b`, which is at least as large, in units of `2^-prec`."""
    far = form.argument(max(0, a + s.minus + s.radius - b - s.plus), unit)
    near = form.argument(max(0, a + s.minus - b - s.plus - s.radius), unit)
    low = form.bounds(far).lo
    return Ball(low, 0, max(0, form.bounds(near).hi - low))


def _div(a: int, b: int) -> int:
    return a // b if b else 0
