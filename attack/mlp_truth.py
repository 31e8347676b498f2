"""How many inputs a tiny model with ReLU neurons really answers correctly, straight from
`lean/Compact/Transformer/General/Statement.lean`: exact fractions, and Arb's exponentials, as in `attack/truth.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import arb, ctx

from attack.heads_truth import ANSWERS, HEAD, Head
from attack.truth import FIRST_PRECISION, Input, Matrix, as_arb
from pipeline.recheck.mlp.weights import MlpWeights

LAST_PRECISION = 1 << 12
ONCE = ("W_E", "W_pos", "W_U", "b_O", "b_U")
NEURONS = ("W_in", "b_in", "W_out", "b_out")
Rows = Sequence[Sequence[arb]]


@dataclass(frozen=True)
class ExactMlp:
    """The weights as fractions; a bias that is not there is zero."""

    once: Mapping[str, Matrix]
    heads: Sequence[Head]
    scale: Fraction
    label: str

    def correct(self) -> int:
        """The number of inputs that are answered correctly; one that stays undecided is not."""
        v, n = len(self.once["W_E"]), len(self.once["W_pos"])
        return sum(map(self._is_correct, product(range(v), repeat=n)))

    def _is_correct(self, x: Input) -> bool:
        right, precision = ANSWERS[self.label](x), FIRST_PRECISION
        while precision <= LAST_PRECISION:
            with ctx.workprec(precision):
                logits = self._logits(x)
                gaps = [logits[right] - each for t, each in enumerate(logits) if t != right]
                if all(gap > 0 for gap in gaps):
                    return True
                if any(gap < 0 for gap in gaps):
                    return False
            precision *= 4
        return False

    def _logits(self, x: Input) -> list[arb]:
        """The forward pass, as the statement writes it."""
        once = {
            name: [[as_arb(e) for e in row] for row in rows] for name, rows in self.once.items()
        }
        resid = [_plus(once["W_E"][y], pos) for y, pos in zip(x, once["W_pos"], strict=True)]
        stream = _plus(resid[-1], once["b_O"][0])
        for each in self.heads:
            stream = _plus(stream, self._head(each, resid))
        before = _plus(_times(stream, once["W_in"]), once["b_in"][0])
        relu = [(each + abs(each)) / 2 for each in before]
        after = _plus(stream, _plus(_times(relu, once["W_out"]), once["b_out"][0]))
        return _plus(_times(after, once["W_U"]), once["b_U"][0])

    def _head(self, head: Head, resid: Rows) -> list[arb]:
        A = {name: [[as_arb(e) for e in row] for row in rows] for name, rows in head.items()}
        query = _plus(_times(resid[-1], A["W_Q"]), A["b_Q"][0])
        keys = [_plus(_times(each, A["W_K"]), A["b_K"][0]) for each in resid]
        values = [_plus(_times(each, A["W_V"]), A["b_V"][0]) for each in resid]
        weights = [(_dot(query, key) / as_arb(self.scale)).exp() for key in keys]
        whole = sum(weights, arb(0))
        mixed = [_dot(weights, column) / whole for column in zip(*values, strict=True)]
        return _times(mixed, A["W_O"])


def exact_mlp(w: MlpWeights) -> ExactMlp:
    """A model with well-formed weights in Lean."""

    def fractions(rows: Sequence[Sequence[int]]) -> Matrix:
        return [[Fraction(entry, 1 << w.frac) for entry in row] for row in rows]

    once = {name: fractions(w.matrix(name)) for name in ONCE}
    neurons = {name: fractions(w.entries(name)) for name in NEURONS}
    heads = [{name: fractions(w.matrix(name, i)) for name in HEAD} for i in range(len(w.heads))]
    return ExactMlp({**once, **neurons}, heads, Fraction(w.attn_scale, 1 << w.scale_frac), w.label)


def _dot(a: Sequence[arb], b: Sequence[arb]) -> arb:
    return sum((x * y for x, y in zip(a, b, strict=True)), arb(0))


def _plus(a: Sequence[arb], b: Sequence[arb]) -> list[arb]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _times(x: Sequence[arb], B: Rows) -> list[arb]:
    return [_dot(x, column) for column in zip(*B, strict=True)]
