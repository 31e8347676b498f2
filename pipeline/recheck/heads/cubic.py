"""Numbers of tokens, head by head (`lean/Compact/Transformer/Strategy/HeadsCubic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.heads.quartic import (
    HEAD_ROWS,
    MAX_PARTS,
    SHARED,
    Checker,
    Row,
    entry,
    every_table,
    in_blocks,
)
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import div, minus, nth, power, shift_left
from pipeline.recheck.packed import lane, lanes_le
from pipeline.recheck.refused import BeyondLimits
from pipeline.recheck.transformer.tables import Tables

OWN = ("parts", "countBits", "shareBits", "heads", "cellBits", "bound")
MATRICES = (*HEAD_ROWS, "shares", "leads", "tokenShort", "ownShort", "blocks")
MAX_LEVELS = 1 << 10


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that are counted: as many as the certificate says of all blocks of maxima, if it is right."""
    c.require((*SHARED, *OWN), ("last", "levels"), MATRICES)
    checker = Numbers.of(c, every_table(w, c))
    return in_blocks(c, checker.rows, 5, checker.groups)


@dataclass(frozen=True)
class Spared:
    """A head in one class: what tokens lack, what can be spared, and the heaviest position times all parts."""

    lacks: Sequence[int]
    spare: int
    whole: int

    lead: int

    def bears(self, s: int, level: int, cap: int) -> bool:
        """Does the token lack no more than the level says (`threshold`)?"""
        return self.lacks[s] <= minus(cap, minus(cap, div(level * self.spare, self.whole)))


@dataclass(frozen=True)
class Numbers:
    """The tables of all heads, and what is claimed of leads and shortfalls."""

    rows: Checker
    levels: Sequence[int]
    leads: Sequence[Sequence[int]]
    token_short: Sequence[Sequence[int]]
    own_short: Sequence[Sequence[int]]

    @classmethod
    def of(cls, c: Certificate, every: Sequence[Tables]) -> Numbers:
        if c.nat("parts") > MAX_PARTS or len(c.row("levels")) > MAX_LEVELS:
            raise BeyondLimits(f"more than {MAX_PARTS:,} parts, or {MAX_LEVELS:,} levels")
        return cls(
            rows=Checker.of(c, every),
            levels=c.row("levels"),
            leads=c.matrix("leads"),
            token_short=c.matrix("tokenShort"),
            own_short=c.matrix("ownShort"),
        )

    @property
    def v(self) -> int:
        return self.rows.v

    @property
    def n(self) -> int:
        return self.rows.n

    @property
    def parts(self) -> int:
        return self.rows.parts

    @property
    def short_bits(self) -> int:
        return self.rows.width + 2

    def groups(self, m: int) -> Iterator[Levelled]:
        """The inputs that are counted with the maximum `m`; none if a shortfall is wrong (`countMaximum`)."""
        if not self.shorts_right(m):
            return
        for q in range(m + 1):
            yield from self.of_query(q, m)

    def of_query(self, q: int, m: int) -> Iterator[Levelled]:
        """The same with the query `q`, by the numbers of tokens (`countPair`)."""
        shares = entry(self.rows.shares, m, q)
        rows = self.rows.rows(q, m, shares) if shares else None
        if rows is not None and self._leads_right(q, m, rows):
            for k in range(self.n + 1 if q == m else self.n):
                yield from self._class(q, m, k, rows)

    def shorts_right(self, m: int) -> bool:
        """`shortsOk`"""
        return all(self._shorts_right(t, i, m) for i, t in enumerate(self.rows.tables))

    def short(self, table: Sequence[Sequence[int]], i: int, m: int, place: int) -> int:
        return lane(self.short_bits, entry(table, i, m), place)

    def _shorts_right(self, t: Tables, i: int, m: int) -> bool:
        """`shortsOk` of one head"""
        best = nth(t.token, m)
        tokens = all(
            self._within(best, nth(t.token, s), self.short(self.token_short, i, m, s), m)
            for s in range(m)
        )
        path = best + nth(t.position, m)
        return tokens and all(
            self._within(path, nth(t.token, q) + t.last, self.short(self.own_short, i, m, q), m)
            for q in range(m + 1)
        )

    def _within(self, best: int, row: int, short: int, m: int) -> bool:
        """Is the row nowhere above the best one by more than at `m`, and a number (`shortOk`)?"""
        bits, one = self.rows.bits, self.rows.one
        at_m = lane(bits, row, m)
        return lanes_le(
            self.rows.tops, row + lane(bits, best, m) * one, best + (at_m + short) * one
        )

    def _leads_right(self, q: int, m: int, rows: Sequence[Row]) -> bool:
        """`leadsOk`"""
        others = minus(self.rows.one, shift_left(1, self.rows.bits * m))
        return all(
            lanes_le(
                self.rows.tops,
                row.max_row + self._lead(q, m, i) * others,
                row.max_top * self.rows.one,
            )
            for i, row in enumerate(rows)
        )

    def _lead(self, q: int, m: int, i: int) -> int:
        return lane(self.short_bits, entry(self.leads, m, q), i)

    def _class(self, q: int, m: int, k: int, rows: Sequence[Row]) -> Iterator[Levelled]:
        """The class with `k` other tokens (`countClass`)."""
        heads = []
        for i, (t, row) in enumerate(zip(self.rows.tables, rows, strict=True)):
            lead = self._lead(q, m, i)
            U = lane(self.rows.bits, nth(t.low, q), minus(self.n, k))
            loss = row.own * self.short(self.own_short, i, m, q) + row.loss
            spare = (U * row.max + row.own) * lead - loss
            if spare < 0:
                return
            lacks = [
                lane(self.rows.bits, row.tokens, s)
                * minus(self.short(self.token_short, i, m, s), lead)
                for s in range(m)
            ]
            heads.append(Spared(lacks, spare, self.rows.whole(t, q), lead))
        levels = self.levelled(q, m, k, heads)
        yield Levelled(q, m, self.n, k, tuple(levels.items()), self.parts)

    def levels_of(self, k: int) -> Sequence[int]:
        """The levels that are distinguished in a class (`levelsFor`)."""
        return [] if k == 0 else [self.parts] if k == 1 else self.levels

    def levelled(self, q: int, m: int, k: int, heads: Sequence[Spared]) -> Mapping[int, int]:
        """Of each token that is counted, its level (`levelCounts`)."""
        cap = power(2, self.rows.tables[0].prec + self.short_bits) - 1
        found: dict[int, int] = {}
        for level in self.levels_of(k):
            bearing = [s for s in range(m) if all(head.bears(s, level, cap) for head in heads)]
            new = [s for s in bearing if s not in found]
            for s in new[: minus(len(bearing), len(found))]:
                found[s] = level
        return found
