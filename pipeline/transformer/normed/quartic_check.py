"""The check of quartic for a model with norms (mirror of `Transformer/Strategy/NormedQuartic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.transformer.heads.checker import count_levels
from pipeline.transformer.normed.balls import ZERO, Ball, Balls, add_all, dot, exp_below
from pipeline.transformer.normed.check import NormedCheck
from pipeline.transformer.normed.tilt import Leaning, Tilts

Lanes = npt.NDArray[Any]
"""Naturals of any size, a lane an output."""
Levels = list[int | None]
"""Of tokens; `None` for one that is left out."""


@dataclass(frozen=True)
class Key:
    """A position with a token, seen from a query: its row, and what that may be too much."""

    row: Lanes
    slack: int
    weight: int = 0
    spread: int = 0
    """The lower bound of its exponential, and by how much that may be more."""


@dataclass(frozen=True)
class Query:
    """The keys at all positions but the last with all tokens, and at the last with the query itself."""

    others: list[list[Key]]
    last: Key


@dataclass(frozen=True)
class Rows:
    """What all outputs read: of what the head writes, by position and token; of a query alone."""

    outs: list[list[Balls]]
    own: list[Balls]

    @classmethod
    def of(cls, check: NormedCheck) -> Rows:
        """Those of a model with one head; `NotPositive` if a norm cannot be bounded."""
        model, zeros = check.model, [ZERO] * check.model.d_model
        [head] = check.heads
        outs = [
            [_reads(check, check.affine(head.outs, zeros, value)) for value in row]
            for row in head.values
        ]
        own = [
            _reads(check, add_all(check.resid(model.n_ctx - 1, q), check.b_O))
            for q in range(model.d_vocab)
        ]
        return cls(outs, own)

    def every(self) -> list[Ball]:
        """All of them."""
        rows = [*self.own, *(row for rows in self.outs for row in rows)]
        return [ball for row in rows for ball in row]


def _reads(check: NormedCheck, xs: Sequence[Ball]) -> Balls:
    """What all outputs read from a vector before the last division (`withReads`)."""
    d = check.model.d_model
    cs = check.centred(xs)
    return [dot(cs, column).shrink(d << check.model.frac) for column in check.unembed]


@dataclass(frozen=True)
class Classes:
    """Those of a query and a maximum with something to spare: the levels of tokens, and the inputs of all."""

    levels: Mapping[int, Levels]
    inputs: int

    def packed(self, m: int, parts: int, bits: int) -> int:
        """The levels of all classes; one that is too large for a token that is left out."""
        return sum(
            (parts + 1 if level is None or c == 0 else level) << bits * (c * m + s)
            for c, levels in self.levels.items()
            for s, level in enumerate(levels)
        )


class Counted(NamedTuple):
    """What is counted, and the levels: for each maximum and query those of all tokens and classes, packed."""

    bound: int
    levels: list[list[int]]


@dataclass(frozen=True)
class QuarticCheck:
    """The check of one model under one choice of rounding."""

    check: NormedCheck
    rows: Rows
    offset: int
    width: int
    radius: int
    parts: int

    @property
    def level_bits(self) -> int:
        """Bits of a level, which may be one more than all parts."""
        return (self.parts + 1).bit_length()

    @property
    def count_bits(self) -> int:
        """Bits of a number of inputs; of one position two, as digits are added up modulo `2^bits - 1`."""
        model = self.check.model
        return max(2, int((model.d_vocab + 1) ** (model.n_ctx - 1)).bit_length())

    @property
    def most(self) -> int:
        """More than a lane of a row: twice that, if rows are tilted."""
        return 1 << self.check.rounding.prec + self.width + 1 + self.leans

    @property
    def leans(self) -> bool:
        """Is there a bias of the unembedding?"""
        return "b_U" in self.check.model.biases

    @cached_property
    def tilts(self) -> Tilts:
        """What such a bias is worth."""
        return Tilts(self.check)

    @property
    def bits(self) -> int:
        """Bits of a lane that are enough."""
        return (self.parts * (self.check.model.n_ctx + 1) * 3 * self.most).bit_length() + 1

    def fits(self, x: Ball) -> bool:
        """Does a logit fit in a lane, and is its radius small?"""
        lifted = (1 << self.offset) + x.plus - x.minus
        return 0 <= lifted < 1 << self.width and x.radius <= self.radius

    def count(self) -> Counted:
        """The largest bound that the Lean checker accepts, and the levels with which it does."""
        if not self.check.form.fit or not all(map(self.fits, self.rows.every())):
            return Counted(0, [])
        v, found = self.check.model.d_vocab, 0
        levels = [[0] * (m + 1) for m in range(v)]
        for q in range(v):
            query = self._query(q)
            if query is None:
                return Counted(0, [])
            for m in range(q, v):
                keys = self._tilted(query, m, q) if self.leans else query
                if keys is None:
                    continue
                pair = self._pair(keys, m, q)
                found += pair.inputs
                levels[m][q] = pair.packed(m, self.parts, self.level_bits)
        return Counted(found, levels)

    def _lift(self, row: Sequence[Ball]) -> Lanes:
        return np.array([(1 << self.offset) + x.plus - x.minus for x in row], dtype=object)

    def _key(self, e: Ball, own: Lanes, row: Lanes) -> Key | None:
        wide, four = 2 << self.width, 4 * self.radius
        slack = e.plus * four + e.radius * (wide + four)
        if e.plus > 1 << self.check.rounding.prec or slack > self.most:
            return None
        return Key(e.plus * (own + row), slack, e.plus, e.radius)

    def _scores(self, query: Balls, keys: Sequence[Balls]) -> Balls:
        """The scores of all tokens at a position: of the centres of keys, and what their radii amount to."""
        radius = max((x.radius for key in keys for x in key), default=0)
        more = sum((x.plus + x.minus + x.radius) * radius for x in query)
        return [
            self.check.score(query, [Ball(x.plus, x.minus, 0) for x in key], more) for key in keys
        ]

    def _query(self, q: int) -> Query | None:
        check, n = self.check, self.check.model.n_ctx - 1
        [head] = check.heads
        scores = [self._scores(head.queries[q], row) for row in head.keys]
        every = [each for row in scores for each in row]
        b = sum(x.minus for x in every)
        a = max(x.plus + x.radius + max(0, b - x.minus) for x in every)
        own = self._lift(self.rows.own[q])

        def key(p: int, y: int) -> Key | None:
            e = exp_below(check.form, check.one, a, b, scores[p][y])
            return self._key(e, own, self._lift(self.rows.outs[p][y]))

        last = key(n, q)
        others = [[key(p, y) for y in range(check.model.d_vocab)] for p in range(n)]
        known = [[each for each in row if each is not None] for row in others]
        if last is None or any(len(a) < len(b) for a, b in zip(known, others, strict=True)):
            return None
        return Query(known, last)

    def _tilted(self, query: Query, m: int, q: int) -> Query | None:
        """The keys of a query and a maximum, tilted by biases; `None` if one is too large (`tilted`)."""
        leaning, n, guide = self.tilts.leaning(m), len(query.others), self.tilts.guide(q, m)
        if not guide.is_positive:
            return None

        def tilt(key: Key, p: int, y: int) -> Key:
            top = self.tilts.sides[q].reaches[p][y].top
            return self._tilt(leaning, key, top, self.tilts.low(guide, q, m, p, y))

        last = tilt(query.last, n, q)
        others = [
            [tilt(key, p, y) for y, key in enumerate(row[: m + 1])]
            for p, row in enumerate(query.others)
        ]
        if any(key.slack > self.most for row in [*others, [last]] for key in row):
            return None
        return Query(others, last)

    def _tilt(self, leaning: Leaning, key: Key, top: int, low: Ball) -> Key:
        """`tiltBy`."""
        less, wide = low.minus + low.radius, 1 << self.width
        if (top + low.plus + less) * leaning.most > wide:
            return Key(np.zeros_like(key.row), self.most + 1)
        lanes = top * leaning.above + low.plus * (leaning.most - leaning.below)
        lanes = lanes + less * leaning.below
        return Key(key.row + key.weight * lanes, key.slack + key.spread * wide)

    def behind(self, m: int, key: Key) -> Lanes:
        """By how much each lane of a key, with its slack, is ahead of the lane `m`, shifted up; zero there."""
        found = np.asarray(key.row + (key.slack + self.most - key.row[m]))
        found[m] = 0
        return found

    def _pair(self, query: Query, m: int, q: int) -> Classes:
        """The classes of a query and a maximum."""
        n = self.check.model.n_ctx - 1
        zero = np.zeros(self.check.model.d_vocab, dtype=object)

        def worst(y: int) -> Lanes:
            found = zero
            for row in query.others:
                found = np.maximum(found, self.behind(m, row[y]))
            return found

        below = np.array([worst(y) for y in range(m)], dtype=object).reshape(m, len(zero))
        top, last = worst(m), self.behind(m, query.last)
        levels, inputs = dict[int, Levels](), 0
        for c in range(n + 1 if q == m else n):
            spare = (n + 1) * self.most - 1 - c * self.most - ((n - c) * top + last)
            if (spare >= 0).all():
                levels[c] = _levels(self.parts * (below - self.most), spare, self.parts)
                inputs += count_levels(levels[c], c, n, self.parts)
        return Classes(levels, inputs)


def _levels(lacks: Lanes, spare: Lanes, parts: int) -> Levels:
    """The least level of each token, or `None` if it lacks more than all parts."""
    out = np.asarray((lacks > parts * spare).any(axis=1))
    least = -(-np.maximum(lacks, 0) // np.maximum(spare, 1))
    return [
        None if o else max(row, default=0)
        for o, row in zip(out.tolist(), least.tolist(), strict=True)
    ]
