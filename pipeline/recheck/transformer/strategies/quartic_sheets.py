"""All outputs of each token compared with its level (`lean/Compact/Transformer/Strategy/Quartic/Sheet/Pair.lean`).

Lean's checker compares all tokens of a class in one number; here each token has a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted, Group, Levelled
from pipeline.recheck.natural import div, minus, nth, power, shift_left
from pipeline.recheck.packed import lane, lanes_le, ones, pack, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import margin, mass, tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

NATS = ("laneBits", "spareBits", "partBits", "fracBits", "countBits", "mostRows")
ROWS = ("shifts", "parts", "firsts")
SHIFT_BITS = 16
LEVEL_BITS = 4


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that are counted: as many as the certificate says of all blocks of maxima, if it is right."""
    blocks = _blocks(w, c)
    claimed = [nth(block, 1) for block in c.matrix("blocks")]
    for number, (claim, (_, counted)) in enumerate(zip(claimed, blocks, strict=True)):
        if claim > counted.number:
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
    return Counted(sum(claimed), [group for _, counted in blocks for group in counted.groups])


def _blocks(w: Weights, c: Certificate) -> list[tuple[int, Counted]]:
    """For each block of maxima, how many maxima, and the inputs that are counted."""
    by_margin = "units" in c.fields
    by_mass = "tokenWeights" in c.fields
    more = (*(margin.NATS if by_margin else ()), *(mass.NATS if by_mass else ()))
    c.require((*tables.NATS, *NATS, *more, "bound"), (*tables.ROWS, *ROWS), ("planes", "blocks"))
    t, blocks, first = checked_tables(w, c), list[tuple[int, Counted]](), 0
    if by_margin:
        margin.require_units(w, c)
    for block in c.matrix("blocks"):
        size = nth(block, 0)
        if by_margin:
            margin.require_room(c, t)
        if first + size > t.v or t.n < 1:
            raise Refused("blocks go beyond the last maximum, or there is one position only")
        sheets = Sheets.of(t, c)
        groups = (
            each
            for m in range(first, first + size)
            for s in ([sheets] if not by_margin else _raised(t, c, m))
            for each in s.maximum(m)
        )
        blocks.append((size, _weighed(t, c, Counted.of(groups)) if by_mass else Counted.of(groups)))
        first += size
    return blocks


def _weighed(t: Tables, c: Certificate, found: Counted) -> Counted:
    """The same inputs, counted by what they weigh."""
    each = mass.weights(c, t.v)
    if max(power(sum(each), t.n), sum(each) + 1) >= power(2, c.nat("countBits")):
        raise Refused("countBits is too small for the weights")
    return Counted(sum(mass.of_group(each, group) for group in found.groups), found.groups)


def _raised(t: Tables, c: Certificate, m: int) -> list[Sheets]:
    """The sheets for the maximum `m`, for a margin; none if direct paths are raised too far."""
    more = margin.raised(t, c.nat("units"), m)
    if more is None:
        return []
    return [Sheets.of(replace(t, direct=[row + more for row in t.direct]), c)]


@dataclass(frozen=True)
class Sheets:
    """Rows in lanes of `bits` bits, and what the certificate says of levels."""

    t: Tables
    c: Certificate
    bits: int
    unit: int
    one: int
    tops: int
    token: Sequence[int]
    last: int

    @classmethod
    def of(cls, t: Tables, c: Certificate) -> Sheets:
        """With levels, and numbers of inputs."""
        found = cls.narrow(t, c)
        if c.nat("partBits") >= found.bits:
            raise Refused("laneBits is too small for partBits")
        if t.v >= 16 * c.nat("countBits") or power(t.v + 1, t.n) + 1 > power(2, c.nat("countBits")):
            raise Refused("countBits is too small for the inputs")
        return found

    @classmethod
    def narrow(cls, t: Tables, c: Certificate) -> Sheets:
        """Without."""
        bits, unit = c.nat("laneBits"), power(2, t.width)
        if t.width + 5 > bits or t.width + 3 > t.bits or t.v >= bits:
            raise Refused("laneBits is too small")
        if t.prec + 2 > t.bits:
            raise Refused("lanes are too narrow for factors")
        if c.nat("spareBits") >= bits:
            raise Refused("laneBits is too small for spareBits")
        one = ones(bits, t.v)
        return cls(
            t=t,
            c=c,
            bits=bits,
            unit=unit,
            one=one,
            tops=power(2, bits - 1) * one,
            token=[_narrow(t, bits, nth(t.token, k)) for k in range(t.v)],
            last=_narrow(t, bits, t.last),
        )

    def row(self, wide: int) -> int:
        """A row of the tables in these lanes."""
        return _narrow(self.t, self.bits, wide)

    def maximum(self, m: int) -> Iterator[Group]:
        """The inputs that are counted with the maximum `m`."""
        position = self.row(nth(self.t.position, m))
        planes, shifts = self.c.matrix("planes"), nth(self.c.row("shifts"), m)
        firsts, least = nth(self.c.row("firsts"), m), self.least_gaps(m)
        codes = planes[m] if m < len(planes) else []
        for q in range(m + 1):
            direct = self.row(nth(self.t.direct, q))
            pair = Pair.of(self, q, m, direct, position, lane(SHIFT_BITS, shifts, q))
            if pair is not None:
                first = min(m, lane(SHIFT_BITS, firsts, q))
                yield from pair.classes(nth(codes, q), first, least[first])

    def gaps(self, m: int, row: int, constant: int) -> int:
        """By how much each lane is below that of `m`, and a constant."""
        return minus((lane(self.bits, row, m) + constant) * self.one, row)

    def least_gaps(self, m: int) -> Sequence[int]:
        """Those of the first `0, 1, ..., m` tokens together (`leastGaps`)."""
        least = [2 * self.unit] * self.t.v
        rows = [pack(self.bits, least)]
        for token in range(m):
            here = unpack(self.bits, self.t.v, self.gaps(m, self.token[token], self.unit))
            least = list(map(min, least, here))
            rows.append(pack(self.bits, least))
        return rows

    def at_most(self, a: int, b: int) -> bool:
        """Is each lane at most that of the other?"""
        return lanes_le(self.tops, a, b)

    def around(self, m: int, row: int) -> tuple[int, int]:
        """By how much each lane is below that of `m`, and by how much above it."""
        entries = unpack(self.bits, self.t.v, row)
        below = [minus(entries[m], entry) for entry in entries]
        above = [minus(entry, entries[m]) for entry in entries]
        return pack(self.bits, below), pack(self.bits, above)


@dataclass(frozen=True)
class Pair:
    """One query and one maximum: what is gained and what is lost, in units of `2^shift`."""

    sheets: Sheets
    q: int
    m: int
    base: int
    shift: int
    factor: int
    gain: int
    own: int
    loss: int

    @classmethod
    def of(cls, s: Sheets, q: int, m: int, direct: int, position: int, shift: int) -> Pair | None:
        """None if lanes are too narrow for it."""
        t = s.t
        lows = nth(t.tokenLo, q)
        factor, own = lane(t.bits, lows, m), lane(t.bits, lows, q) * nth(t.own, q)
        most, kept = nth(t.mass, q) * factor >> shift, own >> shift
        slack = (lane(t.bits, nth(t.slack, q), m) >> shift) + 1
        if (most + kept + 2) * 4 * s.unit + slack > power(2, s.c.nat("spareBits")) - 1:
            return None
        base = direct + position
        gain, down = s.around(m, s.token[m] + base)
        own_gain, own_down = s.around(m, s.token[q] + direct + s.last)
        others = s.one - shift_left(1, s.bits * m)
        loss = (most + 1) * down + (kept + 1) * own_down + slack * others
        return cls(s, q, m, base, shift, factor, gain, kept * own_gain, loss)

    def gained(self, U: int) -> int:
        """What is gained if the positions with the maximum weigh so much."""
        return (U * self.factor >> self.shift) * self.gain + self.own

    def classes(self, code: int, first: int, least: int) -> Iterator[Group]:
        """Of all classes; the first tokens share a row, whose gaps are given."""
        s, t, q, m = self.sheets, self.sheets.t, self.q, self.m
        if s.at_most(self.loss, self.gained(nth(t.mass, q))):
            yield Class(q, m, t.n, 0, ())
        if code and m - first < s.c.nat("mostRows"):
            rows = [least, *(s.gaps(m, s.token[k], s.unit) for k in range(first, m))]
            base = s.gaps(m, self.base, 3 * s.unit)
            gaps, parts = [row + base for row in rows], self._parts(first)
            classes = range(1, t.n + 1 if q == m else t.n)
            if code & 1:
                yield from self._together(code >> 1, classes, first, gaps, parts)
            else:
                for others in classes:
                    planes = code >> 1 + 5 * len(gaps) * (others - 1)
                    levels = self._levels(planes, others, first, gaps, parts)
                    if levels is not None:
                        yield Levelled(q, m, t.n, others, levels, nth(s.c.row("parts"), others - 1))

    def _together(
        self, planes: int, classes: range, first: int, gaps: Sequence[int], each: Sequence[int]
    ) -> Iterator[Group]:
        """All classes with other tokens, if that with the most decides."""
        t = self.sheets.t
        levels = self._levels(planes, classes[-1], first, gaps, each) if classes else None
        if levels is None:
            return
        low, parts = nth(t.low, self.q), nth(self.sheets.c.row("parts"), classes[-1] - 1)
        for others in classes:
            if lane(t.bits, low, t.n - classes[-1]) <= lane(t.bits, low, t.n - others):
                yield Levelled(self.q, self.m, t.n, others, levels, parts)

    def _parts(self, first: int) -> Sequence[int]:
        """One part of what is spared, for each row, over its weight."""
        s, t = self.sheets, self.sheets.t
        cap, whole = power(2, s.c.nat("partBits")) - 1, power(2, self.shift + s.c.nat("fracBits"))
        heaviest, lows = lane(t.bits, nth(t.high, self.q), 1), nth(t.tokenLo, self.q)
        weights = [(heaviest + 1) * low for low in unpack(t.bits, max(1, self.m), lows)]
        rows = [max(weights[: max(1, first)]), *weights[first : self.m]]
        return [min(cap, div(whole, weight + 1)) for weight in rows]

    def _levels(
        self, code: int, others: int, first: int, gaps: Sequence[int], each: Sequence[int]
    ) -> list[tuple[int, int]] | None:
        """The tokens that are counted and their levels, if all of them pass in the class with so many others."""
        s, t = self.sheets, self.sheets.t
        parts = nth(s.c.row("parts"), others - 1)
        scale = shift_left(parts, s.c.nat("fracBits"))
        gained = self.gained(lane(t.bits, nth(t.low, self.q), t.n - others))
        most = shift_left(15, s.c.nat("partBits") + s.c.nat("spareBits"))
        if not parts or most + scale * 8 * s.unit > power(2, s.bits - 1):
            return None
        if not s.at_most(self.loss, gained):
            return None
        spare, levels = gained - self.loss, list[tuple[int, int]]()
        for row, gap in enumerate(gaps):
            bits = [code >> (plane * len(gaps) + row) & 1 for plane in range(LEVEL_BITS + 1)]
            if bits[0]:
                level = sum(bit << i for i, bit in enumerate(bits[1:]))
                tokens = range(first) if row == 0 else [first + row - 1]
                levels += [(token, level) for token in tokens]
                needed = scale * 4 * s.unit * s.one
                if not s.at_most(needed, scale * gap + level * each[row] * spare):
                    return None
        return levels


def _narrow(t: Tables, bits: int, row: int) -> int:
    """A row of the tables in lanes of so many bits."""
    return pack(bits, unpack(t.bits, t.v, row))
