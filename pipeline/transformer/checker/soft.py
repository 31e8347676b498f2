"""Gains, and what levels of them save of the loss (mirror of `lean/Compact/Transformer/Loss/` and of
`Strategy/SoftCubic.lean`; `split.py` has the rest of split cubic).

Lean reads lanes of packed numbers where this has plain ones; no lane overflows there (a theorem), so the numbers are
the same.  What Lean asks of one level, this turns around: the largest level at which a token passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb

from pipeline.transformer.checker.enclosure import Params, exp_neg
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.tables import Tables

BILLION = 10**9


@dataclass(frozen=True)
class Logs:
    """The logarithms of a model: those of `LossTable` in Lean."""

    bounding: ExpParams
    """How exponentials of logits are bounded; its `half` says what their unit is."""
    log_high: int
    """The same for logarithms: their number of bits above the low ones."""
    top_direct: int
    top_token: int
    """No rounded logit of a direct path is larger; none of a token and the row for positions together."""
    positions: list[int]
    """`[t]`: stands for all positions"""
    entries: list[int]
    """`[m]`: what stands in that row for the maximum itself"""
    full: list[list[int]]
    """`[q][k]`: `ceiling` less the logarithm of the sum over all outputs"""
    but: list[list[int]]
    """`[q][k]`: the same without the output `k`"""

    @property
    def ceiling(self) -> int:
        """What logarithms are subtracted from."""
        return self.top_direct + self.top_token


def exp_rows(
    t: Tables, c: ExpParams, positions: Sequence[int], tops: tuple[int, int]
) -> tuple[list[list[int]], list[list[int]]]:
    """Upper bounds of exponentials: `[q][t]` of direct paths, `[k][t]` of tokens with positions."""
    top_direct, top_token = tops
    direct = [[c.bounds(top_direct - x).hi for x in row] for row in t.direct]
    token = [
        [c.bounds(top_token - x - u).hi for x, u in zip(row, positions, strict=True)]
        for row in t.token
    ]
    return direct, token


@dataclass(frozen=True)
class Level:
    """A level, as the sum over wrong outputs and as a loss."""

    gains: int
    loss: int
    """In billionths."""


@dataclass(frozen=True)
class Levels:
    """How levels are compared with losses: `LossLevels.fitsAt` in Lean."""

    width: int
    ceiling: int
    half: int
    prec: int
    steps: int
    times: int = 1
    """The sum over wrong outputs is at most so many times what a level says."""

    @property
    def one(self) -> int:
        """The gains of the level that says 1."""
        return self.ceiling + 3

    @property
    def most(self) -> int:
        """No level has larger gains."""
        return 6 << self.width

    def fits(self, gains: int, loss: int) -> bool:
        """Is the loss at the level at most this?"""
        unit = 1 << (2 * self.half)
        a, D = loss * unit, BILLION * unit
        b, s = gains * BILLION + a, self.one * BILLION
        if gains > self.most or s > b:
            return False
        params = Params(self.prec, self.steps, 0, 0)
        wrong = self.times * exp_neg(params, b - s, D).hi
        return exp_neg(params, a, D).hi + wrong <= 1 << self.prec


@dataclass(frozen=True)
class Pair:
    """One query and one maximum (`LossPair` in Lean)."""

    n: int
    classes: int
    factors: list[int]
    """`[s]`, for each smaller token"""
    gains: list[int]
    """`[s]`: the gain of the token times its factor"""
    factor_max: int
    gain_max: int
    factor_own: int
    gain_own: int
    mass: int
    low: list[int]
    high: list[int]
    slack: int

    @cached_property
    def alone(self) -> int:
        """The largest level at which the input that holds the maximum everywhere is counted; negative: at none."""
        have = self.mass * self.gain_max + self.gain_own - self.slack - 1
        need = self.mass * self.factor_max + self.factor_own
        return have // need if need else -1

    def passes(self, c: int) -> list[int]:
        """For `c > 0` other tokens: for each smaller token, the largest level at which it passes; negative: at none."""
        found: list[int] | None = None
        for U in (self.low[self.n - c], self.high[self.n - c]):
            need = U * self.factor_max + self.factor_own
            have = U * self.gain_max + self.gain_own - self.slack - 1
            V = self.mass - U
            # Without weight on other positions nothing is allowed (a quotient by 0 is 0 in Lean).
            each = [
                (have + V * x) // (need + V * e) if V and need + V * e else -1
                for e, x in zip(self.factors, self.gains, strict=True)
            ]
            found = each if found is None else list(map(min, found, each))
        assert found is not None
        return found

    @cached_property
    def all_passes(self) -> list[list[int]]:
        """`[c - 1]`: the levels of all tokens, ascending, for each number of other tokens."""
        return [sorted(self.passes(c)) for c in range(1, self.classes)]

    def inputs(self, level: int) -> int:
        """The inputs that are counted at a level."""
        found = int(self.alone >= level)
        for c, each in enumerate(self.all_passes, 1):
            found += comb(self.n, c) * sum(x >= level for x in each) ** c
        return found


def pair(t: Tables, logs: Logs, q: int, m: int) -> Pair:
    """The numbers of one query and one maximum."""

    def gain(k: int) -> int:
        log = logs.but[q][m] if k == m else logs.full[q][k]
        return log + t.direct[q][m] + t.token[k][m] + logs.entries[m]

    own = t.token_lo[q][q] * t.own[q]
    factors = t.token_lo[q][:m]
    return Pair(
        n=t.n,
        classes=t.n + (q == m),
        factors=factors,
        gains=[e * gain(s) for s, e in enumerate(factors)],
        factor_max=t.token_lo[q][m],
        gain_max=t.token_lo[q][m] * gain(m),
        factor_own=own,
        gain_own=own * gain(q),
        mass=t.mass[q],
        low=t.low[q],
        high=t.high[q],
        slack=2 * t.slack[q][m],
    )


def saved(levels: Sequence[tuple[int, int]], top: int) -> int:
    """What levels save, each with a loss and a number of inputs (`saved` in Lean)."""
    total, bound = 0, top
    for loss, inputs in levels:
        less = max(0, bound - loss)
        total, bound = total + less * inputs, bound - less
    return total
