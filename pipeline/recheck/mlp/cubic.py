"""Cubic for one head and an MLP (`lean/Compact/Transformer/Strategy/MlpCubic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.mlp import quartic
from pipeline.recheck.mlp.weights import MlpWeights


def count(w: MlpWeights, c: Certificate) -> Counted:
    """The inputs that are counted, of all blocks."""
    return quartic.checker_of(_Checker, w, c).counted()


@dataclass(frozen=True)
class _Checker(quartic.Checker):
    """Quartic's, with one number for what all outputs but the maximum may gain by ReLUs."""

    def left(self, q: int, y: int, m: int, slopes: Sequence[int]) -> list[int]:
        """What is left of all ReLUs for a token, each with its largest coefficient, in its row."""
        number = sum(
            left * (max(out) - out[m])
            for left, out in zip(self.lefts(q, y, slopes), self.outs, strict=True)
        )
        return [0 if t == m else number for t in range(self.w.d_vocab)]
