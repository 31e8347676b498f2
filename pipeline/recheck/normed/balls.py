"""Balls (`lean/Compact/Ball`): triples of naturals, the centre is the first less the second, the third the radius."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recheck.natural import div, log2, minus, power
from pipeline.recheck.tensor import Tensor

Ball = tuple[int, int, int]
Vector = list[Ball]


class Unbounded(Exception):
    """A divisor may be zero."""


def root(steps: int, a: Ball) -> Ball:
    """The square root."""
    p, n, e = a
    found = power(2, div(log2(minus(p, n)) + 2, 2))
    for _ in range(steps):
        found = div(found + div(minus(p, n), found), 2)
    found += 1
    return (found, 0, div(abs(p - n - found * found) + e, found) + 1)


def quotient(unit: int, b: Ball, a: Ball) -> Ball:
    """`b / a`; zero for a `b` that is zero."""
    if b[0] == b[1] and b[2] == 0:
        return (0, 0, 0)
    least = a[0] - a[1] - a[2]
    if least <= 0:
        raise Unbounded
    above, below = (div(unit * minus(b[i], b[1 - i]), minus(a[0], a[1])) for i in range(2))
    left = unit * (b[0] - b[1]) - (above - below) * (a[0] - a[1])
    most = abs(left) + unit * b[2] + (above + below) * a[2]
    return (above, below, div(most, least) + 1)


def products(f: Sequence[Ball], rows: Sequence[Vector]) -> Vector:
    """A vector times some others, of which only the largest radius is asked."""
    largest = max((e for row in rows for _, _, e in row), default=0)
    more = largest * sum(p + n + e for p, n, e in f)
    return [dot(f, [(p, n, 0) for p, n, _ in row], (0, 0, more)) for row in rows]


def centred(f: Vector) -> Vector:
    """Each entry times their number, less the sum of all."""
    d = len(f)
    P, N, E = (sum(each[k] for each in f) for k in range(3))
    return [tidy((d * p + N, d * n + P, d * e + E)) for p, n, e in f]


def split(entry: int) -> Ball:
    return (minus(entry, 0), minus(0, entry), 0)


def row_of(bias: Tensor, columns: int) -> Vector:
    return [split(entry) for entry in bias.matrix(columns)[0]]


def scaled(k: int, row: Vector) -> Vector:
    return [(k * p, k * n, k * e) for p, n, e in row]


def tidy(b: Ball) -> Ball:
    return (minus(b[0], b[1]), minus(b[1], b[0]), b[2])


def shrunk(k: int, b: Ball) -> Ball:
    p, n, e = tidy(b)
    return (div(p, k), div(n, k), div(e, k) + 2)


def added(f: Vector, g: Vector) -> Vector:
    return [(a + p, b + q, c + r) for (a, b, c), (p, q, r) in zip(f, g, strict=True)]


def dot(f: Sequence[Ball], g: Sequence[Ball], start: Ball) -> Ball:
    p, n, e = start
    for (a, b, c), (q, m, r) in zip(f, g, strict=True):
        p, n = p + a * q + b * m, n + a * m + b * q
        e += (a + b) * r + c * (q + m) + c * r
    return p, n, e
