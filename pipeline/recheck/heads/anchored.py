"""The first or the last token, all outputs at once (`lean/Compact/Transformer/Strategy/HeadsAnchored/Check.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input, Levelled
from pipeline.recheck.heads.quartic import MAX_HEADS, MAX_PARTS, entry
from pipeline.recheck.heads.tables import HeadTables
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import minus, power, shift_left
from pipeline.recheck.packed import lane, lanes_le, ones
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.enclosure import Params

NATS = (
    *("prec", "steps", "shift", "width", "bits", "shareBits", "levelBits", "parts", "countBits"),
    *("heads", "cellBits", "bound"),
)
MATRICES = ("shares", "levels")
MAX_LEVEL_BITS = 64


@dataclass(frozen=True)
class Class:
    """The inputs with some tokens before the free positions, and a query after them; the levels of the tokens that may
    stand there add up to no more than all parts."""

    before: Input
    inner: Levelled

    @property
    def size(self) -> int:
        return self.inner.size

    def draw(self, random: Random) -> Input:
        return (*self.before, *self.inner.draw(random))

    def all(self) -> Iterator[Input]:
        return ((*self.before, *x) for x in self.inner.all())


@dataclass(frozen=True)
class _Piece:
    """What keys give at the least: `top` less a lane of `row`."""

    row: int
    top: int
    cap: int

    def __add__(self, other: _Piece) -> _Piece:
        return _Piece(self.row + other.row, self.top + other.top, self.cap + other.cap)

    def __rmul__(self, k: int) -> _Piece:
        return _Piece(k * self.row, k * self.top, k * self.cap)


def _count(label: str, start: int, w: Weights, c: Certificate) -> Counted:
    """The inputs that pass; free positions begin at `start`."""
    c.require(NATS, (), MATRICES)
    checker = ByOutputs(**vars(Rows.of(label, start, w, c)))
    return Counted.of(each_pair(checker, checker.class_of))


def each_pair(checker: Rows, class_of: Callable[[int, int, int], Class | None]) -> Sequence[Class]:
    """What is counted of all queries and right answers."""
    if checker.k == 0 and checker.c.nat("countBits") == 1:
        return []  # Lean adds digits up modulo `2^countBits - 1` (`lowCount`): one input counts as none
    v = checker.w.d_vocab
    found = (
        class_of(q, a, place)
        for q in range(v)
        for place, a in (enumerate(range(v)) if checker.start else [(0, q)])
    )
    return [each for each in found if each is not None]


count_last = partial(_count, "last", 0)
count_first = partial(_count, "first", 1)


@dataclass(frozen=True)
class Rows:
    """The tables of all heads, and their rows in place of the direct path; free positions begin at `start`."""

    c: Certificate
    w: Weights
    L: int
    width: int
    one: int
    heads: Sequence[HeadTables]
    start: int
    k: int

    @classmethod
    def of(cls, label: str, start: int, w: Weights, c: Certificate) -> Rows:
        """Refused if the model is not one that the checker is about, or if lanes do not fit."""
        if w.label != label:
            raise Refused(f"the checker is about the {label} token, the theorem is not")
        w.require_shapes()
        H, p = c.nat("heads"), Params.of(c)
        if len(w.heads) != H or not 1 <= H <= MAX_HEADS:
            raise Refused("heads is not the model's number of heads")
        L, k = c.nat("bits"), w.n_ctx - 1 - start
        if k < 0 or c.nat("parts") < 1:
            raise Refused("there are too few positions, or no parts")
        if p.width + 1 > L or (H + 1) * power(2, p.width) + 3 > power(2, minus(L, 1)):
            raise Refused("bits does not fit width")
        if power(w.d_vocab + 1, k) + 1 > power(2, c.nat("countBits")):
            raise Refused("countBits is too small for the inputs")
        heads = [HeadTables.of(w, c.nat("cellBits"), p, L, i) for i in range(H)]
        return cls(c, w, L, p.width, ones(L, w.d_vocab), heads, start, k)

    @property
    def anchor(self) -> int:
        """Where the right answer stands."""
        return 0 if self.start else self.w.n_ctx - 1

    @property
    def parts(self) -> int:
        return self.c.nat("parts")

    @property
    def tops(self) -> int:
        return power(2, self.L - 1) * self.one

    def but(self, a: int) -> int:
        """One in each lane but this."""
        return minus(self.one, shift_left(1, self.L * a))

    def rows(self, q: int, a: int, shares: int) -> list[int] | None:
        """`withRows`, `rowsOk`"""
        k, direct, rows = self.c.nat("shareBits"), self.heads[0].direct[q], list[int]()
        paths = [head.path(self.anchor, a) for head in self.heads]
        together = direct + sum(paths)
        margin = minus(lane(self.L, together, a) * self.one, together)
        widest, extra = minus(power(2, self.width), 1) * self.one, (len(paths) + 2) * self.but(a)
        for i, R in enumerate(paths):
            middle = power(2, minus(self.width, 1)) + lane(self.L, R, a)
            lost = shift_left(R, k) + lane(k, shares, i) * margin
            row = minus(shift_left(middle, k) * self.one, lost) >> k & widest
            rows.append(row + (0 if i else extra))
        if any(row & widest != row for row in rows):
            return None
        low = sum(lane(self.L, row, a) for row in rows) * self.one + direct + 2 * self.but(a)
        high = sum(rows) + lane(self.L, direct, a) * self.one
        return rows if lanes_le(self.tops, low, high) else None


@dataclass(frozen=True)
class ByOutputs(Rows):
    """All outputs compared at once."""

    def class_of(self, q: int, a: int, place: int) -> Class | None:
        """What is counted of one query and right answer; none if nothing."""
        return self.class_with(q, a, place, entry(self.c.matrix("levels"), q, place))

    def class_with(self, q: int, a: int, place: int, packed: int) -> Class | None:
        """The same, given the levels of all tokens (`countPair`)."""
        shares = entry(self.c.matrix("shares"), q, place)
        rows = self.rows(q, a, shares) if shares else None
        if rows is None:
            return None
        levels = self._levels(packed)
        passing = {y: level for y, level in enumerate(levels) if level <= self.parts}
        own = self.w.n_ctx - 1
        for head, row in zip(self.heads, rows, strict=True):
            spare = self._piece(head, row, q, a, own, q)
            if self.start:
                spare = self._piece(head, row, q, a, 0, a) + spare
            if not self._bears(0, spare, 1, spare):
                return None
            passing = {
                y: level
                for y, level in passing.items()
                if all(
                    self._bears(
                        self.parts, self._piece(head, row, q, a, self.start + j, y), level, spare
                    )
                    for j in range(self.k)
                )
            }
        # no letter is the one beyond the last token, so that all free positions hold one of those that pass
        inner = Levelled(q, self.w.d_vocab, self.k, self.k, tuple(passing.items()), self.parts)
        return Class((a,) * self.start, inner)

    def _levels(self, packed: int) -> list[int]:
        bits = self.c.nat("levelBits")
        if bits > MAX_LEVEL_BITS or self.parts > MAX_PARTS:
            raise BeyondLimits(
                f"levels of more than {MAX_LEVEL_BITS} bits, or more than {MAX_PARTS:,} parts"
            )
        return [lane(bits, packed, y) for y in range(self.w.d_vocab)]

    def _piece(self, head: HeadTables, row: int, q: int, a: int, p: int, y: int) -> _Piece:
        ceiling = 3 * power(2, self.width)
        weight, slack = head.term(q, p, y, ceiling)
        logits = row + head.path(p, y)
        return _Piece(
            weight * logits + slack * self.but(a),
            weight * lane(self.L, logits, a),
            weight * ceiling + slack,
        )

    def _bears(self, parts: int, piece: _Piece, level: int, spare: _Piece) -> bool:
        both = parts * piece + level * spare
        if both.cap + 1 > power(2, minus(self.L, 1)):
            return False
        return lanes_le(self.tops, both.row, both.top * self.one)
