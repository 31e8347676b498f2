"""The words of the claim, for one input: the definitions of `Transformer/Statement.lean`, by their names there.

Everything before the softmax is computed exactly, in integers, as weights are integers over `2^frac`.  Real numbers
begin with `exp`.  From there on every number is an interval of mpmath (`iv`), which holds the real number for certain:
its bounds are rounded outwards, to as many digits as asked for.  Nothing of how certificates enclose numbers
(`enclosure.py`), and no matrix that they multiply out (`circuits.py`), is used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import add, mul
from typing import Any

from mpmath import iv

from pipeline.recheck.certified import Input
from pipeline.recheck.transformer.weights import TENSORS, Weights

Row = list[int]
Columns = Sequence[Sequence[int]]
Real = Any
"""A real number between two bounds: `iv.mpf` (mpmath says nothing of its types)."""


class Words:
    """A model, and what the statement says of its inputs, to so many digits."""

    def __init__(self, w: Weights, digits: int) -> None:
        self._w, self._digits, self._last = w, digits, w.n_ctx - 1
        rows = {name: w.tensors[name].matrix(w.columns(name)) for name in TENSORS}
        self._E, self._pos = rows["W_E"], rows["W_pos"]
        names = ("W_Q", "W_K", "W_V", "W_O", "W_U")
        self._Q, self._K, self._V, self._O, self._U = (
            list(zip(*rows[name], strict=True)) for name in names
        )
        iv.dps = digits
        self._unit = iv.mpf(1) / 2**w.frac
        self._scale = iv.mpf(w.attn_scale) / 2**w.scale_frac
        # An input's vectors depend on one token and its position: each is computed once.
        self.query, self.key = cache(self._query), cache(self._key)
        self.direct, self.through = cache(self._direct), cache(self._through)
        self._token_keys = [_times(row, self._K) for row in self._E]
        self._position_keys = [_times(row, self._K) for row in self._pos]

    def margin(self, x: Input) -> Real | None:
        """By how much the logit of the largest token is above the largest other logit (`Correct` says: by more than
        nothing); none if there is no other output."""
        logits = self.logits(x)
        answer = logits.pop(max(x))
        return min((answer - other for other in logits), key=lambda gap: gap.a, default=None)

    def logits(self, x: Input) -> list[Real]:
        """`logit`, of each output: the direct path, and what attention mixes.

        (The statement mixes value vectors, then multiplies by `W_O` and `W_U`.  Here each is multiplied while it is
        exact, and mixed last: finite sums may be taken in any order.)
        """
        logits, weights = self.direct(x[-1]), self.attention(x)
        for p, (token, weight) in enumerate(zip(x, weights, strict=True)):
            through = self.through(token, p)
            logits = [logit + weight * entry for logit, entry in zip(logits, through, strict=True)]
        return logits

    def attention(self, x: Input) -> list[Real]:
        """`attention`: softmax over the scores of the positions."""
        factors = [iv.exp(score) for score in self.scores(x)]
        total = sum(factors)
        return [factor / total for factor in factors]

    def scores(self, x: Input) -> list[Real]:
        """`score`, of each position, seen from the last one."""
        iv.dps, query = self._digits, self.query(x[-1])
        dots = (sum(map(mul, query, self.key(token, p))) for p, token in enumerate(x))
        return [dot * self._unit**4 / self._scale for dot in dots]

    def score_parts(self, token: int) -> tuple[Row, Row]:
        """The scores that a query gives to each token and to each position, exactly, over `2^(4 frac)`: a score is the
        sum of the two."""
        query = self.query(token)
        return _times(query, self._token_keys), _times(query, self._position_keys)

    def factor(self, below: int) -> Real:
        """`exp` of a score that is so much below 0, over `2^(4 frac)`."""
        iv.dps = self._digits
        return iv.exp(-below * self._unit**4 / self._scale)

    def _resid(self, token: int, p: int) -> Row:
        """`resid`, over `2^frac`."""
        return list(map(add, self._E[token], self._pos[p]))

    def _query(self, token: int) -> Row:
        """`query` at the last position, over `2^(2 frac)`."""
        return _times(self._resid(token, self._last), self._Q)

    def _key(self, token: int, p: int) -> Row:
        """`key`, over `2^(2 frac)`: linear in what the residual stream is the sum of."""
        return list(map(add, self._token_keys[token], self._position_keys[p]))

    def _direct(self, token: int) -> list[Real]:
        """What the logits are without attention."""
        iv.dps = self._digits
        exact = _times(self._resid(token, self._last), self._U)
        return [entry * self._unit**2 for entry in exact]

    def _through(self, token: int, p: int) -> list[Real]:
        """What full attention to a position adds to the logits: `value`, times `W_O`, times `W_U`."""
        iv.dps = self._digits
        value = _times(self._resid(token, p), self._V)
        return [entry * self._unit**4 for entry in _times(_times(value, self._O), self._U)]


def _times(row: Row, columns: Columns) -> Row:
    """A row times a matrix."""
    return [sum(map(mul, row, column)) for column in columns]
