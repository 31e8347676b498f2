"""Cubic: margins, which are minima over outputs, of each path by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.emit.theorem import Value
from pipeline.transformer.checker import cubic
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.margins import exact_margins
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_fields import (
    CUBIC_FIELDS,
    margin_fields,
    run_fields,
)
from pipeline.transformer.strategies.class_search import ClassStrategy


class Cubic(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Cubic.lean`"""

    name = "cubic"
    checker = "Cubic"
    summary = "compares margins for each class and token; d_vocab^3 * n_ctx comparisons"
    own_fields = CUBIC_FIELDS

    def admitted(self, t: Tables) -> Iterator[Run]:
        return cubic.admitted(t, exact_margins(t))

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {**margin_fields(t, exact_margins(t)), **run_fields(t, found)}
