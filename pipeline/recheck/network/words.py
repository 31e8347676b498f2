"""The words of the claim, for one pair: the definitions of `Network/Statement.lean`, by their names there, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pipeline.recheck.certified import Input
from pipeline.recheck.network.weights import SIDES, Weights


class Words:
    """A network, and what the statement says of its inputs."""

    def __init__(self, w: Weights) -> None:
        self._w = w
        self._tensors = {name: self._fractions(name) for name in w.shapes()}

    def _fractions(self, name: str) -> list[list[Fraction]]:
        unit = Fraction(1, 1 << self._w.frac)
        return [[entry * unit for entry in row] for row in self._w.tensor(name)]

    def margin(self, x: Input) -> Fraction | None:
        """By how much the logit of the product is above the largest other logit; none without another element."""
        h = [max(Fraction(0), each) for each in self.preactivations(x)]
        out = self._times(h, "W_U")
        logits = [a + b for a, b in zip(out, self._tensors["b_U"][0], strict=True)]
        answer = logits.pop(self._w.table.times(*x))
        return answer - max(logits) if logits else None

    def preactivations(self, x: Input) -> list[Fraction]:
        """`preactivation`, of each neuron."""
        sides = []
        for token, side in zip(x, SIDES[:2], strict=True):
            first, *second = self._w.parts[side]
            row = self._tensors[first][token]
            sides.append(_through(row, self._tensors[second[0]], self._w.width) if second else row)
        return [sum(each, Fraction(0)) for each in zip(*sides, self._tensors["b"][0], strict=True)]

    def _times(self, row: Sequence[Fraction], side: str) -> Sequence[Fraction]:
        for name in self._w.parts[side]:
            row = _through(row, self._tensors[name], self._w.shapes()[name][1])
        return row


def _through(
    row: Sequence[Fraction], matrix: Sequence[Sequence[Fraction]], columns: int
) -> list[Fraction]:
    """A row times a matrix."""
    result = [Fraction(0)] * columns
    for factor, entries in zip(row, matrix, strict=True):
        if factor:
            result = [a + factor * b for a, b in zip(result, entries, strict=True)]
    return result
