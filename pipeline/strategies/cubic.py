"""Cubic: margins, which are minima over outputs, of each path by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checker import cubic
from pipeline.checker.classes import Class
from pipeline.checker.margins import exact_margins
from pipeline.checker.tables import Tables
from pipeline.emit.theorem import Value
from pipeline.strategies.class_search import ClassStrategy
from pipeline.strategies.margin_fields import MARGIN_FIELDS, margin_fields


class Cubic(ClassStrategy):
    """`lean/Compact/Strategy/Cubic.lean`"""

    name = "cubic"
    summary = "compares margins for each class and token; d_vocab^3 * n_ctx comparisons"
    own_fields = MARGIN_FIELDS

    def admitted(self, t: Tables) -> Iterator[Class]:
        return cubic.admitted(t, exact_margins(t))

    def claims(self, t: Tables) -> dict[str, Value]:
        return margin_fields(t, exact_margins(t))
