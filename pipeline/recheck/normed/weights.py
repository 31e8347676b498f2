"""The weights of a theorem about a model with norms, as in `lean/Compact/Transformer/Normed/Statement.lean`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pipeline.recheck.mlp.weights import MlpWeights


@dataclass(frozen=True)
class NormedWeights(MlpWeights):
    """The structure `Transformer.Normed.Weights` in Lean, with an MLP or without."""

    eps_num: int = 0
    eps_den: int = 1

    @property
    def eps(self) -> Fraction:
        """What is added to each variance."""
        return Fraction(self.eps_num, self.eps_den)
