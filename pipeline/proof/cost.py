"""What the check of a certificate will take: its operations, and a guess at Lean's seconds and memory.

The guess is a fit of few numbers to certificates that were measured (`costs.csv`; `docs/costs.md` says how, and
how good it is).  Above what Lean takes to start, seconds and memory are taken to be powers of the number of operations
and of the size of the weights, times a factor for the family, the checker and the strategy.  Factors of what was
measured seldom are drawn towards 1, so that a new strategy is guessed at from its family.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MEASURED = Path(__file__).with_name("costs.csv")

_START = (0.1, 130.0)
"""Seconds and megabytes below which no module stays."""
_FACTORS_NEAR_ONE = 0.1
_POWERS_NEAR_ZERO = 0.01
"""How much a fit is held back (ridge regression of logarithms)."""


@dataclass(frozen=True)
class Subject:
    """What a cost is guessed from."""

    family: str
    checker: str
    strategy: str
    operations: int
    weights_bytes: int
    """Of the Lean module with the weights."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it may have a factor for."""
        family = self.family
        return (family, f"{family}/{self.checker}", f"{family}/{self.checker}/{self.strategy}")

    @property
    def sizes(self) -> tuple[float, ...]:
        """What has a power, as logarithms."""
        return (np.log(self.operations + 1000.0), np.log(self.weights_bytes + 1000.0))


@dataclass(frozen=True)
class Cost:
    """Of the module with the theorem, on one core like the one that was measured."""

    operations: int
    seconds: float
    memory_mb: float

    def in_words(self) -> str:
        """Part of a line of a table."""
        return f"{self.operations:15,} operations, about {self.seconds:6.1f} s, {self.memory_mb:6,.0f} MB"


@dataclass(frozen=True)
class Measured:
    """A certificate that Lean has checked."""

    model: str
    subject: Subject
    seconds: float
    """Of the processor."""
    memory_mb: float


class Fit:
    """What some measured certificates say of others."""

    def __init__(self, rows: Sequence[Measured]) -> None:
        self._kinds = sorted({kind for row in rows for kind in row.subject.kinds})
        X = np.array([self._features(row.subject) for row in rows])
        held = np.diag(
            [0.0]
            + [_POWERS_NEAR_ZERO] * len(rows[0].subject.sizes)
            + [_FACTORS_NEAR_ONE] * len(self._kinds)
        )
        taken = np.array([(row.seconds, row.memory_mb) for row in rows])
        above = np.maximum(taken - _START, np.array(_START) / 10)
        self._found = np.linalg.solve(X.T @ X + held, X.T @ np.log(above))

    def _features(self, subject: Subject) -> NDArray[np.float64]:
        kinds = [float(kind in subject.kinds) for kind in self._kinds]
        return np.array([1.0, *subject.sizes, *kinds])

    def cost(self, subject: Subject) -> Cost:
        """The guess."""
        seconds, memory_mb = np.exp(self._features(subject) @ self._found) + _START
        return Cost(subject.operations, float(seconds), float(memory_mb))


def read_measured(path: Path = MEASURED) -> list[Measured]:
    """The certificates that were measured."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Measured(
                row["model"],
                Subject(
                    row["family"],
                    row["checker"],
                    row["strategy"],
                    int(row["operations"]),
                    int(row["weights_bytes"]),
                ),
                float(row["seconds"]),
                float(row["memory_mb"]),
            )
            for row in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class Error:
    """By which factor a guess is off, whichever way: of one in two, of nine in ten, at most."""

    median: float
    ninth: float
    most: float

    @classmethod
    def of(cls, ratios: Sequence[float]) -> Error:
        """Of guesses over what was measured."""
        off = np.abs(np.log(ratios))
        return cls(*(float(np.exp(each)) for each in np.quantile(off, (0.5, 0.9, 1.0))))


def held_out(rows: Sequence[Measured]) -> list[Cost]:
    """The guess at each, from all the others."""
    return [Fit([*rows[:i], *rows[i + 1 :]]).cost(row.subject) for i, row in enumerate(rows)]


def errors(rows: Sequence[Measured]) -> tuple[Error, Error]:
    """How good guesses are that have not seen what they guess at: seconds, and memory."""
    guessed = held_out(rows)
    return (
        Error.of([cost.seconds / row.seconds for cost, row in zip(guessed, rows, strict=True)]),
        Error.of([cost.memory_mb / row.memory_mb for cost, row in zip(guessed, rows, strict=True)]),
    )


@cache
def _fit() -> Fit:
    return Fit(read_measured())


def predict(subject: Subject) -> Cost:
    """The guess, from all that was measured."""
    return _fit().cost(subject)


@cache
def how_good() -> str:
    """A line that says what guesses are worth."""
    seconds, memory = errors(read_measured())
    return (
        "seconds (of one processor core) and MB are predictions of what Lean will take; those of measured certificates"
        f" were off by a factor of up to {seconds.median:.2g} and {memory.median:.2g} in one of two cases,"
        f" {seconds.ninth:.2g} and {memory.ninth:.2g} in nine of ten (docs/costs.md)"
    )
