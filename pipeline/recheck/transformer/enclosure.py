"""Bounds of exponentials, and rows of logits rounded (`Enclosure/Compute.lean`, `Field/ExpBound.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import div, minus, power
from pipeline.recheck.refused import BeyondLimits
from pipeline.recheck.transformer.circuits import Circuits
from pipeline.recheck.transformer.form import Form
from pipeline.recheck.transformer.weights import Weights

MAX_STEPS = 1 << 10
MAX_POWER_BITS = 1 << 20

Bounds = tuple[int, int]
"""At most, and at least, a number."""


@dataclass(frozen=True)
class Params:
    """How a certificate rounds."""

    prec: int
    steps: int
    shift: int
    width: int

    @classmethod
    def of(cls, c: Certificate) -> Params:
        return cls(*(c.nat(name) for name in ("prec", "steps", "shift", "width")))

    @property
    def form(self) -> Form:
        """How exponentials are bounded."""
        return Form(self.prec, 4 * self.steps)

    def argument(self, w: Weights, gap: int) -> int:
        """What stands for a score that is so far below the greatest."""
        return self.form.argument(gap * score_num(w), score_den(w))

    def exp(self, y: int) -> Bounds:
        """Bounds of `2^prec * exp(-x)`, `y` being what stands for `x`."""
        return self.form.exp(y)

    def by_powers(self, w: Weights, gap: int) -> Bounds:
        """Bounds of `2^prec * exp(-x)` for a score that is `x` below the greatest, by repeated powers."""
        if self.steps > MAX_STEPS:
            raise BeyondLimits(f"more than {MAX_STEPS} steps of an exponential")
        unit = power(2, self.prec)
        y = div(gap * score_num(w) * unit, score_den(w) * power(256, self.steps))
        lo, hi = minus(unit, y + 1), div(power(2, 2 * self.prec), unit + y) + 1
        for _ in range(2 * self.steps):
            lo, hi = self._pow16(lo), self._pow16(hi) + 1
        return lo, hi

    def _pow16(self, x: int) -> int:
        if x.bit_length() > MAX_POWER_BITS // 16:
            raise BeyondLimits("the bound of an exponential grows beyond all measure")
        return power(x, 16) >> 15 * self.prec


def score_num(w: Weights) -> int:
    return power(2, w.scale_frac)


def score_den(w: Weights) -> int:
    return w.attn_scale * power(2, 4 * w.frac)


def direct_num(w: Weights) -> int:
    """The direct path has half as many fractional bits as the others."""
    return power(2, 2 * w.frac)


@dataclass(frozen=True)
class Enclosure:
    """The rounded tables."""

    token_exp: Sequence[Sequence[Bounds]]
    pos_exp: Sequence[Sequence[Bounds]]
    token_row: Sequence[Sequence[int]]
    pos_row: Sequence[Sequence[int]]
    direct_row: Sequence[Sequence[int]]

    def narrow(self, width: int) -> bool:
        """Are all entries of rows below `2^width`?"""
        rows = [*self.token_row, *self.pos_row, *self.direct_row]
        return all(max(row, default=0) < power(2, width) for row in rows)


def enclose(w: Weights, p: Params, exact: Circuits) -> Enclosure:
    """`Enclosure.of`"""

    def exps(row: Sequence[int]) -> list[Bounds]:
        top = max(row, default=0)
        return [p.exp(p.argument(w, top - x)) for x in row]

    def rounded(row: Sequence[int], scale: int) -> list[int]:
        low = min(row, default=0)
        return [(x - low) * scale >> p.shift for x in row]

    return Enclosure(
        token_exp=[exps(row) for row in exact.EQKE.rows],
        pos_exp=[exps(row) for row in exact.EQKP.rows],
        token_row=[rounded(row, 1) for row in exact.EVOU.rows],
        pos_row=[rounded(row, 1) for row in exact.PVOU.rows],
        direct_row=[rounded(row, direct_num(w)) for row in exact.EU.rows],
    )
