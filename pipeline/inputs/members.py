"""Which inputs a set of classes holds, for all inputs with one query at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.classes import Run

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_NEVER = 1 << 40
"""The level of a token that is not admitted."""


@dataclass(frozen=True)
class Members:
    """The classes of one query, as tables."""

    level: Ints
    """`[maximum, others, token]`: what a token takes"""
    parts: Ints
    """`[maximum, others]`: what all may take together; negative if nothing is counted"""

    @classmethod
    def of(cls, runs: Iterable[Run], v: int, n: int) -> list[Members]:
        """For each query."""
        level = np.full((v, v, n + 1, v), _NEVER)
        parts = np.full((v, v, n + 1), -1)
        for run in runs:
            tokens = np.array(run.tokens, dtype=np.int64)
            for others in range(run.first, run.last + 1):
                assert parts[run.query, run.maximum, others] < 0, "a class is counted twice"
                parts[run.query, run.maximum, others] = run.parts
                level[run.query, run.maximum, others, tokens] = run.levels if run.levels else 0
        return [cls(level[query], parts[query]) for query in range(v)]

    def hold(self, inputs: Inputs) -> Bools:
        """Of each input: is it among them?"""
        taken = np.zeros(inputs.many, dtype=np.int64)
        for tokens in inputs.others:
            own = self.level[inputs.maximum, inputs.below, tokens]
            taken += np.where(tokens == inputs.maximum, 0, own)
        return np.asarray(taken <= self.parts[inputs.maximum, inputs.below])


@dataclass(frozen=True)
class Inputs:
    """All inputs that end in one query, those that differ in the last other position next to each other."""

    query: int
    others: list[Ints]
    """`[position]`: the tokens at the other positions"""
    maximum: Ints
    below: Ints
    """How many other positions do not hold the maximum"""

    @classmethod
    def of(cls, query: int, v: int, n: int) -> Inputs:
        many = v**n
        grid = np.unravel_index(np.arange(many), (v,) * n) if n else ()
        others = [np.asarray(each, dtype=np.int64) for each in grid]
        maximum = np.full(many, query, dtype=np.int64)
        for tokens in others:
            maximum = np.maximum(maximum, tokens)
        below = np.zeros(many, dtype=np.int64)
        for tokens in others:
            below += tokens != maximum
        return cls(query, others, maximum, below)

    @property
    def many(self) -> int:
        return len(self.maximum)

    def tokens(self, index: int) -> list[int]:
        """One input."""
        return [*(int(each[index]) for each in self.others), self.query]
