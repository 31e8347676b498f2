"""Brute force: every input by itself, nothing understood.  The baseline for other strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.strategies.rounding import Rounding
from pipeline.transformer.strategies.truth import Truth

MAX_INPUTS = 1 << 17
MAX_VOCAB = 1 << 9


class BruteForce:
    """`lean/Compact/Transformer/Strategy/BruteForce.lean`"""

    name = "brute-force"
    checker = "BruteForce"
    summary = "looks at every input; d_vocab^n_ctx * n_ctx row operations"
    when = "at most some thousand inputs: it proves all that is so"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The true count, and the loosest rounding with which the checker still finds it."""
        total = model.d_vocab**model.n_ctx
        if total > MAX_INPUTS or model.d_vocab > MAX_VOCAB:
            raise MalformedInput(
                f"brute force looks at all {total:,} inputs; it takes at most {MAX_INPUTS:,}"
                f" (and a vocabulary of {MAX_VOCAB})",
                cure="use another --strategy, or a smaller model",
            )
        progress("multiplying the weights out")
        exact = circuits(model)
        progress(f"looking at {total:,} inputs with interval arithmetic")
        truth = Truth(exact, model.frac)
        right = [truth.right(query) for query in range(model.d_vocab)]
        progress(f"{sum(map(sum, right)):,} inputs are answered correctly; choosing the rounding")
        params, count = Rounding(exact, model.frac, right).loosest(progress)
        fields = {
            "bound": count,
            "prec": params.prec,
            "steps": params.steps,
            "shift": params.shift,
            "width": params.width,
        }
        return Certificate(self.name, count, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `BruteForce.Certificate`."""
        return dict.fromkeys(("bound", "prec", "steps", "shift", "width"), "nat")

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []
