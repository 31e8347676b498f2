"""All outputs of all tokens compared at once (mirror of `lean/Compact/Transformer/Strategy/Quartic/Sheet/Pair.lean`).

What the positions with the maximum, and the query, can spare over each output is one row, rounded down to a few dozen
bits.  The level of a token is how many parts of it that token may take.  Python computes the least levels and writes
them into the certificate; the checker only compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import comb

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.tables import Tables

MOST_LEVEL = 15
"""A level has four bits."""
KEEP_BITS = 16
"""Bits that are kept of what is spared, before it is multiplied with logits."""
SHIFT_BITS = 16
"""Of a shift, and of a number of tokens, in a certificate."""
FINER = 10
"""A token's part has so many more bits, where it weighs as much as the maximum."""
COARSER = 16
"""... and so many more where it weighs next to nothing."""
ALIKE = 1 - 1e-13
"""Numbers of inputs in float64 that are this close are the same."""
SAFE = 1 + 1e-9
"""Levels are computed in float64, and rounded up."""

Row = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """How sheets are laid out (`Sheets` in Lean, without the planes)."""

    lane_bits: int
    spare_bits: int
    part_bits: int
    frac_bits: int
    count_bits: int
    parts: Sequence[int]

    @classmethod
    def of(cls, t: Tables, parts: Sequence[int]) -> Layout:
        spare_bits = KEEP_BITS + t.width + 4
        frac_bits, part_bits = KEEP_BITS + FINER, FINER + COARSER
        lane = 15 << (part_bits + spare_bits)
        lane += max(parts, default=0) << (frac_bits + 3 + t.width)
        exact: int = (t.v + 1) ** t.n
        lane_bits = max(lane.bit_length() + 1, t.v + 1, t.width + 5)
        return cls(
            lane_bits,
            spare_bits,
            part_bits,
            frac_bits,
            max(exact.bit_length(), t.v // 16 + 1),
            parts,
        )


def parts_for(n: int) -> list[int]:
    """For each number of other tokens: in how many parts is divided what can be spared.  As many as a level can be; of
    many tokens each has a share of a few, so that rounding levels up costs little."""
    return [max(MOST_LEVEL, SHARE * c) for c in range(1, n + 1)]


SHARE = 3
"""Of all parts, what equal shares would be at least."""


@dataclass(frozen=True)
class Shape:
    """How the inputs of one query and one maximum are decided."""

    first: int
    """So many tokens share a row."""
    together: bool
    """Does the class with the most other tokens decide for all?"""


NOTHING = Shape(0, False)
"""Where no class with other tokens is counted."""


@dataclass(frozen=True)
class Pair:
    """What is counted of one query and one maximum."""

    q: int
    m: int
    alone: bool
    """Does the class without other tokens pass?"""
    shape: Shape
    levels: Mapping[int, Sequence[int | None]]
    """For each number of other tokens with a test: the level of each row, if its tokens are counted."""
    classes: Sequence[int] = ()
    """The numbers of other tokens, if one test decides for all."""

    @property
    def rows(self) -> int:
        return self.m - self.shape.first + 1

    def runs(self, parts: Sequence[int]) -> Iterator[Run]:
        """The classes that are counted, their tokens and levels."""
        if self.alone:
            yield Run(self.q, self.m, 0, 0, ())
        for c, rows in self.levels.items():
            each = [rows[max(0, s + 1 - self.shape.first)] for s in range(self.m)]
            counted = [(s, level) for s, level in enumerate(each) if level is not None]
            if counted:
                tokens, levels = zip(*counted, strict=True)
                for others in self.classes if self.shape.together else (c,):
                    yield Run(self.q, self.m, others, others, tokens, levels, parts[c - 1])

    def code(self) -> int:
        """Whether one test decides, and the planes, packed; 0 if no class with other tokens is counted."""
        packed = 0
        for c, levels in self.levels.items():
            start = 0 if self.shape.together else 5 * (c - 1)
            for row, level in enumerate(levels):
                if level is not None:
                    bits = 1 | level << 1
                    for plane in range(5):
                        packed |= (bits >> plane & 1) << self.rows * (start + plane) + row
        return packed << 1 | self.shape.together if packed else 0


@dataclass(frozen=True)
class Sheets:
    """Rows of the tables, as arrays."""

    t: Tables
    layout: Layout
    shapes: Sequence[Sequence[Shape | None]] | None = None
    """`[m][q]`: how pairs are decided (`None`: not at all), if that is given; if not, as is cheapest."""
    price: float = 0
    """So many inputs may be lost to save one operation."""
    weights: Sequence[float] | None = None
    """What tokens weigh, where inputs count for what they weigh; 1 on average."""

    @cached_property
    def token(self) -> Row:
        return np.array(self.t.token, dtype=np.int64)

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """All queries and maxima, but for those of which nothing is counted."""
        each = (self.pair(q, m) for m in range(self.t.v) for q in range(m + 1))
        return [pair for pair in each if pair is not None]

    def runs(self) -> Iterator[Run]:
        """The classes that are counted, their tokens and levels."""
        for pair in self.pairs:
            yield from pair.runs(self.layout.parts)

    def shift(self, q: int, m: int) -> int:
        """So that `KEEP_BITS` are kept of the factors."""
        t = self.t
        total = t.mass[q] * t.token_lo[q][m] + t.token_lo[q][q] * t.own[q]
        return min(max(0, total.bit_length() - 1 - KEEP_BITS), (1 << SHIFT_BITS) - 1)

    def pair(self, q: int, m: int) -> Pair | None:
        """One query and one maximum (`countPair`)."""
        t, layout = self.t, self.layout
        unit = 1 << t.width
        factor, own = t.token_lo[q][m], t.token_lo[q][q] * t.own[q]
        most = t.mass[q] * factor
        shift = self.shift(q, m)
        kept, own_kept = most >> shift, own >> shift
        slack = (t.slack[q][m] >> shift) + 1
        if (kept + own_kept + 2) * 4 * unit + slack > (1 << layout.spare_bits) - 1:
            return None
        direct = np.array(t.direct[q], dtype=np.int64)
        direct[:m] += t.units
        direct[m + 1 :] += t.units
        base = direct + np.array(t.position[m], dtype=np.int64)
        gain, down = _around(self.token[m] + base, m)
        own_gain, own_down = _around(self.token[q] + direct + np.array(t.last), m)
        owned = own_kept * own_gain
        loss = (kept + 1) * down + (own_kept + 1) * own_down + slack
        loss[m] -= slack
        alone = bool((loss <= kept * gain + owned).all())
        spares = dict[int, Row]()
        for c in with_others(t.n, q, m) if m else ():
            spare = ((t.low[q][t.n - c] * factor) >> shift) * gain + owned - loss
            if (spare >= 0).all() and layout.parts[c - 1]:
                spares[c] = np.delete(spare, m)
        if not spares:
            return Pair(q, m, alone, NOTHING, {})
        paths = self.token[:m] + base
        lacks = np.delete(paths - paths[:, [m]], m, axis=1).astype(np.float64)
        needs = self._needs(q, m, shift, lacks, spares)
        return self._shared(q, m, alone, needs)

    def _needs(
        self, q: int, m: int, shift: int, lacks: Floats, spares: Mapping[int, Row]
    ) -> dict[int, tuple[Floats, Floats]]:
        """For each class: the least levels of all tokens, and of the first `1, 2, ...` of them together."""
        t, cap = self.t, (1 << self.layout.part_bits) - 1
        whole = 1 << (shift + self.layout.frac_bits)
        weights = [(t.high[q][1] + 1) * t.token_lo[q][s] for s in range(m)]
        units = _units(whole, cap, weights)
        together = _units(whole, cap, accumulate(weights, max))
        least = np.maximum.accumulate(lacks, axis=0)
        needs = {}
        for c, spare in spares.items():
            scale = float(self.layout.parts[c - 1] << self.layout.frac_bits) * SAFE
            needs[c] = _need(lacks, spare, scale, units), _need(least, spare, scale, together)
        return needs

    def _shared(
        self, q: int, m: int, alone: bool, needs: Mapping[int, tuple[Floats, Floats]]
    ) -> Pair:
        """In the shape that is given, or in the cheapest."""
        classes = self._classes(q, m)
        shape = self._shape(classes, q, m, needs) if self.shapes is None else self.shapes[m][q]
        if shape is None:
            return Pair(q, m, alone, NOTHING, {})
        first, levels = min(m, shape.first), {}
        for c, (each, together) in needs.items():
            if shape.together and c != classes[-1]:
                continue
            most = min(self.layout.parts[c - 1], MOST_LEVEL)
            shared = together[first - 1] if first else np.inf
            rows = [shared, *each[first:]]
            levels[c] = [None if need > most else int(np.ceil(need)) for need in rows]
        if all(level is None for rows in levels.values() for level in rows):
            return Pair(q, m, alone, NOTHING, {})
        return Pair(q, m, alone, Shape(first, shape.together), levels, classes)

    def _classes(self, q: int, m: int) -> Sequence[int]:
        """The numbers of other tokens in whose classes the maximum weighs no less than in the last one."""
        low, n = self.t.low[q], self.t.n
        each = list(with_others(n, q, m))
        return [c for c in each if low[n - each[-1]] <= low[n - c]]

    def _shape(
        self, classes: Sequence[int], q: int, m: int, needs: Mapping[int, tuple[Floats, Floats]]
    ) -> Shape | None:
        """That which costs least, in lost inputs and in operations; `None` if all classes cost too much."""
        t, parts = self.t, self.layout.parts
        rows = np.arange(m + 1, 0, -1)

        weights = np.ones(t.v) if self.weights is None else np.array(self.weights)

        def counted(c: int, others: int) -> Floats:
            fixed = comb(t.n, others) * float(weights[q] * weights[m] ** (t.n - others))
            return fixed * _counts(*needs[c], others, parts[c - 1], weights)

        def cheapest(together: bool, tests: int, counts: Floats) -> tuple[float, float, Shape]:
            """Its price and its operations."""
            costs = rows * (5 * t.v + 8) + tests * (7 * t.v + rows * (12 * t.v + 75))
            prices = np.where(counts >= best * ALIKE, 0, best - counts) + self.price * costs
            first = int(np.lexsort((costs, prices))[0])
            return float(prices[first]), float(costs[first]), Shape(first, together)

        apart, last = np.sum([counted(c, c) for c in needs], axis=0), classes[-1]
        best = apart[0]
        found = [cheapest(False, len(needs), apart)]
        if last in needs:
            found.append(cheapest(True, 1, np.sum([counted(last, c) for c in classes], axis=0)))
        price, _, shape = min(found, key=lambda each: each[:2])
        return shape if price < best or not self.price else None


def _units(whole: int, cap: int, weights: Iterable[int]) -> Floats:
    """One part of what is spared, for each weight (`unitPart`)."""
    return np.array([min(cap, whole // (weight + 1)) for weight in weights], dtype=np.float64)


def _need(lacks: Floats, spare: Row, scale: float, units: Floats) -> Floats:
    """The least levels, not rounded."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(lacks <= 0, 0.0, lacks / spare.astype(np.float64)).max(axis=1)
        need: Floats = np.where(ratio == 0, 0.0, ratio * scale / units)
    return need


def _counts(each: Floats, together: Floats, c: int, parts: int, weights: Floats) -> Floats:
    """For `0, 1, ...` tokens in the first row: how many choices of `c` tokens have levels that fit, nearly,
    or what they weigh."""
    m, most = len(each), min(parts, MOST_LEVEL)
    own, before = np.zeros((m + 1, most + 1)), np.concatenate(([0], np.cumsum(weights[:m])))
    for s in reversed(range(m)):
        own[s] = own[s + 1]
        if each[s] <= most:
            own[s, int(np.ceil(each[s]))] += weights[s]
    for first in range(1, m + 1):
        if together[first - 1] <= most:
            own[first, int(np.ceil(together[first - 1]))] += before[first]
    ways = np.zeros((m + 1, parts + 1))
    ways[:, 0] = 1
    for _ in range(c):
        longer = np.zeros_like(ways)
        for level in range(most + 1):
            longer[:, level:] += ways[:, : parts + 1 - level] * own[:, [level]]
        ways = longer
    total: Floats = ways.sum(axis=1)
    return total


def _around(row: Row, m: int) -> tuple[Row, Row]:
    """By how much each entry is below that of the maximum, and by how much above."""
    return np.maximum(row[m] - row, 0), np.maximum(row - row[m], 0)
