"""Gains with a token's own output apart (mirror of `SplitCount.lean` and `SplitPair.lean` in `Transformer/Loss/`)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.transformer.checker.soft import Logs, Pair
from pipeline.transformer.checker.tables import Tables


@dataclass(frozen=True)
class SplitPair(Pair):
    """One query and one maximum (`SplitPair` in Lean).  `gains` leave out the maximum and the token's output."""

    of_max: list[int]
    """`[s]`: the gain of the maximum over the output `s`"""
    of_own: list[int]
    """`[s]`: that of the query's own position"""
    itself: list[int]
    """`[s]`: that of the token `s` times its factor"""
    zero: int
    """More than any gain times any factor."""

    def needs(self, c: int) -> list[int]:
        """For `c > 0` other tokens: what each smaller token needs (`SplitPair.needOf`)."""
        found = [max(0, self.zero - x) for x in self.gains]
        for U in (self.low[self.n - c], self.high[self.n - c]):
            V = self.mass - U
            room = self.zero * V + U * self.gain_max + self.gain_own
            for s, (a, b, x) in enumerate(zip(self.of_max, self.of_own, self.itself, strict=True)):
                short = max(0, room - (U * self.factor_max * a + self.factor_own * b + V * x))
                found[s] = max(found[s], (short // V if V else 0) + 1)
        return [min(each, 2 * self.zero) for each in found]

    def passes(self, c: int) -> list[int]:
        """For `c > 0` other tokens: for each smaller token, the largest level at which it passes; negative: at none."""
        found = list[int]()
        ends = []
        for U in (self.low[self.n - c], self.high[self.n - c]):
            V = self.mass - U
            have = self.zero * V + U * self.gain_max + self.gain_own - self.slack - 1
            ends.append((U * self.factor_max + self.factor_own, have, V))
        for need, e in zip(self.needs(c), self.factors, strict=True):
            most = (2 * self.zero - 1 - need) // e if e and need < 2 * self.zero else -1
            if not e and need < 2 * self.zero:
                most = self.zero
            for weight, have, V in ends:
                total = weight + V * e
                most = min(most, (have - V * need) // total if V and total else -1)
            found.append(most)
        return found


def split_pair(t: Tables, logs: Logs, q: int, m: int) -> SplitPair:
    """The numbers of one query and one maximum."""
    base = t.direct[q][m] + logs.entries[m]

    def gain(log: int, k: int) -> int:
        return log + base + t.token[k][m]

    def over(k: int, s: int) -> int:
        """The gain of the token `k` over the output `s`."""
        return gain(logs.ceiling - t.direct[q][s] - logs.positions[s] - t.token[k][s], k)

    own = t.token_lo[q][q] * t.own[q]
    factors = t.token_lo[q][:m]
    best = gain(logs.but[q][m], m)
    own_gain = best if q == m else gain(min(logs.full[q][q], logs.but[q][q]), q)
    return SplitPair(
        n=t.n,
        classes=t.n + (q == m),
        factors=factors,
        gains=[e * gain(logs.but[q][s], s) for s, e in enumerate(factors)],
        factor_max=t.token_lo[q][m],
        gain_max=t.token_lo[q][m] * best,
        factor_own=own,
        gain_own=own * own_gain,
        mass=t.mass[q],
        low=t.low[q],
        high=t.high[q],
        slack=2 * t.slack[q][m],
        of_max=[over(m, s) for s in range(m)],
        of_own=[over(q, s) for s in range(m)],
        itself=[e * over(s, s) for s, e in enumerate(factors)],
        zero=1 << (t.prec + t.width + 3),
    )
