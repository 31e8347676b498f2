"""Quartic: whole logits, one representative input for each class and token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.checker import quartic
from pipeline.checker.classes import Run
from pipeline.checker.tables import Tables
from pipeline.emit.theorem import Value
from pipeline.strategies.class_fields import RUN_FIELDS, run_fields
from pipeline.strategies.class_search import ClassStrategy


class Quartic(ClassStrategy):
    """`lean/Compact/Strategy/Quartic.lean`"""

    name = "quartic"
    checker = "Quartic"
    summary = "compares all outputs for each class and token; d_vocab^4 * n_ctx comparisons"
    own_fields = RUN_FIELDS

    def admitted(self, t: Tables) -> Iterator[Run]:
        return quartic.admitted(t)

    def least_bits(self, t: Tables) -> int:
        return quartic.least_bits(t)

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return run_fields(t, found)
