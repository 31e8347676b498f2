"""Tokens above a threshold, by margins (`lean/Compact/Transformer/Strategy/Cubic.lean`)."""

from __future__ import annotations

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import div, minus, nth, power
from pipeline.recheck.packed import lane, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import margins, runs, tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.margins import ByRows, Margins
from pipeline.recheck.transformer.pair import Pair
from pipeline.recheck.transformer.runs import Runs
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose margins are true."""
    c.require((*tables.NATS, *runs.NATS, "bound"), (*tables.ROWS, *margins.ROWS, *runs.ROWS))
    t = checked_tables(w, c)
    if t.width + 5 > t.bits:
        raise Refused("bits does not fit width")
    rows, each, counted = ByRows(t), Runs.of(c), 0
    for m in range(t.v):
        M = Margins.of(t, c, m)
        if rows.true(M, m):
            counted += sum(_count(t, M, each, q, m) for q in range(m + 1))
    return counted


def _count(t: Tables, M: Margins, each: Runs, q: int, m: int) -> int:
    """The inputs counted for one query and one maximum."""
    P, top = Pair.of(t, M, q, m), power(2, t.prec)
    factors, tokens = unpack(t.bits, t.v, nth(t.tokenLo, q)), unpack(M.bits, m, M.token)
    scores = [
        e * (P.direct + d) + minus(top, e) * P.zero for e, d in zip(factors, tokens, strict=False)
    ]
    most = top * P.zero

    def threshold(U: int, U2: int) -> int:
        """The least score that passes at both weights (`level`, `threshold`)."""

        def level(u: int) -> int:
            others = minus(P.mass, u)
            lacking = minus(u * P.offset + P.rest + others * most, u * P.gain + P.query)
            return div(lacking, others) + 1

        return max(level(U), level(U2))

    last = minus(t.n + 1 if q == m else t.n, 1)
    enough = threshold(
        lane(t.bits, nth(t.low, q), minus(t.n, last)), lane(t.bits, nth(t.high, q), minus(t.n, 1))
    )

    def decide(_: int, U: int, U2: int) -> int:
        least = min(threshold(U, U2), enough)
        return sum(score >= least for score in scores) if P.both(U, U2, most, least) else 0

    return each.count(t, q, m, P.alone, decide)
