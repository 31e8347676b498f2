"""Cubic: margins, which are minima over outputs, of each path by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.checker import cubic
from pipeline.checker.classes import Run
from pipeline.checker.margins import exact_margins
from pipeline.checker.tables import Tables
from pipeline.emit.theorem import Value
from pipeline.strategies.class_fields import (
    CUBIC_FIELDS,
    margin_fields,
    run_fields,
)
from pipeline.strategies.class_search import ClassStrategy


class Cubic(ClassStrategy):
    """`lean/Compact/Strategy/Cubic.lean`"""

    name = "cubic"
    checker = "Cubic"
    summary = "compares margins for each class and token; d_vocab^3 * n_ctx comparisons"
    own_fields = CUBIC_FIELDS

    def admitted(self, t: Tables) -> Iterator[Run]:
        return cubic.admitted(t, exact_margins(t))

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {**margin_fields(t, exact_margins(t)), **run_fields(t, found)}
