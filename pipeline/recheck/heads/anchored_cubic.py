"""The first or the last token, by numbers (`lean/Compact/Transformer/Strategy/HeadsAnchoredCubic/Check.lean`).

Lean looks at all right answers of a query side by side; here each is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.heads.anchored import Class, Rows, each_pair
from pipeline.recheck.heads.cubic import MAX_LEVELS
from pipeline.recheck.heads.quartic import MAX_PARTS, entry
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import minus, power
from pipeline.recheck.packed import lane, lanes_le
from pipeline.recheck.refused import BeyondLimits, Refused

NATS = (
    *("prec", "steps", "shift", "width", "bits", "shareBits", "parts", "countBits", "lane"),
    *("heads", "cellBits", "bound"),
)
MATRICES = ("shares", "leads", "tokenShort", "posShort")


def _count(label: str, start: int, w: Weights, c: Certificate) -> Counted:
    """The inputs that pass; free positions begin at `start`."""
    c.require(NATS, ("levels",), MATRICES)
    checker = ByNumbers.of(label, start, w, c)
    if not checker.shorts_right():
        return Counted.of([])
    return Counted.of(each_pair(checker, checker.class_of))


count_last = partial(_count, "last", 0)
count_first = partial(_count, "first", 1)


@dataclass(frozen=True)
class _Head:
    """A head for one query and right answer: its lead, and what its own keys leave of what they give."""

    i: int
    lead: int
    gives: int
    takes: int


@dataclass(frozen=True)
class ByNumbers(Rows):
    """Numbers for leads and shortfalls."""

    @classmethod
    def of(cls, label: str, start: int, w: Weights, c: Certificate) -> ByNumbers:
        """Refused as rows are, or if lanes do not fit."""
        if c.nat("parts") > MAX_PARTS or len(c.row("levels")) > MAX_LEVELS:
            raise BeyondLimits(f"more than {MAX_PARTS:,} parts, or {MAX_LEVELS:,} levels")
        rows = Rows.of(label, start, w, c)
        if rows.width + 5 > rows.L or c.nat("lane") < 2:
            raise Refused("bits does not fit width, or lanes are too narrow")
        if w.d_vocab + 1 > power(2, c.nat("lane")):
            raise Refused("lanes cannot count the tokens")
        return cls(**vars(rows))

    @property
    def b(self) -> int:
        return self.width + 2

    @property
    def half(self) -> int:
        return power(2, self.c.nat("lane") - 2)

    def shorts_right(self) -> bool:
        """`shortsOk`"""
        for i, head in enumerate(self.heads):
            tokens = self._short_right(head.token, None, i, "tokenShort")
            if not (tokens and self._short_right(head.position, self.anchor, i, "posShort")):
                return False
        return True

    def _short_right(self, rows: Sequence[int], best: int | None, i: int, name: str) -> bool:
        """Each row against the best one, which is the right answer's own if none is named."""
        for place, row in enumerate(rows):
            for a in range(self.w.d_vocab):
                top = rows[a if best is None else best]
                most = lane(self.L, row, a) + self.short(name, i, place, a)
                if not lanes_le(
                    self.tops, row + lane(self.L, top, a) * self.one, top + most * self.one
                ):
                    return False
        return True

    def short(self, name: str, i: int, place: int, a: int) -> int:
        return lane(self.b, entry(self.c.matrix(name), i, place), a)

    def class_of(self, q: int, a: int, place: int) -> Class | None:
        """What is counted of one query and right answer; none if nothing (`countLane`)."""
        shares = entry(self.c.matrix("shares"), q, place)
        rows = self.rows(q, a, shares) if shares else None
        if rows is None:
            return None
        heads = [self._head(q, a, place, i) for i in range(len(rows))]
        for head, row in zip(heads, rows, strict=True):
            path = row + self.heads[head.i].path(self.anchor, a)
            led = path + head.lead * self.but(a)
            if not lanes_le(self.tops, led, lane(self.L, path, a) * self.one):
                return None
            if head.takes > head.gives:
                return None
        passing = dict[int, int]()
        for level in self.c.row("levels"):
            for y in range(self.w.d_vocab):
                if y not in passing and self._passes(q, a, y, level, heads):
                    passing[y] = level
        # no letter is the one beyond the last token, so that all free positions hold one of those that pass
        inner = Levelled(q, self.w.d_vocab, self.k, self.k, tuple(passing.items()), self.parts)
        return Class((a,) * self.start, inner)

    def _head(self, q: int, a: int, place: int, i: int) -> _Head:
        lead = lane(self.b, entry(self.c.matrix("leads"), q, i), place)
        own = [(self.w.n_ctx - 1, q), *[(0, a)] * self.start]
        each = [self._key(q, a, p, y, i, lead) for p, y in own]
        return _Head(
            i, lead, sum(gives for gives, _, _ in each), sum(takes for _, takes, _ in each)
        )

    def _key(self, q: int, a: int, p: int, y: int, i: int, lead: int) -> tuple[int, int, int]:
        """What a key gives and takes, and what it cannot surpass (`gives`, `takes`, `gainOf`)."""
        least, slack = self.heads[i].term(q, p, y, 3 * power(2, self.width))
        short = self.short("tokenShort", i, y, a) + self.short("posShort", i, p, a)
        return least * lead, least * short + slack, least * power(2, self.b + 1) + slack

    def _passes(self, q: int, a: int, y: int, level: int, heads: Sequence[_Head]) -> bool:
        """Does the token take no more than it gives, and its level's part of what each head can spare?"""
        if level > self.parts:
            return False
        for head in heads:
            spare = minus(head.gives, head.takes)
            spare = spare if self.parts * spare < self.half else 0
            for p in range(self.start, self.start + self.k):
                gives, takes, most = self._key(q, a, p, y, head.i, head.lead)
                if self.parts * most > self.half:
                    return False
                if self.parts * takes > self.parts * gives + level * spare:
                    return False
        return True
