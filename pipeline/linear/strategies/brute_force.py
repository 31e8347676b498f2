"""Brute force: every input by itself, nothing understood.  The baseline for other strategies."""

from __future__ import annotations

from pipeline.errors import MalformedInput
from pipeline.linear.model import Linear
from pipeline.linear.search import certificate, require_tokens
from pipeline.linear.strategies.common import Whole
from pipeline.strategy import Certificate, Progress

MOST = 1 << 17
"""Inputs beyond which the kernel would take hours."""


class BruteForce(Whole):
    """`lean/Compact/Linear/Strategy/BruteForce.lean`"""

    name = "brute-force"
    checker = "BruteForce"
    summary = "looks at every input; 2 * d_vocab^(n_ctx + 1) operations"
    when = "few inputs, and the loss itself is wanted"
    losses = "list"

    def search(self, model: Linear, progress: Progress) -> Certificate:
        """The true loss, rounded up."""
        require_tokens(model, self.name, model.n_ctx >= 2, "two tokens or more")
        inputs = model.d_vocab**model.n_ctx
        if inputs > MOST:
            raise MalformedInput(
                f"{inputs:,} inputs are too many to look at each (at most {MOST:,})",
                cure="use --strategy am-gm",
            )
        return certificate(
            self.name, model, progress, lambda t: [[each] for each in t.brute_force()],
            lambda c, d: [1], flat=True,
        )  # fmt: skip
