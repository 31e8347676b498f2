"""Classes with tokens that fail, counted by leads (`lean/Compact/Mixture`).

Written from the Lean definitions: inputs are counted by going through sums of levels, not by a power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Group, Levelled
from pipeline.recheck.natural import div, minus, nth, power, shift_left
from pipeline.recheck.packed import OneAboveOthers, lane, ones, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import margin, mass, tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

NATS = (*tables.NATS, "base", "parts", "countBits", "bound")
LEADS = ("tokenLead", "directLead", "ownLead", "selfLead")
ROWS = (*tables.ROWS, *LEADS)

Lacks = Callable[["Asked"], Callable[[int, int, int], Sequence[int]]]
"""For a query and a maximum: the tokens that lack at most a threshold, in a class and at the place of a level."""
Pairs = Callable[["Asked", Certificate], Iterable[Group]]
"""The inputs with a query and a maximum that are counted."""


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
) -> Counted:
    """What the certificate says of all blocks of maxima, if it is right; tokens by what they lack at each level."""

    def pairs(asked: Asked, c: Certificate) -> Iterable[Group]:
        return _of_query(asked, c, lacks(asked))

    return count_pairs(w, c, nats, (*rows, "levels"), pairs, lambda _bits, _token, row: row)


def count_pairs(
    w: Weights,
    c: Certificate,
    nats: Sequence[str],
    rows: Sequence[str],
    pairs: Pairs,
    seen: Callable[[int, int, int], int],
) -> Counted:
    """The same, for any way to count a pair; `seen` is what leads of tokens are compared with."""
    by_margin = "units" in c.fields
    by_mass = "tokenWeights" in c.fields
    more = (*(margin.NATS if by_margin else ()), *(mass.NATS if by_mass else ()))
    c.require((*NATS, *nats, *more), (*ROWS, *rows), ("blocks",))
    t = checked_tables(w, c)
    if by_margin:
        margin.require_units(w, c)
    blocks = c.matrix("blocks")
    if not blocks:
        return Counted.of(())
    if t.width + 5 > t.bits or t.n < 1 or c.nat("parts") < 1:
        raise Refused("bits does not fit width, or there is one position only, or parts is 0")
    power(
        power(2, c.nat("countBits")), c.nat("parts") + 1
    )  # what `lowCount` cuts off, if it can be evaluated
    each = mass.weights(c, t.v) if by_mass else [1] * t.v
    if power(sum(each), t.n) >= power(2, c.nat("countBits")):
        raise Refused("countBits does not hold the number of inputs")
    if by_margin:
        margin.require_room(c, t)
    mask = minus(power(2, t.width), 1) * ones(t.bits, t.v)
    if c.nat("base") & mask != c.nat("base"):
        raise Refused("base has entries that are too large")
    first, total, groups = 0, 0, list[Group]()
    for number, block in enumerate(blocks):
        size, claim = nth(block, 0), nth(block, 1)
        if first + size > t.v:
            raise Refused("blocks go beyond the last maximum")
        found = [each for m in range(first, first + size) for each in _inputs(t, c, m, pairs, seen)]
        if claim > sum(mass.of_group(each, group) if by_mass else group.size for group in found):
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
        groups += found
        first, total = first + size, total + claim
    return Counted(total, [group for group in groups if group.size])


def _inputs(
    t: Tables, c: Certificate, m: int, pairs: Pairs, seen: Callable[[int, int, int], int]
) -> list[Group]:
    """Those with the maximum `m`; none if its leads are wrong."""
    one, zero, base = ones(t.bits, t.v), 4 * power(2, t.width), c.nat("base")
    lift = shift_left(zero + 1, t.bits * m)
    test = OneAboveOthers.of(t.bits, one, m)
    leads = [unpack(t.width + 4, m + 1, nth(c.row(name), m)) for name in LEADS]
    own = [nth(t.direct, q) + nth(t.token, q) + t.last for q in range(t.v)]
    more = margin.raised(t, c.nat("units"), m) if "units" in c.fields else 0
    if more is None:
        return []
    families = (
        ([seen(t.bits, k, row) for k, row in enumerate(t.token)], nth(t.position, m) + base),
        (t.direct, minus(power(2, t.width) * one, base) + more),
        (own, more),
        (t.direct, nth(t.token, m) + nth(t.position, m) + more),
    )
    for each, (rows, extra) in zip(leads, families, strict=True):
        if len(rows) <= m:
            return []
        if not all(test.test(d, row + extra + lift) for d, row in zip(each, rows, strict=False)):
            return []
    token, *others = leads
    asked = (Asked(t, q, m, token, *(each[q] for each in others)) for q in range(m + 1))
    return [group for each in asked for group in pairs(each, c)]


def _of_query(
    asked: Asked, c: Certificate, lacking: Callable[[int, int, int], Sequence[int]]
) -> Iterator[Group]:
    """Those with one query and one maximum (`pairCount`)."""
    t, q, m, parts = asked.t, asked.q, asked.m, c.nat("parts")
    every = asked.spare(nth(t.mass, q))
    if every == 0:
        return
    yield Levelled(q, m, t.n, 0, (), parts)
    whole = lane(t.bits, nth(t.high, q), 1) * parts
    for others in range(1, t.n + (q == m)):
        here = asked.spare(lane(t.bits, nth(t.low, q), minus(t.n, others)))
        if not min(every, here):
            continue
        spare, levels = min(every, here) - 1, dict[int, int]()
        for place, level in enumerate(c.row("levels") if others > 1 else [parts]):
            for token in lacking(div(level * spare, whole), others, place):
                levels.setdefault(token, level)
        yield Levelled(q, m, t.n, others, tuple(levels.items()), parts)
