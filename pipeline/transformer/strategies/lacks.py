"""Cubic for margins and masses: leads, which are minima over outputs; one number for each token."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.transformer.checker import cubic
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import Leads
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.mixture import LeadStrategy


class Lacks(LeadStrategy):
    """Tokens by what they lack (`lean/Compact/Transformer/Mixture/Lacks.lean`)."""

    def graded(self, t: Tables, leads: Leads, levels: Levels) -> Iterator[Run]:
        return cubic.admitted(t, leads, levels)

    def steps(self, m: int, levels: int) -> int:
        return 4 * m + 8 * levels
