"""Tokens that pass alone, all outputs compared (`lean/Compact/Transformer/Strategy/Quartic/Check.lean`).

The gaps of a row are, for each output, how far the maximum is above it, and a constant.  Mixtures of gaps are compared
with 0 by the top bits of their lanes, for two mixtures side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import OneAboveOthers, lane, ones, pack, unpack
from pipeline.recheck.transformer.tables import Tables


@dataclass(frozen=True)
class Setup:
    """Constants of a check (`Setup`)."""

    t: Tables
    unit: int
    offset: int
    """The constant in the gaps of a token's row, times its factor."""
    top: int
    one: int

    @classmethod
    def of(cls, t: Tables) -> Setup:
        unit = power(2, t.width)
        offset = 4 * unit * power(2, t.prec)
        return cls(t, unit, offset, power(2, minus(t.bits, 1)), ones(t.bits, t.v))

    def maximum(self, m: int) -> Maximum:
        t = self.t

        def gaps(constant: int, row: int) -> int:
            return minus((lane(t.bits, row, m) + constant) * self.one, row)

        rows = [gaps(self.unit, nth(t.token, k)) for k in range(m + 1)]
        position = gaps(2 * self.unit, nth(t.position, m))
        return Maximum(
            setup=self,
            m=m,
            mask=OneAboveOthers.of(t.bits, self.one, m).mask,
            last=gaps(self.unit, t.last),
            direct=[gaps(self.unit, nth(t.direct, q)) for q in range(m + 1)],
            tokens=rows,
            joined=[row + position for row in rows],
        )


@dataclass(frozen=True)
class Maximum:
    """The gaps of the rows for one maximum (`Maximum`)."""

    setup: Setup
    m: int
    mask: int
    last: int
    direct: Sequence[int]
    """For each query up to `m`: those of its direct path."""
    tokens: Sequence[int]
    """For each token up to `m`."""
    joined: Sequence[int]
    """The same with the gaps of positions."""

    def compared(self, q: int, first: int) -> Compared | None:
        """Tokens from the first on, compared; none if lanes are too narrow for it (`withGaps`, `split`)."""
        s, t, m = self.setup, self.setup.t, self.m
        factors = unpack(t.bits, t.v, nth(t.tokenLo, q))
        own, mass = lane(t.bits, nth(t.tokenLo, q), q) * nth(t.own, q), nth(t.mass, q)
        level = lane(t.bits, nth(t.slack, q), m) + 1 + mass * s.offset + own * 3 * s.unit
        if level > s.top:
            return None

        def scaled(k: int) -> int:
            factor = factors[k]
            rest = minus(s.offset, factor * 4 * s.unit)
            return factor * (self.joined[k] + self.direct[q]) + rest * s.one

        query = own * (self.tokens[q] + self.direct[q] + self.last) + (s.top - level) * s.one
        low, high = nth(t.low, q), nth(t.high, q)
        widest = lane(t.bits, low, int(q != m)), lane(t.bits, high, minus(t.n, 1))
        others = [scaled(k) for k in range(first, m)]
        return Compared.of(self, mass, scaled(m), query, widest, first, others)


@dataclass(frozen=True)
class Compared:
    """Tokens of one query and one maximum, compared output by output."""

    maximum: Maximum
    mass: int
    largest: int
    query: int
    passed: Sequence[int]
    """The tokens that pass in all classes."""
    failed: Sequence[tuple[int, int]]
    """The others, and their scaled gaps."""

    @classmethod
    def of(
        cls,
        maximum: Maximum,
        mass: int,
        largest: int,
        query: int,
        widest: tuple[int, int],
        first: int,
        others: Sequence[int],
    ) -> Compared:
        """Test the tokens from the first on at the ends of all classes together; those before it have passed."""
        test = _Test.of(maximum, widest, mass, largest, query)
        passed, failed = list(range(first)), []
        for token, gaps in enumerate(others, first):
            if test.run(gaps):
                passed.append(token)
            else:
                failed.append((token, gaps))
        return cls(maximum, mass, largest, query, passed, failed)

    def passing(self, _: int, U: int, U2: int) -> Sequence[int]:
        """The tokens that pass at both weights (`Quartic.size`)."""
        if not self.failed:
            return self.passed
        here = _Test.of(self.maximum, (U, U2), self.mass, self.largest, self.query)
        return [*self.passed, *(token for token, gaps in self.failed if here.run(gaps))]

    def alone(self) -> bool:
        """Does the class pass in which all positions hold the maximum?"""
        mask = self.maximum.mask
        return (self.mass * self.largest + self.query) & mask == mask


@dataclass(frozen=True)
class _Test:
    """Lane tests of two mixtures side by side (`Ends`, `Test`)."""

    V: int
    A: int
    M: int

    @classmethod
    def of(cls, maximum: Maximum, U: Sequence[int], mass: int, largest: int, query: int) -> _Test:
        bits = maximum.setup.t.bits * maximum.setup.t.v
        one, V = pack(bits, [1] * len(U)), pack(bits, [minus(mass, u) for u in U])
        return cls(V, pack(bits, U) * largest + one * query, one * maximum.mask)

    def run(self, gaps: int) -> bool:
        """Do the gaps of a token pass?"""
        return (self.V * gaps + self.A) & self.M == self.M
