"""The words of the claim, for one input: the definitions of `General/Statement.lean`, by their names there.

Exact integers up to the softmax, and intervals of mpmath from there on, as in `recheck/transformer/words.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import add, mul

from mpmath import iv

from pipeline.recheck.certified import Input
from pipeline.recheck.heads.labels import answer
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.transformer.words import Real

Row = list[int]


class Words:
    """A model, and what the statement says of its inputs, to so many digits.

    Vectors of the residual stream are integers over `2^frac`; queries, keys and values over its square.
    """

    def __init__(self, w: Weights, digits: int) -> None:
        self._w, self._digits = w, digits
        iv.dps = digits
        self._one = 1 << w.frac
        self._unit = iv.mpf(1) / self._one
        self._scale = iv.mpf(w.attn_scale) / 2**w.scale_frac
        self._E, self._pos, self._U = (w.matrix(name) for name in ("W_E", "W_pos", "W_U"))
        self._heads = [
            {name: w.matrix(name, i) for name in ("W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V")}
            for i in range(len(w.heads))
        ]
        self._once = cache(self._vector)
        self._through_once = cache(self._through)

    def margin(self, x: Input) -> Real | None:
        """By how much the logit of the right answer is above the largest other logit; none without another output."""
        logits = self.logits(x)
        right = logits.pop(answer(self._w.label, x, self._w.d_vocab, self._w.table))
        return min((right - other for other in logits), key=lambda gap: gap.a, default=None)

    def logits(self, x: Input) -> list[Real]:
        """`logit`, of each output: what heads mix, and the residual stream with `b_O`, through `W_U`; and `b_U`."""
        iv.dps = self._digits
        last = len(x) - 1
        stream = list(map(add, self._resid(x[-1], last), self._w.matrix("b_O")[0]))
        bias = self._w.matrix("b_U")[0]
        direct = map(add, _times(stream, self._U), (each * self._one for each in bias))
        logits: list[Real] = [entry * self._unit**2 for entry in direct]
        for i in range(len(self._heads)):
            for p, (token, weight) in enumerate(zip(x, self.attention(i, x), strict=True)):
                through = self._through_once(i, token, p)
                logits = [a + weight * b for a, b in zip(logits, through, strict=True)]
        return logits

    def attention(self, i: int, x: Input) -> list[Real]:
        """`attention` of a head: softmax over the scores of the positions."""
        query = self._once(i, "Q", x[-1], len(x) - 1)
        dots = [sum(map(mul, query, self._once(i, "K", token, p))) for p, token in enumerate(x)]
        factors = [iv.exp(dot * self._unit**4 / self._scale) for dot in dots]
        total = sum(factors)
        return [factor / total for factor in factors]

    def _resid(self, token: int, p: int) -> Row:
        return list(map(add, self._E[token], self._pos[p]))

    def _vector(self, i: int, name: str, token: int, p: int) -> Row:
        """A query, key or value, over `2^(2 frac)`."""
        A = self._heads[i]
        row = _times(self._resid(token, p), A[f"W_{name}"])
        return [a + b * self._one for a, b in zip(row, A[f"b_{name}"][0], strict=True)]

    def _through(self, i: int, token: int, p: int) -> list[Real]:
        """What full attention of a head to a position adds to the logits."""
        iv.dps = self._digits
        out = _times(self._once(i, "V", token, p), self._heads[i]["W_O"])
        return [entry * self._unit**4 for entry in _times(out, self._U)]


def _times(row: Sequence[int], matrix: Sequence[Sequence[int]]) -> Row:
    """A row times a matrix."""
    return [sum(map(mul, row, column)) for column in zip(*matrix, strict=True)]
