"""The part of a strategy that is the same for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.strategy import Kind


class Whole:
    """A check that the kernel evaluates in one part, of a certificate with rows of witnesses."""

    losses: Kind = "matrix"

    def fields(self) -> Mapping[str, Kind]:
        """The fields of the Lean structure."""
        return {
            "prec": "nat",
            "steps": "nat",
            "bound": "nat",
            "roots": "nat",
            "losses": self.losses,
        }

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """None."""
        return []
