"""Which neurons cost a bound most: what is left of their ReLUs when each enters by a slope.

Quartic and cubic let a neuron into a margin as its slope says (`quartic_rows.py`); what is left of its ReLU is
bounded for each token by itself, and taken off the margin.  Here that is put down to the neurons, in logits (float64);
and the inputs are counted that would be proved if the worst of them lost nothing.  This is no proof, and needs none:
it says which part of the MLP is not understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.strategy import Progress
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic import MlpQuartic, Prepared

Floats = npt.NDArray[np.float64]
WORST = (1, 4, 16)
"""So many of the worst neurons are imagined to lose nothing."""
SHOWN = 10


@dataclass(frozen=True)
class Lost:
    """What the neurons of one model cost a bound."""

    logits: Sequence[float]
    """Of each neuron: what it takes off the margin over the closest other output, on average over all classes."""
    bound: int
    without: Sequence[tuple[int, int]]
    """Of how many of the worst neurons, and how many inputs would be counted if they lost nothing."""
    total: int

    @property
    def worst(self) -> list[int]:
        """The neurons, from the one that costs most."""
        return sorted(range(len(self.logits)), key=lambda j: -self.logits[j])

    def json(self) -> dict[str, Any]:
        return {
            "neurons": [{"neuron": j, "logits": self.logits[j]} for j in self.worst],
            "bound": self.bound,
            "without": [{"neurons": k, "bound": bound} for k, bound in self.without],
        }

    def in_words(self) -> str:
        """A table for people."""
        whole = sum(self.logits)
        lines = [
            "neurons that cost the margin most (in logits, on average; and of what all of them cost):"
        ]
        for j in self.worst[:SHOWN]:
            share = self.logits[j] / whole if whole else 0.0
            lines.append(f"  neuron {j:>4}  {self.logits[j]:>10.6f}  {share:>7.2%}")
        lines += [
            "",
            f"proved: {self.bound:,} of {self.total:,}; if these neurons lost nothing (not proved):",
        ]
        lines += [f"  the worst {k:>4}  {bound:>20,}" for k, bound in self.without]
        return "\n".join(lines)


def lost(model: MlpModel, strategy: MlpQuartic, progress: Progress) -> Lost:
    """What the neurons of a model cost; `MalformedInput` if the strategy is not about such a model."""
    found = strategy.prepared(model)
    v, J = model.d_vocab, model.neurons.d_mlp
    costs = []
    for m in range(1, v):
        progress(f"what {J} neurons cost: maximum {m} of {v}")
        costs.append(_costs(found, m))
    logits = [float(each) * _unit(model, found) for each in np.concatenate(costs).mean(axis=0)]
    worst = sorted(range(J), key=lambda j: -logits[j])
    without = []
    for k in [each for each in WORST if each <= J]:
        progress(f"counting, as if the worst {k} neurons lost nothing")
        rows = replace(found.rows, spared=frozenset(worst[:k]))
        without.append((k, _count(replace(found, rows=rows), v)))
    return Lost(logits, _count(found, v), without, v**model.n_ctx)


def _count(found: Prepared, v: int) -> int:
    return sum(inputs for m in range(v) for _, inputs in found.counted(m))


def _costs(found: Prepared, m: int) -> Floats:
    """Of each query and smaller token: what each neuron takes off the margin over the closest other output."""
    rows, signs = found.rows, found.signs(m)
    at_max = rows.at(m, signs)
    over = np.array([[e - row[m] for e in row] for row in rows.over(m)], dtype=float)
    costs = []
    for q in range(m + 1):
        for y in range(m):
            left = np.array([rows.left(q, y, a, j) for j, a in enumerate(signs)], dtype=float)
            row = np.array(at_max.token[y], dtype=float) + np.array(at_max.direct[q], dtype=float)
            row += left @ over
            row[m] = -np.inf
            costs.append(left * over[:, int(row.argmax())])
    return np.array(costs)


def _unit(model: MlpModel, found: Prepared) -> float:
    """One of these numbers, in logits."""
    return float(2.0 ** (found.rows.head.params.shift - 4 * model.frac) / found.rows.unit2)
