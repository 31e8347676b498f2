"""Cubic: leads, which are minima over outputs, of each path by itself; one number for each token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pipeline.strategy import Kind
from pipeline.transformer.checker import cubic
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import Leads
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.mixture import LEAD_FIELDS, LeadStrategy


class Cubic(LeadStrategy):
    """`lean/Compact/Transformer/Strategy/Cubic.lean`"""

    name = "cubic"
    checker = "Cubic"
    summary = "compares one number for each query, maximum and token; d_vocab^3 steps"
    when = "a bound near the truth where d_vocab^4 is too much: 128 tokens and more"
    own_fields: ClassVar[Mapping[str, Kind]] = {**LEAD_FIELDS, "blocks": "matrix"}

    def graded(self, t: Tables, leads: Leads, levels: Levels) -> Iterator[Run]:
        return cubic.admitted(t, leads, levels)

    def steps(self, m: int, levels: int) -> int:
        return 4 * m + 8 * levels
