"""Tokens below a bound, by margins (`lean/Compact/Transformer/Strategy/Prefix.lean`, `Minimum/Prefixes.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import nth
from pipeline.recheck.packed import lane, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import margins, runs, tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.margins import ByRows, Margins
from pipeline.recheck.transformer.pair import Pair
from pipeline.recheck.transformer.runs import Runs
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

NATS = (*tables.NATS, *runs.NATS, "sizeBits", "bound")
ROWS = (*tables.ROWS, *margins.ROWS, *runs.ROWS, "sizes")


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose margins are true."""
    c.require(NATS, ROWS)
    t = checked_tables(w, c)
    if t.width + 5 > t.bits:
        raise Refused("bits does not fit width")
    queries = [Query.of(t, q) for q in range(t.v)]
    margins_of, each, counted = ByRows(t), Runs.of(c), 0
    for m in range(t.v):
        M = Margins.of(t, c, m)
        if margins_of.true(M, m):
            sizes = Sizes.of(t, c, m)
            counted += sum(_count(t, M, each, queries[q], sizes, m) for q in range(m + 1))
    return counted


@dataclass(frozen=True)
class Query:
    """Running minima and maxima of the factors of the tokens."""

    q: int
    small: Sequence[int]
    large: Sequence[int]

    @classmethod
    def of(cls, t: Tables, q: int) -> Query:
        factors = unpack(t.bits, t.v, nth(t.tokenLo, q))
        return cls(q, list(accumulate(factors, min)), list(accumulate(factors, max)))


@dataclass(frozen=True)
class Sizes:
    """How many tokens each run admits, by the certificate: packed, `n` lanes for each query."""

    n: int
    bits: int
    packed: int

    @classmethod
    def of(cls, t: Tables, c: Certificate, m: int) -> Sizes:
        return cls(t.n, c.nat("sizeBits"), nth(c.row("sizes"), m))

    def at(self, q: int, j: int) -> int:
        return lane(self.bits, self.packed, q * self.n + j)


@dataclass(frozen=True)
class Prefixes:
    """The test of prefixes, for one query and one maximum (`Prefixes.size`)."""

    pair: Pair
    query: Query
    least: Sequence[int]
    """Running minima of the margins of the tokens up to the maximum."""

    @classmethod
    def of(cls, t: Tables, M: Margins, query: Query, m: int) -> Prefixes:
        least = list(accumulate(unpack(M.bits, m + 1, M.token), min))
        return cls(Pair.of(t, M, query.q, m), query, least)

    def size(self, size: int, U: int, U2: int) -> int:
        """So many tokens, if they pass at both weights, else none."""
        if not 0 < size < len(self.least):
            return 0
        P, last = self.pair, size - 1
        margin = P.direct + self.least[last]
        factor = (self.query.small if margin >= P.zero else self.query.large)[last]
        return size if P.both(U, U2, factor * P.zero, factor * margin) else 0


def _count(t: Tables, M: Margins, each: Runs, Q: Query, sizes: Sizes, m: int) -> int:
    """The inputs counted for one query and one maximum."""
    tested = Prefixes.of(t, M, Q, m)

    def decide(j: int, U: int, U2: int) -> int:
        return tested.size(sizes.at(Q.q, j), U, U2)

    return each.count(t, Q.q, m, tested.pair.alone, decide)
