"""Quartic: whole logits, one representative input for each class and token."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checker import quartic
from pipeline.checker.classes import Class
from pipeline.checker.tables import Tables
from pipeline.strategies.class_search import ClassStrategy


class Quartic(ClassStrategy):
    """`lean/Compact/Strategy/Quartic.lean`"""

    name = "quartic"
    summary = "compares all outputs for each class and token; d_vocab^4 * n_ctx comparisons"

    def admitted(self, t: Tables) -> Iterator[Class]:
        return quartic.admitted(t)

    def least_bits(self, t: Tables) -> int:
        return quartic.least_bits(t)
