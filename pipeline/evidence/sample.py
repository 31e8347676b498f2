"""A model's accuracy on random inputs, in float64: evidence, not proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.evidence.interval import CONFIDENCE, clopper_pearson
from pipeline.model import Model
from pipeline.transformer.checker.circuits import Circuits, IntMatrix, circuits
from pipeline.transformer.length.basic import product

MOST = 1 << 17
_BLOCK = 1 << 12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """So many of so many random inputs were answered correctly."""

    right: int
    looked_at: int
    low: float
    high: float

    def json(self) -> dict[str, Any]:
        return {
            "label": "evidence, not proof",
            "right": self.right,
            "looked_at": self.looked_at,
            "confidence": CONFIDENCE,
            "interval": [self.low, self.high],
        }

    def __str__(self) -> str:
        return (
            f"{self.right:,} of {self.looked_at:,} random inputs right: {100 * self.low:.2f} to"
            f" {100 * self.high:.2f} % of all with {CONFIDENCE:.0%} confidence (EVIDENCE, NOT PROOF)"
        )


def sample(model: Model, inputs: int, seed: int = 0) -> Evidence:
    """Look at so many inputs, drawn alike and independently."""
    inputs = max(1, min(inputs, MOST))
    logits, random, right = _Logits.of(model), np.random.default_rng(seed), 0
    for start in range(0, inputs, _BLOCK):
        size = min(_BLOCK, inputs - start)
        right += logits.right(random.integers(model.d_vocab, size=(size, model.n_ctx)))
    return Evidence(right, inputs, *clopper_pearson(right, inputs))


def inputs_for(model: Model, operations: int) -> int:
    """How many inputs can be looked at with so many operations, counted as proofs are: by running the weights, or by
    multiplying the circuits out once and looking them up, whichever gives more."""
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model, model.d_head
    run = p * d + product(1, d, h) + 2 * product(p, d, h) + 2 * product(p, h, 1) + 3 * p
    run += product(1, h, d) + d + product(1, d, v) + v
    once = (
        v * d
        + 2 * product(v, d, h)
        + 2 * product(v, h, v)
        + product(v, d, v)
        + 2 * product(p, h, v)
    )
    each = p * (v + 1) + 6 * v
    return max(1, operations // run, (operations - once) // each)


@dataclass(frozen=True)
class _Logits:
    """The circuits as floats."""

    scores: Floats
    position_scores: Floats
    direct: Floats
    token: Floats
    position: Floats

    @classmethod
    def of(cls, model: Model) -> _Logits:
        exact: Circuits = circuits(model)
        unit = 2.0 ** (-2 * model.frac)

        def floats(matrix: IntMatrix, scale: float) -> Floats:
            return np.asarray(matrix.astype(np.float64) * scale)

        score = exact.score_num / exact.score_den
        return cls(
            floats(exact.EQKE, score),
            floats(exact.EQKP, score),
            floats(exact.EU, unit),
            floats(exact.EVOU, unit * unit),
            floats(exact.PVOU, unit * unit),
        )

    def right(self, tokens: npt.NDArray[np.int64]) -> int:
        """How many of these inputs are answered correctly."""
        query, answer = tokens[:, -1], tokens.max(axis=1)
        score = self.scores[query[:, None], tokens] + self.position_scores[query]
        weight = np.exp(score - score.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        logits = self.direct[query] + np.einsum("ip,ipt->it", weight, self.token[tokens])
        logits += weight @ self.position
        rows = np.arange(len(tokens))
        largest = logits[rows, answer].copy()
        logits[rows, answer] = -np.inf
        return int(np.count_nonzero(largest > logits.max(axis=1)))
