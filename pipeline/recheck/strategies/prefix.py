"""Tokens below a bound, by margins (`lean/Compact/Strategy/Prefix.lean`, `Minimum/Prefixes.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.recheck import margins, runs, tables
from pipeline.recheck.agreement import checked_tables
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.margins import ByRows, ByTopTwo, Margins
from pipeline.recheck.natural import nth
from pipeline.recheck.packed import lane, unpack
from pipeline.recheck.pair import Pair
from pipeline.recheck.refused import Refused
from pipeline.recheck.runs import Runs
from pipeline.recheck.tables import Tables
from pipeline.recheck.weights import Weights


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose margins are true."""
    return count_prefixes(w, c, ByRows)


def count_prefixes(w: Weights, c: Certificate, check: type[ByRows | ByTopTwo]) -> int:
    """The same, given how margins are checked (`Prefixes.countWith`)."""
    c.require(
        (*tables.NATS, *runs.NATS, "sizeBits", "bound"),
        (*tables.ROWS, *margins.ROWS, *runs.ROWS, "sizes"),
    )
    t = checked_tables(w, c)
    if t.width + 5 > t.bits:
        raise Refused("bits does not fit width")
    queries = [_Query.of(t, q) for q in range(t.v)]
    margins_of, each, counted = check(t), Runs.of(c), 0
    for m in range(t.v):
        M = Margins.of(t, c, m)
        if margins_of.true(M, m):
            sizes = _Sizes(t.n, c.nat("sizeBits"), nth(c.row("sizes"), m))
            counted += sum(_count(t, M, each, queries[q], sizes, m) for q in range(m + 1))
    return counted


@dataclass(frozen=True)
class _Query:
    """Running minima and maxima of the factors of the tokens."""

    q: int
    small: Sequence[int]
    large: Sequence[int]

    @classmethod
    def of(cls, t: Tables, q: int) -> _Query:
        factors = unpack(t.bits, t.v, nth(t.tokenLo, q))
        return cls(q, list(accumulate(factors, min)), list(accumulate(factors, max)))


@dataclass(frozen=True)
class _Sizes:
    """How many tokens each run admits, by the certificate: packed, `n` lanes for each query."""

    n: int
    bits: int
    packed: int

    def of(self, q: int, j: int) -> int:
        return lane(self.bits, self.packed, q * self.n + j)


def _count(t: Tables, M: Margins, each: Runs, Q: _Query, sizes: _Sizes, m: int) -> int:
    """The inputs counted for one query and one maximum."""
    P = Pair.of(t, M, Q.q, m)
    least = list(accumulate(unpack(M.bits, m + 1, M.token), min))

    def decide(j: int, U: int, U2: int) -> int:
        size = sizes.of(Q.q, j)
        if not 0 < size <= m:
            return 0
        margin = P.direct + least[size - 1]
        factor = (Q.small if margin >= P.zero else Q.large)[size - 1]
        return size if P.both(U, U2, factor * P.zero, factor * margin) else 0

    return each.count(t, Q.q, m, P.alone, decide)
