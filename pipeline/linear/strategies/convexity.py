"""Convexity of log-sum-exp, as in the published proofs: for two tokens, and for three."""

from __future__ import annotations

from pipeline.linear.checker import Tables
from pipeline.linear.model import Linear
from pipeline.linear.search import certificate, require_tokens
from pipeline.linear.strategies.common import Whole
from pipeline.strategy import Certificate, Progress


class ConvexityPairs(Whole):
    """`lean/Compact/Linear/Strategy/ConvexityPairs.lean`"""

    name = "convexity-pairs"
    checker = "ConvexityPairs"
    summary = "as the published proof: inputs of equal tokens only; 2 * d_vocab^2 operations, for two tokens"
    when = "two tokens, to compare with the published proof"

    def search(self, model: Linear, progress: Progress) -> Certificate:
        """Its bound, which can be far above the loss."""
        require_tokens(model, self.name, model.n_ctx == 2, "two tokens")
        return certificate(
            self.name, model, progress, Tables.convexity_pairs, lambda c, d: [c + 1, 1]
        )


class ConvexityTriples(Whole):
    """`lean/Compact/Linear/Strategy/ConvexityTriples.lean`"""

    name = "convexity-triples"
    checker = "ConvexityTriples"
    summary = "inputs with two equal tokens only; 4 * d_vocab^3 operations, for three tokens"
    when = "three tokens, to compare with the published proof"

    def search(self, model: Linear, progress: Progress) -> Certificate:
        """Its bound, which can be far above the loss."""
        require_tokens(model, self.name, model.n_ctx == 3, "three tokens")
        return certificate(
            self.name, model, progress, Tables.convexity_triples, lambda c, d: [1, 3 * c, 3]
        )
