"""Rows of logits, head by head (`lean/Compact/Transformer/Strategy/HeadsQuartic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from pipeline.recheck.certificate import Certificate, Field
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import minus, nth, power, shift_left
from pipeline.recheck.packed import lane, lanes_le, ones, unpack
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.tables import Tables

OF_ALL = ("prec", "steps", "shift", "width", "bits", "v", "n", "scoreBits", "argBits")
WRITTEN = ("rowBits", "factorBits", "gapError", "gapShift")
SLACK = ("slackFactor", "slackGap", "slackOwn")
HEAD_ROWS = (*(name for name in tables.ROWS if name != "slack"), *SLACK)
"""Of each head, for each token, query or position."""
SHARED = (*OF_ALL, *WRITTEN)
"""Numbers of tables that are the same for all heads."""
OF_QUERIES = ("low", "high", "posArg")
"""Rows with a lane for each position; others have one for each token."""
LANES = {
    **dict.fromkeys(("token", "direct", "position", "posRow"), "rowBits"),
    **dict.fromkeys(("tokenLo", "low", "high"), "factorBits"),
    **dict.fromkeys(("tokenArg", "posArg"), "argBits"),
}
"""In lanes of how many bits rows are written (`HeadsTables.at`)."""
OWN = ("parts", "countBits", "shareBits", "levelBits", "heads", "cellBits", "bound")
MAX_HEADS = 1 << 10
MAX_PARTS = 1 << 14
FIRST_BITS = 16
MAX_LANES = 1 << 12
MAX_LANE_BITS = 1 << 14


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that are counted: as many as the certificate says of all blocks of maxima, if it is right."""
    matrices = (*HEAD_ROWS, "shares", "levels", "blocks")
    c.require((*SHARED, *OWN), ("last",), matrices)
    checker = Checker.of(c, every_table(w, c))
    checker = replace(checker, level_bits=c.nat("levelBits"), levels=c.matrix("levels"))
    return in_blocks(c, checker, 1, checker.groups)


def every_table(w: Weights, c: Certificate) -> Sequence[Tables]:
    """The tables of all heads, if they are those of the model, and if this is about its largest token."""
    if w.label != "maximum":
        raise Refused("the checker is about the maximum, the theorem is not")
    heads = c.nat("heads")
    if heads != len(w.heads) or not 1 <= heads <= MAX_HEADS:
        raise Refused("heads is not the model's number of heads")
    w.require_shapes()
    return [checked_tables(w.plain(c.nat("cellBits"), i), of_head(c, i)) for i in range(heads)]


def in_blocks(
    c: Certificate, checker: Checker, room: int, groups_of: Callable[[int], Iterator[Levelled]]
) -> Counted:
    """What is counted for all maxima, if blocks count as much as they say; lanes have `room` beside a logit."""
    groups, first = list[Levelled](), 0
    for number, block in enumerate(c.matrix("blocks")):
        size, claimed = nth(block, 0), nth(block, 1)
        if first + size > checker.v or checker.n < 1 or checker.parts < 1:
            raise Refused("blocks go beyond the last maximum, or there is one position only")
        if checker.width + room > checker.bits:
            raise Refused("bits does not fit width")
        if power(checker.v + 1, checker.n) + 1 > power(2, c.nat("countBits")):
            raise Refused("countBits is too small for the inputs")
        found = [g for m in range(first, first + size) for g in groups_of(m)]
        if claimed > sum(group.size for group in found):
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
        groups += found
        first += size
    claimed = sum(nth(block, 1) for block in c.matrix("blocks"))
    return Counted(claimed, [group for group in groups if group.size])


def of_head(c: Certificate, i: int) -> Certificate:
    """The tables of a head, in lanes of `bits` or `scoreBits`."""
    fields: dict[str, Field] = {name: c.nat(name) for name in OF_ALL}
    for name in HEAD_ROWS:
        matrix = c.matrix(name)
        rows = matrix[i] if i < len(matrix) else []
        if name in LANES:
            count = c.nat("n") + 1 if name in OF_QUERIES else c.nat("v")
            wide = c.nat("scoreBits" if name.endswith("Arg") else "bits")
            rows = [apart(c.nat(LANES[name]), wide, count, row) for row in rows]
        fields[name] = rows
    last = apart(c.nat("rowBits"), c.nat("bits"), c.nat("v"), nth(c.row("last"), i))
    written = {name: c.nat(name) for name in ("gapError", "gapShift")}
    slack = slacks(Certificate({**fields, **written}))
    return Certificate({**fields, "last": last, "slack": slack})


def slacks(c: Certificate) -> list[int]:
    """The slacks of all queries, by maximum, from the factors of tokens (`slackRow`)."""
    bits, v, error, shift = c.nat("bits"), c.nat("v"), c.nat("gapError"), c.nat("gapShift")
    numbers = [c.row(name) for name in SLACK]
    if v > MAX_LANES or max(bits, shift) > MAX_LANE_BITS:
        raise BeyondLimits(f"more than {MAX_LANES:,} lanes, or {MAX_LANE_BITS:,} bits")
    found = []
    for q in range(v):
        factor, gap, own = (nth(row, q) for row in numbers)
        worst = accumulate((lane(bits, nth(c.row("tokenLo"), q), s) for s in range(v)), max)
        each = (factor * e + gap * (error + 1 + (e + error >> shift)) + own for e in worst)
        found.append(sum(slack << (bits * m) for m, slack in enumerate(each)))
    return found


def apart(narrow: int, wide: int, count: int, row: int) -> int:
    """`count` lanes of a row, in other lanes; those that do not fit run into the next, as in Lean."""
    if count > MAX_LANES or max(narrow, wide) > MAX_LANE_BITS:
        raise BeyondLimits(
            f"more than {MAX_LANES:,} lanes, or one of more than {MAX_LANE_BITS:,} bits"
        )
    return sum(lane(narrow, row, j) << (wide * j) for j in range(count))


@dataclass(frozen=True)
class Row:
    """A head for one query and one maximum (`HeadRow`, `HeadPair`)."""

    D: int
    max: int
    own: int
    tokens: int
    base: int
    max_row: int
    max_top: int
    own_row: int
    own_top: int
    loss: int
    losses: int

    def spared(self, U: int) -> tuple[int, int]:
        """What can be spared is the first less a lane of the second, if the maximum's positions weigh `U`."""
        top = U * self.max * self.max_top + self.own * self.own_top
        return top, U * self.max * self.max_row + self.own * self.own_row + self.losses


@dataclass(frozen=True)
class Checker:
    """The tables of all heads, and how classes are counted; the rows are those of other strategies, too."""

    tables: Sequence[Tables]
    parts: int
    share_bits: int
    shares: Sequence[Sequence[int]]
    one: int
    tops: int
    level_bits: int = 0
    levels: Sequence[Sequence[int]] = ()
    gaps: dict[tuple[int, int], list[list[int]]] = field(default_factory=dict)
    """What is known of first tokens, by head and maximum."""

    @classmethod
    def of(cls, c: Certificate, every: Sequence[Tables]) -> Checker:
        one = ones(every[0].bits, every[0].v)
        return cls(
            tables=every,
            parts=c.nat("parts"),
            share_bits=c.nat("shareBits"),
            shares=c.matrix("shares"),
            one=one,
            tops=power(2, minus(every[0].bits, 1)) * one,
        )

    @property
    def v(self) -> int:
        return self.tables[0].v

    @property
    def n(self) -> int:
        return self.tables[0].n

    @property
    def bits(self) -> int:
        return self.tables[0].bits

    @property
    def width(self) -> int:
        return self.tables[0].width

    def groups(self, m: int) -> Iterator[Levelled]:
        """The inputs that are counted with the maximum `m`."""
        for q in range(m + 1):
            yield from self.of_query(q, m)

    def of_query(self, q: int, m: int) -> Iterator[Levelled]:
        """The same with the query `q` (`countPair`)."""
        shares = entry(self.shares, m, q)
        rows = self.rows(q, m, shares) if shares else None
        if rows is None:
            return
        classes, code = range(self.n + 1 if q == m else self.n), entry(self.levels, m, q)
        if code % 2 == 0:
            for k in classes:
                passing = self._passing(q, m, k, rows)
                if passing is not None:
                    yield Levelled(q, m, self.n, k, tuple(passing.items()), self.parts)
            return
        # the class with the most other tokens decides for those that spare no less (`countClasses`)
        last = max(classes)
        passing = self._first_then_others(q, m, last, rows, code >> 1)
        if passing is None:
            return
        for k in classes:
            if all(self.weight(t, q, last) <= self.weight(t, q, k) for t in self.tables):
                yield Levelled(q, m, self.n, k, tuple(passing.items()), self.parts)

    def weight(self, t: Tables, q: int, k: int) -> int:
        """The least that the positions with the maximum weigh, in the class with `k` other tokens."""
        return lane(self.bits, nth(t.low, q), minus(self.n, k))

    def rows(self, q: int, m: int, shares: int) -> Sequence[Row] | None:
        """The rows of all heads; none if they are refused (`withRows`, `rowsOk`)."""
        bare = [nth(t.token, m) + nth(t.position, m) for t in self.tables]
        together = nth(self.tables[0].direct, q) + sum(bare)
        margin = minus(lane(self.bits, together, m) * self.one, together)
        but = minus(self.one, shift_left(1, self.bits * m))
        rows = []
        for i, t in enumerate(self.tables):
            share = lane(self.share_bits, shares, i)
            extra = (len(self.tables) + 2) * but if i == 0 else 0
            rows.append(self._row(t, q, m, self._given(t, m, share, margin) + extra))
        return rows if self._rows_right(q, m, rows, but) else None

    def _given(self, t: Tables, m: int, share: int, margin: int) -> int:
        """`rowOf`, without what is added"""
        R, k = nth(t.token, m) + nth(t.position, m), self.share_bits
        middle = power(2, minus(t.width, 1)) + lane(t.bits, R, m)
        whole = minus(shift_left(middle, k) * self.one, shift_left(R, k) + share * margin)
        return (whole >> k) & (minus(power(2, t.width), 1) * self.one)

    def _row(self, t: Tables, q: int, m: int, D: int) -> Row:
        lows = nth(t.tokenLo, q)
        base = D + nth(t.position, m)
        max_row, own_row = nth(t.token, m) + base, nth(t.token, q) + D + t.last
        loss = lane(t.bits, nth(t.slack, q), m) + 1
        return Row(
            D=D,
            max=lane(t.bits, lows, m),
            own=lane(t.bits, lows, q) * nth(t.own, q),
            tokens=lows,
            base=base,
            max_row=max_row,
            max_top=lane(t.bits, max_row, m),
            own_row=own_row,
            own_top=lane(t.bits, own_row, m),
            loss=loss,
            losses=loss * minus(ones(t.bits, t.v), shift_left(1, t.bits * m)),
        )

    def _rows_right(self, q: int, m: int, rows: Sequence[Row], but: int) -> bool:
        """`rowsOk`"""
        widest = minus(power(2, self.width), 1) * self.one
        for t, row in zip(self.tables, rows, strict=True):
            within = row.D & widest == row.D
            leads = lanes_le(self.tops, row.max_row, row.max_top * self.one)
            if not (within and leads and self._roomy(t, q, row)):
                return False
        if (len(rows) + 1) * power(2, self.width) + 3 > power(2, minus(self.bits, 1)):
            return False
        direct = nth(self.tables[0].direct, q)
        at_m = sum(lane(self.bits, row.D, m) for row in rows)
        every = sum(row.D for row in rows) + lane(self.bits, direct, m) * self.one
        return lanes_le(self.tops, at_m * self.one + direct + 2 * but, every)

    def _roomy(self, t: Tables, q: int, row: Row) -> bool:
        """Do lanes hold all numbers of a head (`HeadPair.roomy`)?"""
        r, unit = 4 * power(2, t.width), power(2, t.prec)
        inner = nth(t.mass, q) * unit * r + row.own * r + row.loss
        token = (2 * self.whole(t, q) + 2) * unit * r
        return (self.parts + 1) * inner + token + 1 <= power(2, minus(t.bits, 1))

    def whole(self, t: Tables, q: int) -> int:
        return lane(self.bits, nth(t.high, q), 1) * self.parts

    def _passing(self, q: int, m: int, k: int, rows: Sequence[Row]) -> dict[int, int] | None:
        """The tokens that pass in the class with `k` other tokens, and their levels; none if a head has nothing
        to spare (`eachToken`)."""
        spared = self._spared(q, k, rows)
        if spared is None:
            return None
        packed = entry(self.levels, m, q) >> 1
        levels = {s: self._level(packed, k * m + s) for s in range(m)}
        return self._that_pass(q, m, levels, rows, spared)

    def _first_then_others(
        self, q: int, m: int, k: int, rows: Sequence[Row], code: int
    ) -> dict[int, int] | None:
        """The same, the first tokens being compared at once (`firstThenEach`)."""
        spared = self._spared(q, k, rows)
        if spared is None:
            return None
        first, packed = min(m, code % (1 << FIRST_BITS)), code >> FIRST_BITS
        levels = {first + i: self._level(packed, i + 1) for i in range(m - first)}
        passing = self._that_pass(q, m, levels, rows, spared)
        level = self._level(packed, 0)
        if level <= self.parts and self._first_take(q, m, first, level, rows, spared):
            passing |= dict.fromkeys(range(first), level)
        return passing

    def _level(self, packed: int, place: int) -> int:
        if self.level_bits > 64 or self.parts > MAX_PARTS:
            raise BeyondLimits(f"levels of more than 64 bits, or more than {MAX_PARTS:,} parts")
        return lane(self.level_bits, packed, place)

    def _spared(self, q: int, k: int, rows: Sequence[Row]) -> Sequence[tuple[int, int]] | None:
        """What each head can spare in a class; none if one has nothing to spare."""
        found = [row.spared(self.weight(t, q, k)) for t, row in zip(self.tables, rows, strict=True)]
        enough = all(lanes_le(self.tops, lost, top * self.one) for top, lost in found)
        return found if enough else None

    def _that_pass(
        self,
        q: int,
        m: int,
        levels: Mapping[int, int],
        rows: Sequence[Row],
        spared: Sequence[tuple[int, int]],
    ) -> dict[int, int]:
        return {
            s: level
            for s, level in levels.items()
            if level <= self.parts and self._takes(q, m, s, level, rows, spared)
        }

    def _first_take(
        self,
        q: int,
        m: int,
        first: int,
        level: int,
        rows: Sequence[Row],
        spared: Sequence[tuple[int, int]],
    ) -> bool:
        """Do the first tokens take no more than the level in any head, all at once (`firstOk`)?"""
        for i, (t, row, (top, lost)) in enumerate(zip(self.tables, rows, spared, strict=True)):
            factor = max((lane(t.bits, row.tokens, s) for s in range(first)), default=0)
            weight, base = self.whole(t, q) * factor, unpack(t.bits, t.v, row.base)
            lacks = unpack(t.bits, t.v, lost)
            gaps = self._gaps_of_first(i, m, first)
            for gap, added, lack in zip(gaps, base, lacks, strict=True):
                if level * lack + weight * (gap + added) > level * top + weight * base[m]:
                    return False
        return True

    def _gaps_of_first(self, i: int, m: int, first: int) -> Sequence[int]:
        """By how much the rows of the first tokens are above their entries at `m`, at the most (`firstRow`)."""
        t = self.tables[i]
        known = self.gaps.setdefault((i, m), [[-power(2, t.width)] * t.v])
        while len(known) <= first:
            row = unpack(t.bits, t.v, nth(t.token, len(known) - 1))
            known.append([max(gap, e - row[m]) for gap, e in zip(known[-1], row, strict=True)])
        return known[first]

    def _takes(
        self,
        q: int,
        m: int,
        s: int,
        level: int,
        rows: Sequence[Row],
        spared: Sequence[tuple[int, int]],
    ) -> bool:
        """Does a token take no more than its level in any head (`tokenOk`)?"""
        for t, row, (top, lost) in zip(self.tables, rows, spared, strict=True):
            own = nth(t.token, s) + row.base
            weight = self.whole(t, q) * lane(t.bits, row.tokens, s)
            most = level * top + weight * lane(t.bits, own, m)
            if not lanes_le(self.tops, level * lost + weight * own, most * self.one):
                return False
        return True


def entry(matrix: Sequence[Sequence[int]], m: int, q: int) -> int:
    return nth(matrix[m], q) if m < len(matrix) else 0
