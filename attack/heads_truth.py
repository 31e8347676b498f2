"""How many inputs a tiny model with heads and biases really answers correctly, straight from
`lean/Compact/Transformer/General/Statement.lean`: exact fractions, and Arb's exponentials, as in `attack/truth.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import arb, ctx

from attack.truth import FIRST_PRECISION, LAST_PRECISION, Input, Matrix, as_arb
from pipeline.recheck.heads.weights import Weights

HEAD = ("W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V")
ANSWERS: Mapping[str, Callable[[Input], int]] = {
    "maximum": lambda x: max(x),
    "minimum": lambda x: min(x),
    "first": lambda x: x[0],
    "last": lambda x: x[-1],
}

Head = Mapping[str, Matrix]
Paths = Sequence[tuple[Sequence[Fraction], Sequence[Sequence[Fraction]]]]
"""Of each head: the scores of the positions, and what full attention to each adds to the logits."""


@dataclass(frozen=True)
class ExactHeads:
    """The weights as fractions; a bias that is not there is zero."""

    once: Mapping[str, Matrix]
    heads: Sequence[Head]
    scale: Fraction
    label: str

    def inputs(self) -> Iterator[Input]:
        """All of them."""
        return product(range(len(self.once["W_E"])), repeat=len(self.once["W_pos"]))

    def correct(self) -> int:
        """The number of inputs that are answered correctly; one that stays undecided is not."""
        return sum(map(self._is_correct, self.inputs()))

    def _is_correct(self, x: Input) -> bool:
        once = self.once
        resid = [_plus(once["W_E"][y], pos) for y, pos in zip(x, once["W_pos"], strict=True)]
        stream = _plus(resid[-1], once["b_O"][0])
        direct = _plus(_times(stream, once["W_U"]), once["b_U"][0])
        paths: Paths = [self._head(A, resid) for A in self.heads]
        right = ANSWERS[self.label](x)
        return all(_ahead(direct, paths, right, t) for t in range(len(direct)) if t != right)

    def _head(
        self, A: Head, resid: Sequence[Sequence[Fraction]]
    ) -> tuple[list[Fraction], list[list[Fraction]]]:
        query = _plus(_times(resid[-1], A["W_Q"]), A["b_Q"][0])
        keys = [_plus(_times(each, A["W_K"]), A["b_K"][0]) for each in resid]
        values = [_plus(_times(each, A["W_V"]), A["b_V"][0]) for each in resid]
        scores = [sum(map(_product, query, key), Fraction(0)) / self.scale for key in keys]
        return scores, [_times(_times(v, A["W_O"]), self.once["W_U"]) for v in values]


def exact_heads(w: Weights) -> ExactHeads:
    """A model with well-formed weights in Lean."""

    def matrix(name: str, head: int | None = None) -> Matrix:
        return [[Fraction(entry, 1 << w.frac) for entry in row] for row in w.matrix(name, head)]

    return ExactHeads(
        {name: matrix(name) for name in ("W_E", "W_pos", "W_U", "b_O", "b_U")},
        [{name: matrix(name, i) for name in HEAD} for i in range(len(w.heads))],
        Fraction(w.attn_scale, 1 << w.scale_frac),
        w.label,
    )


def _product(a: Fraction, b: Fraction) -> Fraction:
    return a * b


def _plus(x: Sequence[Fraction], y: Sequence[Fraction]) -> list[Fraction]:
    return [a + b for a, b in zip(x, y, strict=True)]


def _times(x: Sequence[Fraction], B: Matrix) -> list[Fraction]:
    """A row times a matrix."""
    return [sum(map(_product, x, column), Fraction(0)) for column in zip(*B, strict=True)]


def _ahead(direct: Sequence[Fraction], paths: Paths, right: int, t: int) -> bool:
    """Is the logit of `right` surely above that of `t`?"""
    precision = FIRST_PRECISION
    while precision <= LAST_PRECISION:
        with ctx.workprec(precision):
            margin = as_arb(direct[right] - direct[t])
            for scores, outs in paths:
                factors = [as_arb(score - max(scores)).exp() for score in scores]
                gaps = [as_arb(out[right] - out[t]) for out in outs]
                mixed = sum((e * gap for e, gap in zip(factors, gaps, strict=True)), arb(0))
                margin += mixed / sum(factors, arb(0))
            if margin > 0:
                return True
            if margin < 0:
                return False
        precision *= 4
    return False
