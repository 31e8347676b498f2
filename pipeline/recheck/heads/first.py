"""The first token, by boxes of inputs (`lean/Compact/Transformer/Strategy/HeadsFirst/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input
from pipeline.recheck.heads.quartic import MAX_HEADS, entry
from pipeline.recheck.heads.tables import HeadTables
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import minus, nth, power, shift_left
from pipeline.recheck.packed import lane, lanes_le, ones
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.enclosure import Params

NATS = ("prec", "steps", "shift", "width", "bits", "shareBits", "heads", "cellBits", "bound")
MATRICES = ("shares", "leads", "tokenShort", "posShort")


@dataclass(frozen=True)
class Box:
    """The inputs with one first token and one query, and any of some tokens in between."""

    first: int
    query: int
    tokens: Sequence[int]
    between: int

    @property
    def size(self) -> int:
        return power(len(self.tokens), self.between)

    def draw(self, random: Random) -> Input:
        inside = (random.choice(self.tokens) for _ in range(self.between))
        return (self.first, *inside, self.query)

    def all(self) -> Iterator[Input]:
        for inside in product(self.tokens, repeat=self.between):
            yield (self.first, *inside, self.query)


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that pass."""
    c.require(NATS, (), MATRICES)
    if w.label != "first":
        raise Refused("the checker is about the first token, the theorem is not")
    w.require_shapes()
    H, p = c.nat("heads"), Params.of(c)
    if len(w.heads) != H or not 1 <= H <= MAX_HEADS:
        raise Refused("heads is not the model's number of heads")
    L = c.nat("bits")
    if w.n_ctx < 2 or p.width + 5 > L or (H + 1) * power(2, p.width) + 3 > power(2, minus(L, 1)):
        raise Refused("there is one position only, or bits does not fit width")
    shorts = (c.matrix("tokenShort"), c.matrix("posShort"))
    heads = [
        _Head(
            HeadTables.of(w, c.nat("cellBits"), p, L, i),
            *((each[i] if i < len(each) else []) for each in shorts),
        )
        for i in range(H)
    ]
    checker = _Checker(c, w, L, p.width, ones(L, w.d_vocab), heads)
    if not all(checker.shorts_right(a) for a in range(w.d_vocab)):
        raise Refused("a shortfall is too small")
    pairs = product(range(w.d_vocab), repeat=2)
    return Counted.of([box for q, a in pairs if (box := checker.box(q, a)) is not None])


@dataclass(frozen=True)
class _Head:
    """The tables of a head and its shortfalls."""

    tables: HeadTables
    token_short: Sequence[int]
    pos_short: Sequence[int]


@dataclass(frozen=True)
class _Checker:
    c: Certificate
    w: Weights
    L: int
    width: int
    one: int
    heads: Sequence[_Head]

    @property
    def tops(self) -> int:
        return power(2, self.L - 1) * self.one

    @property
    def short_bits(self) -> int:
        return self.width + 2

    def but(self, a: int) -> int:
        return minus(self.one, shift_left(1, self.L * a))

    def shorts_right(self, a: int) -> bool:
        """`shortsOk`"""
        for head in self.heads:
            tables = head.tables
            token, position = nth(head.token_short, a), nth(head.pos_short, a)
            for best, rows, short in (
                (tables.token[a], tables.token, token),
                (tables.position[0], tables.position, position),
            ):
                for i, row in enumerate(rows):
                    most = lane(self.L, row, a) + lane(self.short_bits, short, i)
                    low = row + lane(self.L, best, a) * self.one
                    if not lanes_le(self.tops, low, best + most * self.one):
                        return False
        return True

    def box(self, q: int, a: int) -> Box | None:
        """What is counted of one query and first token; none if nothing (`countPair`)."""
        shares, leads = entry(self.c.matrix("shares"), q, a), entry(self.c.matrix("leads"), q, a)
        if not shares or not self._rows_right(q, a, shares, leads):
            return None
        passing, n = set(range(self.w.d_vocab)), self.w.n_ctx
        for i, head in enumerate(self.heads):
            lead = lane(self.short_bits, leads, i)
            spare = head.tables.term(q, 0, a, self._ceiling)[0] * lead
            spare -= self._takes(head, lead, q, a, 0, a) + self._takes(head, lead, q, a, n - 1, q)
            if spare < 0:
                return None
            part = spare // (n - 2) if n > 2 else 0
            passing &= {
                y
                for y in passing
                if all(self._takes(head, lead, q, a, p, y) <= part for p in range(1, n - 1))
            }
        return Box(a, q, sorted(passing), n - 2)

    @property
    def _ceiling(self) -> int:
        return 3 * power(2, self.width)

    def _takes(self, head: _Head, lead: int, q: int, a: int, p: int, y: int) -> int:
        least, slack = head.tables.term(q, p, y, self._ceiling)
        short = lane(self.short_bits, nth(head.token_short, a), y)
        short += lane(self.short_bits, nth(head.pos_short, a), p)
        return least * minus(short, lead) + slack

    def _rows_right(self, q: int, a: int, shares: int, leads: int) -> bool:
        """`withRows`, `rowsOk`"""
        k, direct = self.c.nat("shareBits"), self.heads[0].tables.direct[q]
        together = direct + sum(head.tables.path(0, a) for head in self.heads)
        margin = minus(lane(self.L, together, a) * self.one, together)
        widest, rows = minus(power(2, self.width), 1) * self.one, []
        for i, head in enumerate(self.heads):
            R = head.tables.path(0, a)
            middle = power(2, minus(self.width, 1)) + lane(self.L, R, a)
            lost = shift_left(R, k) + lane(k, shares, i) * margin
            row = minus(shift_left(middle, k) * self.one, lost) >> k & widest
            row += 0 if i else (len(self.heads) + 2) * self.but(a)
            path = row + R
            led = path + lane(self.short_bits, leads, i) * self.but(a)
            if row & widest != row:
                return False
            if not lanes_le(self.tops, led, lane(self.L, path, a) * self.one):
                return False
            rows.append(row)
        low = sum(lane(self.L, row, a) for row in rows) * self.one + direct + 2 * self.but(a)
        return lanes_le(self.tops, low, sum(rows) + lane(self.L, direct, a) * self.one)
