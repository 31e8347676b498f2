"""Strategies that prove a margin: those for accuracy, of tables whose direct paths favour all other outputs by it
(`lean/Compact/Transformer/Classes/RaisedTables.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.float32 import logit_error
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.lacks import Lacks
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.strategies.mixture import LEAD_FIELDS, LeadStrategy
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.strategies.quartic import SHEET_FIELDS, Quartic, blocks, sheet_fields
from pipeline.transformer.strategies.rounding import lane_bits

MARGIN_FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(("marginNum", "marginBits", "units"), "nat"),
    "blocks": "matrix",
}


@dataclass(frozen=True)
class Dyadic:
    """The number `num / 2^bits`."""

    num: int
    bits: int

    @classmethod
    def at_least(cls, value: Fraction, bits: int) -> Dyadic:
        """The least one of at most so many fractional bits that is not below `value`."""
        num = -(-value.numerator * (1 << bits) // value.denominator)
        while bits and num % 2 == 0:
            num, bits = num // 2, bits - 1
        return cls(num, bits)

    def units(self, frac: int, shift: int) -> int:
        """As a number of units of `2^shift / 2^(4 frac)`, rounded up."""
        return -(-(self.num << 4 * frac) // (1 << (shift + self.bits)))


DIGITS = 20
"""Fractional bits that a margin is rounded up to, so that it is short in a theorem."""


def float32_margin(model: Model) -> Dyadic:
    """What an evaluation in float32 cannot lose: twice what a logit may be off by."""
    return Dyadic.at_least(2 * logit_error(model), DIGITS)


class MarginStrategy(ClassStrategy):
    """A strategy that counts classes, for a margin."""

    def __init__(self, margin: Dyadic | None = None) -> None:
        self.given, self.margin = margin is not None, margin or Dyadic(0, 0)

    def by(self, margin: Dyadic) -> Self:
        """The same for this margin."""
        return type(self)(margin)

    def search(self, model: Model, progress: Progress) -> Certificate:
        """If no margin is given, it is the one that an evaluation in float32 needs."""
        if not self.given:
            return self.by(float32_margin(model)).search(model, progress)
        return super().search(model, progress)

    def shift(self, exact: Circuits, frac: int, width: int) -> int:
        """Rows of direct paths have to hold the margin, too."""
        bits = lane_bits(exact, frac)
        largest = (1 << bits) + (self.margin.num << 4 * frac >> self.margin.bits)
        return max(0, largest.bit_length() - width)

    def units(self, frac: int, shift: int) -> int:
        return self.margin.units(frac, shift)

    def margin_fields(self, t: Tables) -> dict[str, Value]:
        """What a certificate says of the margin."""
        return {
            "marginNum": self.margin.num,
            "marginBits": self.margin.bits,
            "units": t.units,
        }


class LeadMargin(MarginStrategy, LeadStrategy):
    """A strategy that counts with leads, for a margin."""

    def own_claims(self, t: Tables, levels: Levels, found: Sequence[Run]) -> dict[str, Value]:
        return {**super().own_claims(t, levels, found), **self.margin_fields(t)}


class PrefixMargin(LeadMargin, Prefix):
    """`lean/Compact/Transformer/Strategy/PrefixMargin.lean`"""

    name = "prefix-margin"
    checker = "PrefixMargin"
    own_fields: ClassVar[Mapping[str, Kind]] = {
        **LEAD_FIELDS,
        **{"sizeBits": "nat", "classBits": "nat", "sizes": "list"},
        **MARGIN_FIELDS,
    }


class CubicMargin(LeadMargin, Lacks):
    """`lean/Compact/Transformer/Strategy/CubicMargin.lean`"""

    name = "cubic-margin"
    checker = "CubicMargin"
    own_fields: ClassVar[Mapping[str, Kind]] = {**LEAD_FIELDS, **MARGIN_FIELDS}


class QuarticMargin(MarginStrategy, Quartic):
    """`lean/Compact/Transformer/Strategy/QuarticMargin.lean`"""

    name = "quartic-margin"
    checker = "QuarticMargin"
    own_fields: ClassVar[Mapping[str, Kind]] = {**SHEET_FIELDS, **MARGIN_FIELDS}

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        sheets = self.sheets(t)
        own = self.margin_fields(t)
        return {**sheet_fields(sheets), **own, "blocks": blocks(sheets, found, self.alone)}


class MixedMargin(QuarticMargin, Mixed):
    """`lean/Compact/Transformer/Strategy/QuarticMargin.lean`, with what is dear given up."""

    name = "mixed-margin"
    checker = "QuarticMargin"
