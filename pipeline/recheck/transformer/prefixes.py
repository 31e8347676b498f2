"""Tokens below a bound, by margins (`lean/Compact/Transformer/Minimum/Prefixes.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import nth
from pipeline.recheck.packed import lane, unpack
from pipeline.recheck.transformer import margins, runs, tables
from pipeline.recheck.transformer.margins import Margins
from pipeline.recheck.transformer.pair import Pair
from pipeline.recheck.transformer.tables import Tables

NATS = (*tables.NATS, *runs.NATS, "sizeBits", "bound")
ROWS = (*tables.ROWS, *margins.ROWS, *runs.ROWS, "sizes")


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
