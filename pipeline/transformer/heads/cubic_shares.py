"""Which share of the margin each head has to make good, for the cubic strategy: a search in floats.

As `shares.py`, but a head is known by numbers: with the share `x`, its lead is `x` times the least margin of all
heads, and each token lacks what its shortfall has above that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.heads.checker import all_margin, classes_of
from pipeline.transformer.heads.cubic_check import Shortfalls
from pipeline.transformer.heads.shares import SHARE_BITS, Shared

Floats = npt.NDArray[np.float64]

PARTS = 48
MANY = 8
"""Positions that are looked at beyond which only so many classes are."""


@dataclass(frozen=True)
class HeadNumbers:
    """A head, for one query and one maximum, in floats."""

    t: Tables
    q: int
    m: int
    token: Floats
    """`[s]`: shortfalls"""
    own: float
    factors: Floats
    """`[s]`"""
    factor_max: float
    factor_own: float
    slack: float

    @classmethod
    def of(cls, t: Tables, short: Shortfalls, q: int, m: int) -> HeadNumbers:
        unit = float(1 << t.prec)
        return cls(
            t=t,
            q=q,
            m=m,
            token=np.array(short.token[m], np.float64),
            own=float(short.own[m][q]),
            factors=np.array([each / unit for each in t.token_lo[q][:m]]),
            factor_max=t.token_lo[q][m] / unit,
            factor_own=t.token_lo[q][q] / unit * (t.own[q] / unit),
            slack=t.slack[q][m] / unit / unit,
        )

    def levels(self, lead: float, others: int) -> Floats:
        """`[s]`: of what can be spared, the part that each token takes; infinite if nothing can."""
        t, unit = self.t, float(1 << self.t.prec)
        low, heaviest = t.low[self.q][t.n - others] / unit, t.high[self.q][1] / unit
        spare = (low * self.factor_max + self.factor_own) * lead
        spare -= self.factor_own * self.own + self.slack
        if spare <= 0:
            return np.full(len(self.factors), np.inf)
        return heaviest * self.factors * np.maximum(self.token - lead, 0.0) / spare


def counted(levels: Floats, others: int, n: int) -> float:
    """About how many words have levels that add up to no more than all."""
    whole = np.ceil(levels[levels <= 1] * PARTS - 1e-9).astype(np.int64)
    ways = np.bincount(whole, minlength=PARTS + 1).astype(np.float64)
    words = ways
    for _ in range(others - 1):
        words = np.convolve(words, ways)[: PARTS + 1]
    return float(comb(n, others) * words.sum())


def best_cubic_shares(
    tables: Sequence[Tables], short: Sequence[Shortfalls], q: int, m: int
) -> Shared:
    """The shares of the heads, which add up to `2^SHARE_BITS`."""
    whole, heads, t = 1 << SHARE_BITS, len(tables), tables[0]
    margins = all_margin(tables, q, m)
    least = float(min(margin for j, margin in enumerate(margins) if j != m))
    equal = [whole // heads] * heads
    equal[0] += whole - sum(equal)
    if least <= 0:
        return Shared(equal, 0.0)
    numbers = [HeadNumbers.of(*each, q, m) for each in zip(tables, short, strict=True)]
    others = classes_of(t, q, m)[1:][-MANY:]
    known: dict[tuple[int, int, int], Floats] = {}

    def levels(i: int, share: int, c: int) -> Floats:
        if (i, share, c) not in known:
            known[i, share, c] = numbers[i].levels(least * share / whole, c)
        return known[i, share, c]

    def score(shares: Sequence[int]) -> float:
        total = 0.0
        for c in others:
            worst = np.max([levels(i, share, c) for i, share in enumerate(shares)], axis=0)
            total += counted(worst, c, t.n)
        return total

    if heads == 1:
        return Shared(equal, score(equal))
    if heads == 2:
        best = max(range(1, whole), key=lambda share: score([share, whole - share]))
        return Shared([best, whole - best], score([best, whole - best]))
    return _climb(score, equal, whole // 4)


def _climb(score: Callable[[Sequence[int]], float], shares: list[int], step: int) -> Shared:
    """Move shares from head to head as long as that helps, in ever smaller steps."""
    best, heads = score(shares), range(len(shares))
    while step:
        improved = False
        for i in heads:
            for j in heads:
                if i == j or shares[j] < step:
                    continue
                moved = list(shares)
                moved[i], moved[j] = moved[i] + step, moved[j] - step
                if (found := score(moved)) > best:
                    shares, best, improved = moved, found, True
        if not improved:
            step //= 2
    return Shared(shares, best)
