"""How a model is tuned: everything that, with the model, determines the run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.errors import MalformedInput

SCORES_SPLIT, SCORES_RECURSIVE, DIRECT = "scores split", "scores recursive", "direct path"
"""Products that a strategy does not multiply out; what is left of each is bounded by row differences
(`residuals.py`)."""

_ALL_MULTIPLIED_OUT: tuple[str, ...] = ()

PRODUCTS: Mapping[str, tuple[str, ...]] = {
    "quartic": _ALL_MULTIPLIED_OUT,
    "mixed": _ALL_MULTIPLIED_OUT,
    "cubic": _ALL_MULTIPLIED_OUT,
    "prefix": _ALL_MULTIPLIED_OUT,
    "prefix-top2": _ALL_MULTIPLIED_OUT,
    "low-rank-qk": (SCORES_SPLIT,),
    "low-rank-qk-mean": (SCORES_SPLIT,),
    "low-rank-eu": (DIRECT,),
    "low-rank-qk-eu": (SCORES_SPLIT, DIRECT),
    "mean-qk-eu": (SCORES_SPLIT, DIRECT),
    "quadratic-qk": (SCORES_RECURSIVE,),
    "quadratic-qk-eu": (SCORES_RECURSIVE, DIRECT),
}
"""What each strategy leaves as a product.  The test in the loss is that of prefix-top2, with these bounds inside; the
first four strategies pass wherever it does, and more often."""

DEFAULT_STRATEGIES = ("prefix-top2", "low-rank-qk-eu", "quadratic-qk-eu")


@dataclass(frozen=True)
class Recipe:
    """The defaults were tuned by hand on Max-of-4 with 64 tokens: about one CPU minute."""

    strategies: tuple[str, ...] = DEFAULT_STRATEGIES
    steps: int = 4000
    alone: int = 0
    """For so many first steps the loss is the cross-entropy alone."""
    seed: int = 0
    lr: float = 4e-3
    """Of Adam: reached after 50 steps, then times `sqrt(1 - step / steps)`."""
    batch: int = 256
    maxima: int = 16
    """Random maxima of a step, and random queries."""
    queries: int = 16
    margin: float = 0.4
    """A test should pass by so many nats ..."""
    softness: float = 0.2
    """... give or take so many."""
    range: float = 103.0
    """Scores of one query should lie within so many nats: exponentials of the proofs have 160 bits, or 111 nats.
    Zero: let them."""

    def products(self) -> frozenset[str]:
        """Whose bounds are part of the test."""
        return frozenset(each for name in self.strategies for each in PRODUCTS[name])

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        return float(self.lr * min(1.0, (step + 1) / 50) * max(0.0, 1 - step / self.steps) ** 0.5)

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "strategies": list(self.strategies)}

    def digest(self, model: str) -> str:
        """Identifies the run: this recipe on the model with this digest."""
        text = json.dumps([self.json(), model], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def require_tunable(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once; `MalformedInput` if one has no test that could be trained for."""
    for name in names:
        if name not in PRODUCTS:
            raise MalformedInput(
                f"no model can be tuned for the strategy {name!a}",
                cure=f"use --for {', '.join(PRODUCTS)}",
            )
    return tuple(dict.fromkeys(names))
