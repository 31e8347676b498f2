"""How many inputs a tiny model with norms really answers correctly, straight from
`lean/Compact/Transformer/Normed/Statement.lean`: Arb's square roots and exponentials, as in `attack/mlp_truth.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from attack.heads_truth import HEAD, Head
from attack.mlp_truth import NEURONS, ONCE, ExactMlp, _plus, _times
from attack.truth import Matrix, as_arb
from pipeline.recheck.normed.weights import NormedWeights


@dataclass(frozen=True)
class ExactNormed(ExactMlp):
    """The weights as fractions; without an MLP there are no neurons."""

    eps: Fraction = Fraction(0)

    def _logits(self, x: Sequence[int]) -> list[arb]:
        """The forward pass, as the statement writes it."""
        once = {
            name: [[as_arb(e) for e in row] for row in rows] for name, rows in self.once.items()
        }
        resid = [_plus(once["W_E"][y], pos) for y, pos in zip(x, once["W_pos"], strict=True)]
        seen = [self._norm(each) for each in resid]
        stream = _plus(resid[-1], once["b_O"][0])
        for each in self.heads:
            stream = _plus(stream, self._head(each, seen))
        if "W_in" in once:
            before = _plus(_times(self._norm(stream), once["W_in"]), once["b_in"][0])
            relu = [(each + abs(each)) / 2 for each in before]
            stream = _plus(stream, _plus(_times(relu, once["W_out"]), once["b_out"][0]))
        return _plus(_times(self._norm(stream), once["W_U"]), once["b_U"][0])

    def _norm(self, f: Sequence[arb]) -> list[arb]:
        mean = sum(f, arb(0)) / len(f)
        centred = [each - mean for each in f]
        if all(each == 0 for each in centred):
            return centred
        variance = sum((each * each for each in centred), arb(0)) / len(f)
        sigma = (variance + as_arb(self.eps)).sqrt()
        return [each / sigma for each in centred]


def exact_normed(w: NormedWeights) -> ExactNormed:
    """A model with well-formed weights in Lean."""

    def fractions(rows: Sequence[Sequence[int]]) -> Matrix:
        return [[Fraction(entry, 1 << w.frac) for entry in row] for row in rows]

    once = {name: fractions(w.matrix(name)) for name in ONCE}
    if w.mlp:
        once |= {name: fractions(w.entries(name)) for name in NEURONS}
    heads: list[Head] = [
        {name: fractions(w.matrix(name, i)) for name in HEAD} for i in range(len(w.heads))
    ]
    scale = Fraction(w.attn_scale, 1 << w.scale_frac)
    return ExactNormed(once, heads, scale, w.label, w.eps)
