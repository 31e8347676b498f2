"""Rounded tables with proved enclosures (mirror of `lean/Compact/Transformer/Enclosure/Compute.lean`).

`exp_neg` is that of `lean/Compact/Field/ExpBound.lean`, which low-rank strategies use for single numbers.

All numbers are naturals.  A token or position factor `exp(score - largest score of the row)` lies
between `lo / 2^prec` and `hi / 2^prec`; a logit row is known up to a constant and to within one
unit of `2^shift / 2^(4 frac)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpz

from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.exp_form import ExpForm, Interval

__all__ = ["Enclosure", "Interval", "Params", "enclose", "exp_neg", "exp_row", "round_row"]

ROOT = 256
"""Each step of the exponential raises to this power, in two halves of 16."""


@dataclass(frozen=True)
class Params:
    """Rounding, chosen by the search and read by the checker (any values are sound)."""

    prec: int
    """Fractional bits of the exponentials."""
    steps: int
    """An argument of an exponential has `8 * steps` fractional bits."""
    shift: int
    """Bits dropped from logit rows."""
    width: int
    """Bits of a lane of a rounded logit row."""

    @cached_property
    def form(self) -> ExpForm:
        """How exponentials are bounded."""
        return ExpForm(self.prec, 4 * self.steps)


def exp_neg(params: Params, num: int, den: int) -> Interval:
    """Enclosure of `2^prec * exp(-num / den)`, by `1 + a <= exp a` and repeated powers: `exp x` is computed as
    `(exp (x / 256^steps)) ^ (256^steps)`."""
    P = params.prec
    y = (num << P) // (den * ROOT**params.steps)
    lo = fmpz(max(0, (1 << P) - (y + 1)))
    hi = fmpz((1 << (2 * P)) // ((1 << P) + y) + 1)
    for _ in range(2 * params.steps):
        lo = _pow16(P, lo)
        hi = _pow16(P, hi) + 1
    return Interval(int(lo), int(hi))


def _pow16(prec: int, x: fmpz) -> fmpz:
    """`x^16` for a number with `prec` fractional bits, rounded down."""
    return x**16 >> (15 * prec)


def exp_row(params: Params, row: Sequence[int], num: int, den: int) -> list[Interval]:
    """Factors of a row of unscaled scores, relative to its largest."""
    top = max(row)
    form = params.form
    return [form.bounds(form.argument((top - score) * num, den)) for score in row]


def round_row(params: Params, row: Sequence[int], scale: int) -> list[int]:
    """Lanes of a row of logits: `(entry - smallest) * scale / 2^shift`, rounded down."""
    low = min(row)
    return [((entry - low) * scale) >> params.shift for entry in row]


@dataclass(frozen=True)
class Enclosure:
    """What a strategy's check sees of a model."""

    params: Params
    token_exp: list[list[Interval]]
    """`[q][k]`"""
    pos_exp: list[list[Interval]]
    """`[q][p]`"""
    token_row: list[list[int]]
    """`[k][t]`: EVOU"""
    pos_row: list[list[int]]
    """`[p][t]`: PVOU"""
    direct_row: list[list[int]]
    """`[q][t]`: EU"""

    @property
    def narrow(self) -> bool:
        """Do all lanes fit the declared width?"""
        rows = self.token_row + self.pos_row + self.direct_row
        return all(lane < 1 << self.params.width for row in rows for lane in row)


def enclose(circuits: Circuits, frac: int, params: Params) -> Enclosure:
    """All tables of a model."""
    unit = circuits.score_num, circuits.score_den
    return Enclosure(
        params,
        token_exp=[exp_row(params, row, *unit) for row in circuits.EQKE.tolist()],
        pos_exp=[exp_row(params, row, *unit) for row in circuits.EQKP.tolist()],
        token_row=[round_row(params, row, 1) for row in circuits.EVOU.tolist()],
        pos_row=[round_row(params, row, 1) for row in circuits.PVOU.tolist()],
        direct_row=[round_row(params, row, 1 << (2 * frac)) for row in circuits.EU.tolist()],
    )
