"""Brute force: every pair by itself, nothing understood.  The baseline for other strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.network.blocks import blocks
from pipeline.network.integers import right_answers
from pipeline.network.model import Network
from pipeline.network.witness import group_fields
from pipeline.strategy import Certificate, Kind, Progress

STEPS = 150_000
"""About so many neurons are looked at in one block: what the kernel has to remember at a time."""


class BruteForce:
    """`lean/Compact/Network/Strategy/BruteForce.lean`"""

    name = "brute-force"
    checker = "BruteForce"
    summary = "looks at every pair; order^2 * width row operations"

    def search(self, model: Network, progress: Progress) -> Certificate:
        """The true count."""
        progress(f"looking at {model.order**2:,} pairs, exactly")
        right = [int(row.sum()) for row in right_answers(model)]
        progress(f"{sum(right):,} pairs are answered correctly")
        work = [model.order * (model.width + 4)] * model.order
        fields: dict[str, Value] = {
            **group_fields(model.table), "bound": sum(right), "blocks": blocks(work, right, STEPS),
        }  # fmt: skip
        return Certificate(self.name, sum(right), fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `BruteForce.Certificate`."""
        return {
            "identity": "nat",
            "generators": "list",
            "words": "matrix",
            "bound": "nat",
            "blocks": "matrix",
        }

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The group and the shapes, and each block."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["BruteForce.next"] * len(each)]
