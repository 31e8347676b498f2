"""Symmetry: of two tokens in either order only one order is looked at."""

from __future__ import annotations

from pipeline.linear.checker import Tables
from pipeline.linear.model import Linear
from pipeline.linear.search import certificate, require_tokens
from pipeline.linear.strategies.common import Whole
from pipeline.strategy import Certificate, Progress


class Symmetry(Whole):
    """`lean/Compact/Linear/Strategy/Symmetry.lean`"""

    name = "symmetry"
    checker = "Symmetry"
    summary = "looks at every pair in one order; d_vocab^3 operations, for two tokens"
    when = "two tokens, and the loss itself is wanted"

    def search(self, model: Linear, progress: Progress) -> Certificate:
        """The true loss, rounded up."""
        require_tokens(model, self.name, model.n_ctx == 2, "two tokens")
        return certificate(self.name, model, progress, Tables.symmetry, lambda c, d: [1, 2])
