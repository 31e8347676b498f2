"""Brute force: every pair by itself, nothing understood.  The baseline for other strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.network.blocks import blocks, counted, halves
from pipeline.network.integers import right_answers
from pipeline.network.model import Network
from pipeline.network.witness import group_fields
from pipeline.strategy import Certificate, Kind, Progress

BITS = 3_000_000_000
"""About so many bits of products are made in one block: what the kernel has to remember at a time."""

LOGIT = 100
"""About the bits of a logit, for that figure."""


class BruteForce:
    """`lean/Compact/Network/Strategy/BruteForce.lean`"""

    name = "brute-force"
    checker = "BruteForce"
    summary = (
        "looks at every pair; order^2 * width row operations, or half of them if the group commutes"
    )
    when = "up to some ten thousand pairs, or where the group has no good order: it proves all that is so"

    def search(self, model: Network, progress: Progress) -> Certificate:
        """The true count."""
        progress(f"looking at {model.order**2:,} pairs, exactly")
        half = halves(model)
        right = counted(right_answers(model), half)
        progress(f"{sum(right):,} pairs are answered correctly")
        n = model.order
        work = [(n - x if half else n) * n * (model.width + 4) * LOGIT for x in range(n)]
        fields: dict[str, Value] = {
            **group_fields(model.table), "bound": sum(right), "half": int(half), "blocks": blocks(work, right, BITS),
        }  # fmt: skip
        return Certificate(self.name, sum(right), fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `BruteForce.Certificate`."""
        return {
            "identity": "nat",
            "generators": "list",
            "words": "matrix",
            "bound": "nat",
            "half": "nat",
            "blocks": "matrix",
        }

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The group and the shapes, and each block."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["BruteForce.next"] * len(each)]
