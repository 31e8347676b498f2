"""What was found of the real numbers that a claim rests on, where inputs were looked at one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.recheck.certified import Input

DIGITS = 60
MORE_DIGITS = (120, 240, 480)
"""Tried in turn where fewer do not tell."""


@dataclass(frozen=True)
class Numbers:
    """What was looked at, and what was found."""

    inputs: int
    wrong: Sequence[Input]
    """Those that are not answered rightly, as far as can be told."""
    least_margin: Decimal | None
    """The least margin, rounded down to four digits; none if there is no other output, or no input."""
    factors: int
    outside: Sequence[object]
    """Those that are not within the bounds."""
    exact: bool = False
    """Nothing is rounded: fractions instead of intervals."""

    @property
    def hold(self) -> bool:
        return not self.wrong and not self.outside

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        margin = self.least_margin
        return {
            "inputs": self.inputs,
            "digits": None if self.exact else DIGITS,
            "right": self.inputs - len(self.wrong),
            "least_margin": None if margin is None else str(margin),
            "factors": self.factors,
            "factors_within_bounds": self.factors - len(self.outside),
        }

    def __str__(self) -> str:
        if self.wrong:
            return f"the input {self.wrong[0]} is counted, but not answered rightly"
        if self.outside:
            return f"{self.outside[0]} is not within its bounds"
        if not self.inputs:
            return "no input is certified, so none was evaluated"
        margin = "" if self.least_margin is None else f", least margin {self.least_margin}"
        factors = f"; {self.factors:,} softmax factors within their bounds" if self.factors else ""
        how = "exactly" if self.exact else f"to {DIGITS} digits"
        return f"{self.inputs:,} certified inputs evaluated {how}: all right{margin}{factors}"
