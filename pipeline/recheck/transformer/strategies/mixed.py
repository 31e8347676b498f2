"""Prefixes by margins, and whole rows of logits for the tokens that these leave (`Strategy/Mixed`)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import minus, nth
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.margins import ByRows, Margins
from pipeline.recheck.transformer.prefixes import NATS, ROWS, Prefixes, Query, Sizes
from pipeline.recheck.transformer.runs import Runs
from pipeline.recheck.transformer.strategies.quartic import Maximum, Setup
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass, for the maxima whose margins are true."""
    c.require(NATS, ROWS)
    t = checked_tables(w, c)
    if t.width + 5 > t.bits or t.n < 1:
        raise Refused("bits does not fit width, or there is one position only")
    setup, queries = Setup.of(t), [Query.of(t, q) for q in range(t.v)]
    margins_of, each, classes = ByRows(t), Runs.of(c), list[Class]()
    for m in range(t.v):
        M = Margins.of(t, c, m)
        if margins_of.true(M, m):
            maximum, sizes = setup.maximum(m), Sizes.of(t, c, m)
            for query in queries[: m + 1]:
                tested = Prefixes.of(t, M, query, m)
                classes += _counted(t, each, tested, maximum, sizes.at(query.q, 0))
    return Counted.of(classes)


def _counted(
    t: Tables, each: Runs, tested: Prefixes, maximum: Maximum, claimed: int
) -> Iterator[Class]:
    """The classes counted for one query and one maximum (`Mixed.counted`)."""
    q, m = tested.query.q, maximum.m
    code = each.code(t.n, q, m)
    if code == 0:
        return
    least = lane(t.bits, nth(t.low, q), int(q != m))
    size = tested.size(claimed, least, lane(t.bits, nth(t.high, q), minus(t.n, 1)))
    if code == 1:  # margins alone
        yield from each.classes_of_runs(t, q, m, 0, tested.pair.alone, lambda *_: range(size))
    elif (compared := maximum.compared(q, size)) is not None:
        yield from each.classes_of_runs(t, q, m, code - 2, compared.alone, compared.passing)
