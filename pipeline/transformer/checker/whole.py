"""All tokens of a region at once (mirror of `lean/Compact/Transformer/Strategy/QuarticRegion/Check.lean`).

What the positions with the maximum, and the query, can spare over each output is one row, rounded down to a few dozen
bits, as in `sheets.py`.  A token passes if it takes no more of it in all positions that do not hold the maximum.  In a
region all tokens have to pass, so that the first ones are compared together: by the least of their rows, and the
greatest of their factors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.sheets import KEEP_BITS, SHIFT_BITS
from pipeline.transformer.checker.tables import Tables

Row = npt.NDArray[np.int64]

FACTOR_BITS = 8
"""A token may weigh so many bits more than what is spared has, which loses nothing that would pass otherwise."""


@dataclass(frozen=True)
class Pair:
    """What passes of one query and one maximum."""

    q: int
    m: int
    classes: int
    """The most other tokens that an input can hold."""
    alone: bool
    """Do the inputs pass that hold nothing else?"""
    each: int
    """So many tokens pass, before one does not."""
    together: int
    """So many of these pass when they are compared together; at least one where any does."""
    tokens: Sequence[int]
    """All tokens that pass."""

    @property
    def failure(self) -> int:
        """The first token that does not pass, if there are inputs with other tokens; -1 if not even those without
        pass."""
        if not self.alone:
            return -1
        return self.each if self.classes else self.m

    @property
    def first(self) -> int:
        """One less than how many tokens are compared together (`firsts` in a certificate)."""
        return max(0, self.together - 1)

    def run(self) -> Run:
        """The inputs that pass."""
        return Run(self.q, self.m, 0, self.classes if self.tokens else 0, self.tokens)


@dataclass(frozen=True)
class Whole:
    """Rows of the tables in narrow lanes (`Narrow` in Lean)."""

    t: Tables

    @property
    def spare_bits(self) -> int:
        return KEEP_BITS + self.t.width + 4

    @property
    def lane_bits(self) -> int:
        return max(self.spare_bits + FACTOR_BITS, self.t.v + 1, self.t.width + 5)

    @cached_property
    def pairs(self) -> Sequence[Sequence[Pair]]:
        """`[m][q]`"""
        return [[self.pair(q, m) for q in range(m + 1)] for m in range(self.t.v)]

    def runs(self) -> Iterator[Run]:
        """All inputs whose tokens pass."""
        return (pair.run() for row in self.pairs for pair in row if pair.alone)

    def shift(self, q: int, m: int) -> int:
        """So that `KEEP_BITS` are kept of the factors."""
        t = self.t
        total = t.mass[q] * t.token_lo[q][m] + t.token_lo[q][q] * t.own[q]
        return min(max(0, total.bit_length() - 1 - KEEP_BITS), (1 << SHIFT_BITS) - 1)

    @cached_property
    def _token(self) -> Row:
        return np.array(self.t.token, dtype=np.int64)

    def pair(self, q: int, m: int) -> Pair:
        """`pairPasses`"""
        t, last = self.t, max(with_others(self.t.n, q, m), default=0)
        factor, own = t.token_lo[q][m], t.token_lo[q][q] * t.own[q]
        shift = self.shift(q, m)
        kept, own_kept = t.mass[q] * factor >> shift, own >> shift
        slack = (t.slack[q][m] >> shift) + 1
        nothing = Pair(q, m, last, False, 0, 0, ())
        if (kept + own_kept + 2) * (4 << t.width) + slack > (1 << self.spare_bits) - 1:
            return nothing
        direct = np.array(t.direct[q], dtype=np.int64)
        base = direct + np.array(t.position[m], dtype=np.int64)
        gain, down = _around(self._token[m] + base, m)
        own_gain, own_down = _around(self._token[q] + direct + np.array(t.last), m)
        loss = (kept + 1) * down + (own_kept + 1) * own_down + slack
        loss[m] -= slack
        owned = own_kept * own_gain - loss
        if (kept * gain + owned < 0).any():
            return nothing
        least = t.low[q][t.n - last]
        spare = (least * factor >> shift) * gain + owned
        if not m or not last or (spare < 0).any():
            return Pair(q, m, last, True, 0, 0, ())
        return self._tokens(q, m, last, t.mass[q] - least, spare, base)

    def _tokens(self, q: int, m: int, last: int, weight: int, spare: Row, base: Row) -> Pair:
        """`tokensPass`"""
        paths = self._token[:m] + base
        lacks = paths - paths[:, [m]]
        factors = [weight * lo >> self.shift(q, m) for lo in self.t.token_lo[q][:m]]
        passes = self._rows(factors, lacks, spare)
        each = m if passes.all() else int(passes.argmin())
        shared = self._rows(
            list(accumulate(factors, max)), np.maximum.accumulate(lacks, axis=0), spare
        )
        together = m if shared.all() else int(shared.argmin())
        return Pair(q, m, last, True, each, together, [*map(int, np.flatnonzero(passes))])

    def _rows(self, factors: Sequence[int], lacks: Row, spare: Row) -> npt.NDArray[np.bool_]:
        """Which rows pass (`rowPasses`): a factor times what is lacking is at most what is spared, over each output."""
        room = ((1 << self.lane_bits - 1) - (1 << self.spare_bits)) // (8 << self.t.width)
        fits = [factor + 1 <= room for factor in factors]
        most = np.array([spare // min(factor + 1, 1 << 62) for factor in factors])
        found: npt.NDArray[np.bool_] = (lacks <= most).all(axis=1) & np.array(fits)
        return found


def _around(row: Row, m: int) -> tuple[Row, Row]:
    """By how much each entry is below that of the maximum, and by how much above."""
    return np.maximum(row[m] - row, 0), np.maximum(row - row[m], 0)
