"""The words of the claim, for a model with an MLP: `pre` and `logit` of `General/Statement.lean`, in intervals."""

from __future__ import annotations

from collections.abc import Sequence

from mpmath import iv

from pipeline.recheck.certified import Input
from pipeline.recheck.heads.words import Words
from pipeline.recheck.mlp.weights import MlpWeights
from pipeline.recheck.transformer.words import Real


class MlpWords(Words):
    """What the statement says of the inputs of a model with an MLP, to so many digits."""

    def __init__(self, w: MlpWeights, digits: int) -> None:
        super().__init__(w, digits)
        self._mlp = w

    def logits(self, x: Input) -> list[Real]:
        """`logit`, of each output: the residual stream after the MLP through `W_U`, and `b_U`."""
        iv.dps = self._digits
        w, u = self._mlp, self._unit
        mid = self._resid_mid(x)
        b_in, b_out = w.entries("b_in")[0], w.entries("b_out")[0]
        pre = [
            _dot(mid, column) * u + b * u
            for column, b in zip(_columns(w.entries("W_in")), b_in, strict=True)
        ]
        after = [each if each.a >= 0 else iv.mpf([max(0, each.a), max(0, each.b)]) for each in pre]
        out = [
            _dot(after, column) * u + b * u
            for column, b in zip(_columns(w.entries("W_out")), b_out, strict=True)
        ]
        post = [a + b for a, b in zip(mid, out, strict=True)]
        b_unembed = w.matrix("b_U")[0]
        return [
            _dot(post, column) * u + b * u
            for column, b in zip(_columns(w.matrix("W_U")), b_unembed, strict=True)
        ]

    def _resid_mid(self, x: Input) -> list[Real]:
        """`residMid`: the residual stream at the last position after attention."""
        w, u, last = self._mlp, self._unit, len(x) - 1
        own = self._resid(x[-1], last)
        mid = [(a + b) * u for a, b in zip(own, w.matrix("b_O")[0], strict=True)]
        for i in range(len(w.heads)):
            W_O = w.matrix("W_O", i)
            for p, (token, weight) in enumerate(zip(x, self.attention(i, x), strict=True)):
                value = self._once(i, "V", token, p)
                out = [_dot(value, column) * u**3 for column in _columns(W_O)]
                mid = [a + weight * b for a, b in zip(mid, out, strict=True)]
        return mid


def _columns(matrix: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    return list(zip(*matrix, strict=True))


def _dot(row: Sequence[Real], column: Sequence[int]) -> Real:
    return sum((a * b for a, b in zip(row, column, strict=True)), start=iv.mpf(0))
