"""Classes with tokens that fail, counted by leads (`lean/Compact/Mixture`).

Written from the Lean definitions: inputs are counted by going through sums of levels, not by a power.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import div, minus, nth, power, shift_left
from pipeline.recheck.packed import OneAboveOthers, lane, ones, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

NATS = (*tables.NATS, "base", "parts", "countBits", "bound")
LEADS = ("tokenLead", "directLead", "ownLead", "selfLead")
ROWS = (*tables.ROWS, *LEADS, "levels")

Lacks = Callable[["Asked"], Callable[[int, int, int], int]]
"""For a query and a maximum: how many tokens lack at most a threshold, in a class and at the place of a level."""


@dataclass(frozen=True)
class Asked:
    """One query and one maximum."""

    t: Tables
    q: int
    m: int
    token: Sequence[int]
    """Leads of the tokens up to the maximum."""
    direct: int
    own: int
    itself: int

    @property
    def zero(self) -> int:
        return 4 * power(2, self.t.width)

    def factor(self, token: int) -> int:
        return lane(self.t.bits, nth(self.t.tokenLo, self.q), token)

    def lack(self, factor: int, lead: int) -> int:
        """What a token lacks (`lackOf`)."""
        return factor * minus(2 * self.zero, self.direct + lead)

    def spare(self, weight: int) -> int:
        """One more than can be spared with this weight on the maximum, or 0 (`spareAt`)."""
        t, factor = self.t, self.factor(self.m)
        own = self.factor(self.q) * nth(t.own, self.q)
        ahead = weight * factor * self.itself + own * self.own
        slack = lane(t.bits, nth(t.slack, self.q), self.m)
        return minus(ahead, weight * factor * self.zero + own * self.zero + slack)


def count(
    w: Weights, c: Certificate, nats: Sequence[str], rows: Sequence[str], lacks: Lacks
) -> int:
    """What the certificate says of all blocks of maxima, if it is right."""
    c.require((*NATS, *nats), (*ROWS, *rows), ("blocks",))
    t = checked_tables(w, c)
    blocks = c.matrix("blocks")
    if not blocks:
        return 0
    if t.width + 5 > t.bits or t.n < 1 or c.nat("parts") < 1:
        raise Refused("bits does not fit width, or there is one position only, or parts is 0")
    if power(t.v, t.n) >= power(2, c.nat("countBits")):
        raise Refused("countBits does not hold the number of inputs")
    mask = minus(power(2, t.width), 1) * ones(t.bits, t.v)
    if c.nat("base") & mask != c.nat("base"):
        raise Refused("base has entries that are too large")
    first, total = 0, 0
    for number, block in enumerate(blocks):
        size, claim = nth(block, 0), nth(block, 1)
        if first + size > t.v:
            raise Refused("blocks go beyond the last maximum")
        found = sum(_inputs(t, c, m, lacks) for m in range(first, first + size))
        if claim > found:
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
        first, total = first + size, total + claim
    return total


def _inputs(t: Tables, c: Certificate, m: int, lacks: Lacks) -> int:
    """Those with the maximum `m`; none if its leads are wrong."""
    one, zero, base = ones(t.bits, t.v), 4 * power(2, t.width), c.nat("base")
    lift = shift_left(zero + 1, t.bits * m)
    test = OneAboveOthers.of(t.bits, one, m)
    leads = [unpack(t.width + 4, m + 1, nth(c.row(name), m)) for name in LEADS]
    own = [nth(t.direct, q) + nth(t.token, q) + t.last for q in range(t.v)]
    families = (
        (t.token, nth(t.position, m) + base),
        (t.direct, minus(power(2, t.width) * one, base)),
        (own, 0),
        (t.direct, nth(t.token, m) + nth(t.position, m)),
    )
    for each, (rows, extra) in zip(leads, families, strict=True):
        if len(rows) <= m:
            return 0
        if not all(test.test(d, row + extra + lift) for d, row in zip(each, rows, strict=False)):
            return 0
    token, *others = leads
    asked = (Asked(t, q, m, token, *(each[q] for each in others)) for q in range(m + 1))
    return sum(_of_query(each, c, lacks(each)) for each in asked)


def _of_query(asked: Asked, c: Certificate, size: Callable[[int, int, int], int]) -> int:
    """Those with one query and one maximum (`pairCount`)."""
    t, q, parts = asked.t, asked.q, c.nat("parts")
    every = asked.spare(nth(t.mass, q))
    if every == 0:
        return 0
    whole, total = lane(t.bits, nth(t.high, q), 1) * parts, 1
    for others in range(1, t.n + (q == asked.m)):
        here = asked.spare(lane(t.bits, nth(t.low, q), minus(t.n, others)))
        spare = minus(min(every, here), 1) if min(every, here) else None
        if spare is None:
            continue
        new, before = [], 0
        for place, level in enumerate(c.row("levels") if others > 1 else [parts]):
            more = minus(size(div(level * spare, whole), others, place), before)
            new.append((level, more))
            before += more
        total += comb(t.n, others) * _choices(new, others, parts)
    return total


def _choices(tokens: Sequence[tuple[int, int]], others: int, parts: int) -> int:
    """How many choices of so many tokens have levels that add up to `parts` at most."""
    ways = {0: 1}
    for _ in range(others):
        longer: dict[int, int] = {}
        for total, number in ways.items():
            for level, more in tokens:
                if more and total + level <= parts:
                    longer[total + level] = longer.get(total + level, 0) + number * more
        ways = longer
    return sum(ways.values())
