"""What a few weights cost all others: the proof writes every number over one common power of two."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.model.dyadic import Dyadics

RARE = 100
"""One weight in so many is rare."""

MANY_BITS = 16
"""More bits than rare weights may cost without a word."""

COLLIDE = 32
"""From so many more bits on, numbers that are multiples of them (products of two weights) agree in their lowest 64
bits, which is all that the caches of Lean's kernel tell them apart by.  Checkers that take such numbers one by one
(proofs in parts: `Chain`) then take minutes; those that take a row at a time do not."""


@dataclass(frozen=True)
class Fine:
    """The rare weights with the lowest bits, and what numbers would be like without them."""

    name: str
    row: int
    column: int
    value: float
    bits: int
    """After the binary point, that the finest weight needs."""
    rare: int
    """Weights that need more than the rest."""
    rest_bits: int
    """What all others need."""
    largest: float
    """The largest of the rare weights, in size."""

    def in_words(self) -> str:
        """One line."""
        value = f"{self.value:.9g}"
        others = (
            "it" if self.rare == 1 else f"it and {self.rare - 1} more of at most {self.largest:.3g}"
        )
        times = (self.bits + 1) / (self.rest_bits + 1)
        hard = (
            "checking takes up to twice as long; by the low-rank strategies and prefix-top2 Lean may"
            " come to no verdict at all"
            if self.bits - self.rest_bits >= COLLIDE
            else "checking takes longer"
        )
        return (
            f"{self.name}[{self.row}, {self.column}] = {value} needs {self.bits} bits after the binary"
            f" point; without {others}, all weights need {self.rest_bits}: all numbers of the proof are"
            f" {times:.1f} times as long for it, and {hard}.  Where it does not matter, set weights that"
            " small to zero in the model and save it again"
        )


def finest(numbers: Mapping[str, Dyadics], columns: Mapping[str, int]) -> Fine | None:
    """The weights that make all numbers much longer, if they are rare: those above the widest gap."""
    needed = {name: np.maximum(0, -each.exponents) for name, each in numbers.items()}
    descending = np.sort(np.concatenate(list(needed.values())))[::-1]
    steps = descending[:-1] - descending[1:]
    rare = steps[: max(1, len(descending) // RARE)]
    if len(rare) == 0 or int(rare.max()) < MANY_BITS:
        return None
    bits, rest = int(descending[0]), int(descending[1 + int(rare.argmax())])
    name = next(name for name, each in needed.items() if int(each.max()) == bits)
    place = int(needed[name].argmax())
    sizes = [
        abs(_value(each, index))
        for key, each in numbers.items()
        for index in np.flatnonzero(needed[key] > rest).tolist()
    ]
    row, column = divmod(place, columns[name])
    value = _value(numbers[name], place)
    return Fine(name, row, column, value, bits, len(sizes), rest, max(sizes))


def _value(numbers: Dyadics, index: int) -> float:
    return math.ldexp(int(numbers.mantissas[index]), int(numbers.exponents[index]))
