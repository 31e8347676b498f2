"""Whole rows of logits for each class and token (`lean/Compact/Transformer/Strategy/Quartic/Check.lean`).

The gaps of a row are, for each output, how far the maximum is above it, and a constant.  Mixtures of gaps are compared
with 0 by the top bits of their lanes, for two mixtures side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import OneAboveOthers, lane, ones, pack, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import margin, runs, tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.runs import Runs
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass: as many as the certificate says of all blocks of maxima, if it is right."""
    blocks = _blocks(w, c)
    claimed = [nth(block, 1) for block in c.matrix("blocks")]
    for number, (claim, (_, counted)) in enumerate(zip(claimed, blocks, strict=True)):
        if claim > counted.number:
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
    return Counted(sum(claimed), [group for _, counted in blocks for group in counted.groups])


def counted_blocks(w: Weights, c: Certificate) -> list[list[int]]:
    """For each block of maxima, how many maxima, and how many inputs are counted."""
    return [[size, counted.number] for size, counted in _blocks(w, c)]


def _blocks(w: Weights, c: Certificate) -> list[tuple[int, Counted]]:
    """For each block of maxima, how many maxima, and the inputs that are counted."""
    by_margin = "units" in c.fields
    more = margin.NATS if by_margin else ()
    nats, rows = (*tables.NATS, *runs.NATS, *more, "bound"), (*tables.ROWS, *runs.ROWS)
    c.require(nats, rows, ("blocks",))
    t, blocks = checked_tables(w, c), list[tuple[int, Counted]]()
    if by_margin:
        margin.require_units(w, c)
    if c.matrix("blocks") and (t.width + 2 > t.bits or t.n < 1):
        raise Refused("bits does not fit width, or there is one position only")
    first, checked = 0, t
    for block in c.matrix("blocks"):
        size = nth(block, 0)
        if first + size > t.v:
            raise Refused("blocks go beyond the last maximum")
        if by_margin:
            t, size = _raised(checked, c, first, size), 1
        maxima = range(first, first + size)
        classes = (each for m in maxima for each in _classes(t, Runs.of(c), m))
        blocks.append((size, Counted.of(classes)))
        first += size
    return blocks


def _raised(t: Tables, c: Certificate, m: int, size: int) -> Tables:
    """The tables for the block of the maximum `m`, for a margin."""
    margin.require_room(c, t)
    more = margin.raised(t, c.nat("units"), m)
    if size != 1 or more is None:
        raise Refused("a block does not hold one maximum, or direct paths are raised too far")
    return replace(t, direct=[row + more for row in t.direct])


def _classes(t: Tables, each: Runs, m: int) -> Iterator[Class]:
    """Those with the maximum `m` (`Quartic.countMaximum`)."""
    maximum = Setup.of(t).maximum(m)
    for q in range(m + 1):
        compared = maximum.compared(q, 0) if each.code(t.n, q, m) else None
        if compared is not None:
            yield from each.classes(t, q, m, compared.alone, compared.passing)


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
