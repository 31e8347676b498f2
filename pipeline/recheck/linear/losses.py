"""What the checkers of linear models make of a certificate (`lean/Compact/Linear/Strategy/`).

Each function refuses a witness that does not fit, and gives back the sum of all witnesses, each as often as there are
inputs for which it counts: a bound of the sum of the losses of all inputs, in billionths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from math import comb, prod
from operator import mul

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.linear.weights import Weights
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.refused import BeyondLimits, Refused

BILLION = 1_000_000_000
MAX_STEPS = 1 << 10
Row = Sequence[int]


class Bounds:
    """The exponentials of a certificate: tables of them, and the test of a witness."""

    def __init__(self, w: Weights, c: Certificate) -> None:
        w.require_shapes()
        self.w, self.d, self.prec, self.steps = w, w.d_vocab, c.nat("prec"), c.nat("steps")
        self.roots = c.nat("roots")
        if self.steps > MAX_STEPS:
            raise BeyondLimits(f"more than {MAX_STEPS:,} steps are beyond what is evaluated")
        if self.roots < 1:
            raise Refused("roots is 0")
        self.one = power(2, self.prec)
        self._divisor = power(256, self.steps)
        self.upper: list[list[int]] = []
        self.lower: list[list[int]] = []
        unit, cap = w.unit, 2 * self.one
        for row in w.adds():
            top = max(row, default=0)
            self.upper.append([self.above(top - entry, unit) for entry in row])
            self.lower.append([self.below(top - entry, unit) for entry in row])
        if any(each < 1 for row in self.lower for each in row):
            raise Refused("a lower bound of an exponential is 0")
        if any(each > cap for row in self.upper for each in row):
            raise Refused("an upper bound of an exponential is larger than it should be")

    def above(self, g: int, over: int) -> int:
        """`expUpper`"""
        x = self.one * self.one // (self.one + self._small(g, over)) + 1
        for _ in range(self.steps):
            x = self._power16(self._power16(x) + 1) + 1
        return x

    def below(self, g: int, over: int) -> int:
        """`expLower`"""
        x = minus(self.one, self._small(g, over) + 1)
        for _ in range(self.steps):
            x = self._power16(self._power16(x))
        return x

    def _small(self, g: int, over: int) -> int:
        return g * self.one // (over * self._divisor)

    def _power16(self, x: int) -> int:
        return power(x, 16) // power(2, 15 * self.prec)

    def require(self, x: int, y: int, u: int, what: str) -> None:
        """Refuse a witness `u`, in billionths, if `x / y` may be above `exp u`."""
        if x * power(self.above(u, BILLION * self.roots), self.roots) > y * power(
            self.one, self.roots
        ):
            raise Refused(f"the witness of {what} is too small")

    def multiplied(self, quotients: Iterable[tuple[int, int]]) -> int:
        """The product of quotients, rounded up after each."""

        def times(p: int, quotient: tuple[int, int]) -> int:
            num, den = quotient
            return p * (num * self.one // den + 1) // self.one + 1

        return reduce(times, quotients, self.one)


def _fields(c: Certificate, *, flat: bool = False) -> None:
    losses = (["losses"], []) if flat else ([], ["losses"])
    c.require(["prec", "steps", "bound", "roots"], *losses)


def _witness(losses: Sequence[Row], c: int, j: int) -> int:
    return nth(losses[c], j) if c < len(losses) else 0


def _over(xs: Row, *others: Row) -> int:
    """The sum of the products of the entries."""
    return sum(map(prod, zip(xs, *others, strict=True)))


def am_gm(w: Weights, c: Certificate) -> int:
    """Classes by their maximum and how often it occurs."""
    _fields(c)
    b, losses, n, found = Bounds(w, c), c.matrix("losses"), w.n_ctx, 0
    scale = power(2, 2 * b.prec)
    for top in range(b.d):
        inverse = [scale // row[top] + 1 for row in b.lower[: top + 1]]
        columns = zip(*b.upper[:top], strict=True) if top else iter([()] * b.d)
        sums = [sum(map(mul, inverse, column)) for column in columns]
        own = [inverse[top] * each for each in b.upper[top]]
        for copies in range(1, n + 1):
            rest, u = n - copies, _witness(losses, top, copies - 1)
            x = sum(power(a, copies) * power(s, rest) for a, s in zip(own, sums, strict=True))
            b.require(x, power(top, rest) * power(scale, n), u, f"{copies} times {top}")
            found += comb(n, copies) * power(top, rest) * u
    return found


def brute_force(w: Weights, c: Certificate) -> int:
    """Every input by itself."""
    _fields(c, flat=True)
    b, losses, more = Bounds(w, c), c.row("losses"), w.n_ctx - 2
    if more < 0:
        raise Refused("brute force is for two tokens or more")
    power(b.d, w.n_ctx)

    def inputs(high: Row, low: Row, top: int, more: int) -> Iterable[tuple[int, int]]:
        for s in range(b.d):
            label = max(top, s)
            if more == 0:
                yield _over(high, b.upper[s]), low[label] * b.lower[s][label]
            else:
                higher = list(map(mul, high, b.upper[s]))
                yield from inputs(higher, list(map(mul, low, b.lower[s])), label, more - 1)

    for s in range(b.d):
        product = b.multiplied(inputs(b.upper[s], b.lower[s], s, more))
        b.require(product, b.one, nth(losses, s), f"inputs that begin with {s}")
    return sum(nth(losses, s) for s in range(b.d))


def symmetry(w: Weights, c: Certificate) -> int:
    """Pairs in one order."""

    def pairs(b: Bounds, top: int, s: int) -> tuple[int, int]:
        return _over(b.upper[top], b.upper[s]), b.lower[top][top] * b.lower[s][top]

    return _few(w, c, 2, [pairs], lambda top: [1, 2])


def convexity_pairs(w: Weights, c: Certificate) -> int:
    """Pairs of equal tokens."""

    def equal(b: Bounds, top: int, s: int) -> tuple[int, int]:
        return _over(b.upper[s], b.upper[s]), b.lower[s][top] * b.lower[s][top]

    return _few(w, c, 2, [equal], lambda top: [top + 1, 1])


def convexity_triples(w: Weights, c: Certificate) -> int:
    """Triples with two equal tokens."""

    def once(b: Bounds, top: int, s: int) -> tuple[int, int]:
        low = b.lower[s][top]
        return _over(b.upper[top], b.upper[s], b.upper[s]), b.lower[top][top] * low * low

    def twice(b: Bounds, top: int, s: int) -> tuple[int, int]:
        own = b.lower[top][top]
        return _over(b.upper[top], b.upper[top], b.upper[s]), own * own * b.lower[s][top]

    return _few(w, c, 3, [once, twice], lambda top: [1, 3 * top, 3])


def _few(
    w: Weights,
    c: Certificate,
    tokens: int,
    kinds: Sequence[Callable[[Bounds, int, int], tuple[int, int]]],
    often: Callable[[int], Sequence[int]],
) -> int:
    """For each maximum: its own quotient of the first kind, and of each kind the product over all smaller tokens."""
    _fields(c)
    b, losses, found = Bounds(w, c), c.matrix("losses"), 0
    if w.n_ctx != tokens:
        raise Refused(f"this is for {tokens} tokens")
    for top in range(b.d):
        products = [b.multiplied([kinds[0](b, top, top)])]
        products += [b.multiplied(kind(b, top, s) for s in range(top)) for kind in kinds]
        for j, (product, count) in enumerate(zip(products, often(top), strict=True)):
            u = _witness(losses, top, j)
            b.require(product, b.one, u, f"the maximum {top}, number {j}")
            found += count * u
    return found


LOSSES: Mapping[str, Callable[[Weights, Certificate], int]] = {
    "AmGm": am_gm,
    "BruteForce": brute_force,
    "Symmetry": symmetry,
    "ConvexityPairs": convexity_pairs,
    "ConvexityTriples": convexity_triples,
}
