"""Whole rows of logits for each class and token (`lean/Compact/Strategy/Quartic/Check.lean`).

The gaps of a row are, for each output, how far the maximum is above it, and a constant.  Mixtures of gaps are compared
with 0 by the top bits of their lanes, for two mixtures side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck import runs, tables
from pipeline.recheck.agreement import checked_tables
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import OneAboveOthers, lane, ones, pack, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.runs import Runs
from pipeline.recheck.tables import Tables
from pipeline.recheck.weights import Weights


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass."""
    c.require((*tables.NATS, *runs.NATS, "bound"), (*tables.ROWS, *runs.ROWS))
    t = checked_tables(w, c)
    if t.width + 2 > t.bits or t.n < 1:
        raise Refused("bits does not fit width, or there is one position only")
    setup, each = _Setup.of(t), Runs.of(c)
    return sum(setup.maximum(m).count(each, q) for m in range(t.v) for q in range(m + 1))


@dataclass(frozen=True)
class _Setup:
    """Constants of a check (`Setup`)."""

    t: Tables
    unit: int
    offset: int
    """The constant in the gaps of a token's row, times its factor."""
    top: int
    one: int

    @classmethod
    def of(cls, t: Tables) -> _Setup:
        unit = power(2, t.width)
        offset = 4 * unit * power(2, t.prec)
        return cls(t, unit, offset, power(2, minus(t.bits, 1)), ones(t.bits, t.v))

    def maximum(self, m: int) -> _Maximum:
        t = self.t

        def gaps(constant: int, row: int) -> int:
            return minus((lane(t.bits, row, m) + constant) * self.one, row)

        rows = [gaps(self.unit, nth(t.token, k)) for k in range(m + 1)]
        position = gaps(2 * self.unit, nth(t.position, m))
        return _Maximum(
            setup=self,
            m=m,
            mask=OneAboveOthers.of(t.bits, self.one, m).mask,
            last=gaps(self.unit, t.last),
            direct=[gaps(self.unit, nth(t.direct, q)) for q in range(m + 1)],
            tokens=rows,
            joined=[row + position for row in rows],
        )


@dataclass(frozen=True)
class _Maximum:
    """The gaps of the rows for one maximum (`Maximum`)."""

    setup: _Setup
    m: int
    mask: int
    last: int
    direct: Sequence[int]
    """For each query up to `m`: those of its direct path."""
    tokens: Sequence[int]
    """For each token up to `m`."""
    joined: Sequence[int]
    """The same with the gaps of positions."""

    def count(self, each: Runs, q: int) -> int:
        """The inputs counted for the query `q` (`Quartic.count`, `countSplit`)."""
        s, t, m = self.setup, self.setup.t, self.m
        factors = unpack(t.bits, t.v, nth(t.tokenLo, q))
        own, mass = lane(t.bits, nth(t.tokenLo, q), q) * nth(t.own, q), nth(t.mass, q)
        level = lane(t.bits, nth(t.slack, q), m) + 1 + mass * s.offset + own * 3 * s.unit
        if level > s.top:
            return 0

        def scaled(k: int) -> int:
            factor = factors[k]
            rest = minus(s.offset, factor * 4 * s.unit)
            return factor * (self.joined[k] + self.direct[q]) + rest * s.one

        largest = scaled(m)
        query = own * (self.tokens[q] + self.direct[q] + self.last) + (s.top - level) * s.one

        def test(U: int, U2: int) -> _Test:
            return _Test.of(self, [U, U2], mass, largest, query)

        low, high = nth(t.low, q), nth(t.high, q)
        widest = test(lane(t.bits, low, int(q != m)), lane(t.bits, high, minus(t.n, 1)))
        others = [scaled(k) for k in range(m)]
        failed = [gaps for gaps in others if not widest.run(gaps)]

        def decide(_: int, U: int, U2: int) -> int:
            passing = len(others) - len(failed)
            if failed:
                here = test(U, U2)
                passing += sum(map(here.run, failed))
            return passing

        def alone() -> bool:
            return (mass * largest + query) & self.mask == self.mask

        return each.count(t, q, m, alone, decide)


@dataclass(frozen=True)
class _Test:
    """Lane tests of two mixtures side by side (`Ends`, `Test`)."""

    V: int
    A: int
    M: int

    @classmethod
    def of(cls, maximum: _Maximum, U: Sequence[int], mass: int, largest: int, query: int) -> _Test:
        bits = maximum.setup.t.bits * maximum.setup.t.v
        one, V = pack(bits, [1] * len(U)), pack(bits, [minus(mass, u) for u in U])
        return cls(V, pack(bits, U) * largest + one * query, one * maximum.mask)

    def run(self, gaps: int) -> bool:
        """Do the gaps of a token pass?"""
        return (self.V * gaps + self.A) & self.M == self.M
