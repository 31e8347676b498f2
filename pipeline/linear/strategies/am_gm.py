"""Arithmetic and geometric means: classes of inputs by their maximum and how often it occurs, for any `n_ctx`."""

from __future__ import annotations

from pipeline.linear.checker import Tables
from pipeline.linear.model import Linear
from pipeline.linear.search import certificate, class_sizes
from pipeline.linear.strategies.common import Whole
from pipeline.strategy import Certificate, Progress


class AmGm(Whole):
    """`lean/Compact/Linear/Strategy/AmGm.lean`"""

    name = "am-gm"
    checker = "AmGm"
    summary = "means of classes of inputs; d_vocab^2 / 2 row operations, for any number of tokens"
    when = "any number of tokens: near the loss, and the shortest that is"

    def search(self, model: Linear, progress: Progress) -> Certificate:
        """The least bound."""
        return certificate(
            self.name, model, progress, Tables.am_gm, lambda c, _: class_sizes(model.n_ctx, c)
        )
