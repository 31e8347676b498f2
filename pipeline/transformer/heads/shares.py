"""Which share of the margin each head has to make good: a search in floats, head by head.

Any shares are sound; these are good ones.  For one query and one maximum the margin over each output, when all
positions hold the maximum, is divided among the heads; a token passes at the level that the head asks for that
bears it worst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.heads.checker import all_margin, classes_of

Floats = npt.NDArray[np.float64]

SHARE_BITS = 5
"""A share is a number of 32ths."""


@dataclass(frozen=True)
class HeadFloats:
    """A head, for one query and one maximum, in floats: gaps of logits, factors in units of the largest."""

    own: Floats
    """`[t]`: what the query's own position loses to the output, less the head's row"""
    tokens: Floats
    """`[s, t]`"""
    maximum: Floats
    """`[t]`"""
    factor_own: float
    factors: Floats
    """`[s]`"""
    factor_max: float
    low: Sequence[float]
    """`[k]`"""
    heaviest: float
    slack: float

    @classmethod
    def of(cls, t: Tables, q: int, m: int) -> HeadFloats:
        unit = float(1 << t.prec)
        rows = np.array(t.token[: m + 1], dtype=np.float64) + np.array(t.position[m], np.float64)
        own = np.array(t.token[q], np.float64) + np.array(t.last, np.float64)
        factors = np.array([e / unit for e in t.token_lo[q][: m + 1]])
        return cls(
            own=own[m] - own,
            tokens=rows[:m, m : m + 1] - rows[:m],
            maximum=rows[m, m] - rows[m],
            factor_own=t.token_lo[q][q] / unit * (t.own[q] / unit),
            factors=factors[:m],
            factor_max=float(factors[m]),
            low=[u / unit for u in t.low[q]],
            heaviest=t.high[q][1] / unit,
            slack=t.slack[q][m] / unit / unit,
        )

    def levels(self, row: Floats, m: int, others: int) -> Floats:
        """`[s]`: of what can be spared, the part that each token takes; infinite if it cannot be borne."""
        n = len(self.low) - 1
        # the row is what this head has to make good: its gaps are those of the logits less the row
        spare = self.low[n - others] * self.factor_max * (self.maximum - row)
        spare += self.factor_own * (self.own - row) - self.slack
        lacking = -(self.heaviest * self.factors[:, None]) * (self.tokens - row)
        keep = np.arange(len(spare)) != m
        spare, lacking = spare[keep], lacking[:, keep]
        if (spare <= 0).any():
            return np.full(len(self.factors), np.inf)
        worst: Floats = (lacking / spare).max(axis=1, initial=0.0)
        return worst


class Shared(NamedTuple):
    """Shares of the heads, and about how many inputs they count."""

    shares: Sequence[int]
    score: float


def best_shares(tables: Sequence[Tables], q: int, m: int) -> Shared:
    """The shares of the heads, which add up to `2^SHARE_BITS`."""
    whole, heads = 1 << SHARE_BITS, len(tables)
    margin = np.array(all_margin(tables, q, m), np.float64)
    floats = [HeadFloats.of(t, q, m) for t in tables]
    n, others = tables[0].n, classes_of(tables[0], q, m)[1:]

    def score(shares: Sequence[int]) -> float:
        total = 0.0
        for c in others:
            worst = np.zeros(m)
            for head, share in zip(floats, shares, strict=True):
                row = head.maximum - margin * (share / whole)
                worst = np.maximum(worst, head.levels(row, m, c))
            total += comb(n, c) * float(np.clip(1.25 - worst * c, 0.0, 1.0).sum()) ** c
        return total

    if margin.min() < 0:
        return Shared([whole] + [0] * (heads - 1), 0.0)
    if heads == 1:
        return Shared([whole], score([whole]))
    shares = [whole // heads] * heads
    shares[0] += whole - sum(shares)
    best, step = score(shares), whole // 4
    while step:
        improved = False
        for i, j in _pairs(heads):
            moved = list(shares)
            moved[i], moved[j] = moved[i] + step, moved[j] - step
            if moved[j] >= 0 and (found := score(moved)) > best:
                shares, best, improved = moved, found, True
        if not improved:
            step //= 2
    return Shared(shares, best)


def _pairs(heads: int) -> list[tuple[int, int]]:
    order = list(range(heads))
    if heads == 2:
        return [(a, b) for pair in pairwise(order) for a, b in (pair, pair[::-1])]
    return [(i, j) for i in order for j in order if i != j]
