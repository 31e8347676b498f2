"""Mixed: quartic, without what costs more than it is worth."""

from __future__ import annotations

from dataclasses import replace

from pipeline.transformer.checker.sheets import Sheets
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.quartic import Quartic

WORTH = 30
"""An operation has to count for the share `2^-WORTH` of all inputs."""


class Mixed(Quartic):
    """`lean/Compact/Transformer/Strategy/Mixed.lean`"""

    name = "mixed"
    checker = "Mixed"
    summary = "as quartic, but more tokens share a row, and rare inputs that are dear are given up"
    when = "as quartic, some of the length saved for some ten-thousandths of the bound"
    alone = 3

    def sheets(self, t: Tables) -> Sheets:
        """It is rounded as for quartic, and then some inputs are given up."""
        everything: int = t.v ** (t.n + 1)
        return replace(super().sheets(t), price=everything / (1 << WORTH))
