"""The integer bounds by which checkers enclose `exp`, compared with mpmath's, at scores that occur."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, Protocol

from pipeline.recheck.certified import Input
from pipeline.recheck.natural import power
from pipeline.recheck.transformer.enclosure import Bounds
from pipeline.recheck.transformer.weights import Weights
from pipeline.recheck.transformer.words import Words


class Factor(NamedTuple):
    """`exp` of what a query's score owes to a token or to a position, over that of the best one."""

    query: int
    kind: str
    """`token` or `position`."""
    which: int

    def __str__(self) -> str:
        return f"the softmax factor of {self.kind} {self.which} for the query {self.query}"


def factors_of(x: Input) -> set[Factor]:
    """The factors that the attention in an input is made of."""
    tokens = {Factor(x[-1], "token", token) for token in x}
    return tokens | {Factor(x[-1], "position", p) for p in range(len(x))}


class Bounding(Protocol):
    """How a certificate bounds exponentials."""

    @property
    def prec(self) -> int:
        """Fractional bits of the bounds."""
        ...

    def argument(self, w: Weights, gap: int) -> int: ...

    def exp(self, y: int) -> Bounds: ...


class Enclosed:
    """Are factors within the bounds that a certificate's parameters give (`Params.exp`)?"""

    def __init__(self, w: Weights, p: Bounding, words: Words) -> None:
        self._w, self._p, self._words = w, p, words
        self._scores = cache(words.score_parts)

    def holds(self, factor: Factor) -> bool:
        """Is the real number between the bounds?"""
        tokens, positions = self._scores(factor.query)
        scores = tokens if factor.kind == "token" else positions
        below = max(scores) - scores[factor.which]
        low, high = self._p.exp(self._p.argument(self._w, below))
        real = self._words.factor(below) * power(2, self._p.prec)
        return bool(low <= real.a and real.b <= high)
