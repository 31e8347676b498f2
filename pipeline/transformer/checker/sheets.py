"""All outputs of all tokens compared at once (mirror of `lean/Compact/Transformer/Strategy/Quartic/Sheet/Check.lean`).

What the positions with the maximum, and the query, can spare over each output is one row, rounded down to a few dozen
bits.  The level of a token is how many parts of it that token may take.  Python computes the least levels and writes
them into the certificate; the checker only compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.tables import Tables

MOST_LEVEL = 15
"""A level has four bits."""
KEEP_BITS = 16
"""Bits that are kept of what is spared, before it is multiplied with logits."""
SHIFT_BITS = 16
"""Of a shift, in a certificate."""
FINER = 10
"""A token's part has so many more bits, where it weighs as much as the maximum."""
COARSER = 16
"""... and so many more where it weighs next to nothing."""
SAFE = 1 + 1e-9
"""Levels are computed in float64, and rounded up."""

Row = npt.NDArray[np.int64]


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
        lane_bits = max(lane.bit_length() + 1, t.v + 1)
        return cls(
            lane_bits,
            spare_bits,
            part_bits,
            frac_bits,
            exact.bit_length(),
            parts,
        )


def parts_for(n: int) -> list[int]:
    """For each number of other tokens: in how many parts is divided what can be spared."""
    return [MOST_LEVEL if c <= SEVERAL else c * max(1, MOST_LEVEL // c) for c in range(1, n + 1)]


SEVERAL = 3
"""Up to so many other tokens, some may take much more than an equal share."""


@dataclass(frozen=True)
class Sheets:
    """Rows of the tables, as arrays."""

    t: Tables
    layout: Layout

    @cached_property
    def token(self) -> Row:
        return np.array(self.t.token, dtype=np.int64)

    def runs(self) -> Iterator[Run]:
        """The classes that are counted, their tokens and levels."""
        for m in range(self.t.v):
            for q in range(m + 1):
                yield from self.pair(q, m)

    def shift(self, q: int, m: int) -> int:
        """So that `KEEP_BITS` are kept of the factors."""
        t = self.t
        total = t.mass[q] * t.token_lo[q][m] + t.token_lo[q][q] * t.own[q]
        return min(max(0, total.bit_length() - 1 - KEEP_BITS), (1 << SHIFT_BITS) - 1)

    def pair(self, q: int, m: int) -> Iterator[Run]:
        """Those of one query and one maximum (`countPair`)."""
        t, layout = self.t, self.layout
        unit = 1 << t.width
        factor, own = t.token_lo[q][m], t.token_lo[q][q] * t.own[q]
        most = t.mass[q] * factor
        shift = self.shift(q, m)
        kept, own_kept = most >> shift, own >> shift
        slack = (t.slack[q][m] >> shift) + 1
        if (kept + own_kept + 2) * 4 * unit + slack > (1 << layout.spare_bits) - 1:
            return
        base = np.array(t.direct[q], dtype=np.int64) + np.array(t.position[m], dtype=np.int64)
        base[:m] += t.units
        base[m + 1 :] += t.units
        at_query = self.token[q] + np.array(t.direct[q]) + np.array(t.last)
        at_query[:m] += t.units
        at_query[m + 1 :] += t.units
        gain, down = _around(self.token[m] + base, m)
        own_gain, own_down = _around(at_query, m)
        owned = own_kept * own_gain
        loss = (kept + 1) * down + (own_kept + 1) * own_down + slack
        loss[m] -= slack
        if (loss <= kept * gain + owned).all():
            yield Run(q, m, 0, 0, ())
        if not m:
            return
        paths = self.token[:m] + base
        lacks = np.delete(paths - paths[:, [m]], m, axis=1).astype(np.float64)
        units = self._units(q, m, shift + layout.frac_bits)
        for c in with_others(t.n, q, m):
            spare = ((t.low[q][t.n - c] * factor) >> shift) * gain + owned - loss
            if (spare < 0).any():
                continue
            yield from self._class(q, m, c, lacks, np.delete(spare, m), units)

    def _units(self, q: int, m: int, scale: int) -> npt.NDArray[np.float64]:
        """One part of what is spared, for each token (`unitParts`)."""
        t, cap = self.t, (1 << self.layout.part_bits) - 1
        weights = [(t.high[q][1] + 1) * t.token_lo[q][s] for s in range(m)]
        return np.array([min(cap, (1 << scale) // (w + 1)) for w in weights], dtype=np.float64)

    def _class(
        self,
        q: int,
        m: int,
        c: int,
        lacks: npt.NDArray[np.float64],
        spare: Row,
        units: npt.NDArray[np.float64],
    ) -> Iterator[Run]:
        """The least levels of all tokens, if any is at most all parts."""
        parts = self.layout.parts[c - 1]
        if not parts:
            return
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(lacks <= 0, 0.0, lacks / spare.astype(np.float64)).max(axis=1)
            need = ratio * (float(parts << self.layout.frac_bits) * SAFE) / units
        need = np.where(ratio == 0, 0.0, need)
        counted = np.flatnonzero(need <= min(parts, MOST_LEVEL))
        if len(counted):
            levels = np.ceil(need[counted]).astype(int)
            yield Run(q, m, c, c, tuple(map(int, counted)), tuple(map(int, levels)), parts)


def _around(row: Row, m: int) -> tuple[Row, Row]:
    """By how much each entry is below that of the maximum, and by how much above."""
    return np.maximum(row[m] - row, 0), np.maximum(row - row[m], 0)


def code(m: int, found: Sequence[Run]) -> int:
    """The planes of one query and one maximum, packed; 0 if no class with other tokens is counted."""
    packed = 0
    for run in found:
        if run.first:
            for token, level in zip(run.tokens, run.levels, strict=True):
                packed |= 1 << (5 * m * (run.first - 1) + token)
                for bit in range(4):
                    place = 5 * m * (run.first - 1) + (bit + 1) * m + token
                    packed |= (level >> bit & 1) << place
    return packed
