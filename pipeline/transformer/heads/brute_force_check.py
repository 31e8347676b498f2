"""The check of brute force for any number of heads (mirror of `Transformer/Strategy/HeadsBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.numbers.lanes import Lanes
from pipeline.transformer.checker.enclosure import Enclosure, Params

Label = Callable[[Sequence[int]], int]


@dataclass(frozen=True)
class Head:
    """The tables of a head, rows packed."""

    enclosure: Enclosure
    token: Sequence[int]
    pos: Sequence[int]


@dataclass(frozen=True)
class Term:
    """One position of a head, and sums of them."""

    logits: int
    slack: int
    weight: int

    def __add__(self, other: Term) -> Term:
        return Term(
            self.logits + other.logits, self.slack + other.slack, self.weight + other.weight
        )


@dataclass(frozen=True)
class HeadsCheck:
    """The check of one model under one choice of rounding."""

    params: Params
    n_ctx: int
    lanes: Lanes
    heads: Sequence[Head]
    direct: Sequence[int]
    label: Label

    @classmethod
    def of(cls, enclosures: Sequence[Enclosure], label: Label) -> HeadsCheck:
        first, H = enclosures[0], len(enclosures)
        params, n_ctx = first.params, len(first.pos_row)
        # what one head's logits need, a bit for each doubling of the number of heads, and what `guess` needs
        bits = 2 * (params.prec + params.width) + n_ctx.bit_length() + 3 + H.bit_length() - 1
        lanes = Lanes.of(len(first.token_row), bits)
        heads = [
            Head(
                T, [lanes.pack(row) for row in T.token_row], [lanes.pack(row) for row in T.pos_row]
            )
            for T in enclosures
        ]
        direct = [lanes.pack(row) for row in first.direct_row]
        return cls(params, n_ctx, lanes, heads, direct, label)

    @property
    def fits(self) -> bool:
        """Are tables narrow, and lanes wide enough for all rows together?"""
        width, bits = self.params.width, self.lanes.bits
        room = ((len(self.heads) + 1) << width) + 2 < 1 << (bits - 1)
        return room and width < bits and all(head.enclosure.narrow for head in self.heads)

    def count(self) -> int:
        """The largest bound that the Lean checker accepts."""
        return sum(1 for _ in self.passing()) if self.fits else 0

    def passing(self) -> Iterator[tuple[int, ...]]:
        """The inputs that pass.  Means nothing unless it `fits`."""
        for q in range(len(self.direct)):
            terms = [
                [
                    [self.term(head, q, p, k) for k in range(len(head.token))]
                    for p in range(self.n_ctx)
                ]
                for head in self.heads
            ]
            start = [of_head[-1][q] for of_head in terms]
            yield from self._below(terms, q, self.n_ctx - 1, start, (q,))

    def _below(
        self,
        terms: Sequence[Sequence[Sequence[Term]]],
        q: int,
        p: int,
        sums: Sequence[Term],
        x: tuple[int, ...],
    ) -> Iterator[tuple[int, ...]]:
        if p == 0:
            if self._passes(q, sums, x):
                yield x
            return
        for k in range(len(self.direct)):
            longer = [
                of_head[p - 1][k] + so_far for of_head, so_far in zip(terms, sums, strict=True)
            ]
            yield from self._below(terms, q, p - 1, longer, (k, *x))

    def term(self, head: Head, q: int, p: int, k: int) -> Term:
        """What the token `k` at the position `p` adds to the sums of a head."""
        by_token, by_position = head.enclosure.token_exp[q][k], head.enclosure.pos_exp[q][p]
        lo, hi = by_token.lo * by_position.lo, by_token.hi * by_position.hi
        slack = max(0, hi - lo) * (3 << self.params.width) + 3 * hi
        return Term(lo * (head.pos[p] + head.token[k]), slack, lo)

    def _passes(self, q: int, sums: Sequence[Term], x: tuple[int, ...]) -> bool:
        m, lanes, rows = self.label(x), self.lanes, []
        if m >= lanes.count:
            return False
        for each in sums:
            row = self.even(m, each)
            if row is None:
                return False
            rows.append(row)
        bits, one, direct = lanes.bits, lanes.ones, self.direct[q]
        low = sum(_read(lanes, row, m) for row in rows) * one + direct + 2 * (one - (1 << bits * m))
        high = sum(rows) + _read(lanes, direct, m) * one
        tops = one << (bits - 1)
        return (high + tops - low) & tops == tops

    def even(self, m: int, head: Term) -> int | None:
        """A row that the head makes good, for an input with the right answer `m`; `None` if it is refused."""
        row = self.guess(m, head)
        within = row & (((1 << self.params.width) - 1) * self.lanes.ones) == row
        good = within and self.above(m, head.slack, head.logits + head.weight * row)
        return row if good else None

    def above(self, m: int, slack: int, row: int) -> bool:
        """Is the lane `m` above all others by more than the slack?"""
        return _above(self.lanes, m, slack, row)

    def guess(self, m: int, head: Term) -> int:
        """The row of a head for an input with the right answer `m` (`guess`)."""
        width, one, W = self.params.width, self.lanes.ones, head.weight
        e = max(0, self.lanes.bits - width - 2)
        full = ((1 << width) - 1) * one
        average = head.logits * ((1 << e) // W if W else 0) >> e & full
        extra = (head.slack // W if W else 0) + 2
        return max(0, max(0, full - extra * one) - average) + (extra << self.lanes.bits * m)


def _read(lanes: Lanes, row: int, m: int) -> int:
    return row >> lanes.bits * m & ((1 << lanes.bits) - 1)


def _above(lanes: Lanes, m: int, slack: int, row: int) -> bool:
    """Is the lane above all others by more than the slack (`Lane.test`)?"""
    y = _read(lanes, row, m)
    if slack >= y:
        return False
    top = 1 << (lanes.bits - 1)
    mask = top * lanes.ones - (top << lanes.bits * m)
    return max(0, (top + y - slack - 1) * lanes.ones - row) & mask == mask
