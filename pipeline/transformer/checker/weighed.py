"""Natural weights of tokens, and what classes of inputs weigh (mirror of `lean/Compact/Claim/Mass.lean`).

An input weighs the product of the weights of its tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb

from pipeline.transformer.checker.classes import Run


@dataclass(frozen=True)
class TokenWeights:
    """The weight of each token."""

    each: tuple[int, ...]

    @classmethod
    def read(cls, bits: int, packed: int, number: int) -> TokenWeights:
        """Those of so many tokens, from a certificate (`tokenWeight` in Lean)."""
        return cls(tuple(packed >> bits * t & (1 << bits) - 1 for t in range(number)))

    @cached_property
    def bits(self) -> int:
        """Bits of one of them."""
        return max(1, max(self.each).bit_length())

    @cached_property
    def packed(self) -> int:
        """All of them in one number."""
        return sum(weight << self.bits * t for t, weight in enumerate(self.each))

    @property
    def around_one(self) -> Sequence[float]:
        """The weights, scaled so that all weigh 1 if they weigh the same: for what need not be exact."""
        return [weight * len(self.each) / self.total for weight in self.each]

    @property
    def total(self) -> int:
        """What all tokens weigh together."""
        return sum(self.each)

    def of_input(self, x: Iterable[int]) -> int:
        """What one input weighs."""
        product = 1
        for token in x:
            product *= self.each[token]
        return product

    def of_run(self, n: int, run: Run) -> int:
        """What the inputs of a run weigh together; the query has `n` positions before it."""
        maximum, each = self.each[run.maximum], [self.each[token] for token in run.tokens]
        if run.levels:
            weighed: int = comb(n, run.first) * maximum ** (n - run.first)
            weighed *= _of_levels(each, run.levels, run.first, run.parts)
        else:
            weighed = sum(
                comb(n, c) * maximum ** (n - c) * sum(each) ** c
                for c in range(run.first, run.last + 1)
            )
        return weighed * self.each[run.query]


def _of_levels(each: Sequence[int], levels: Sequence[int], others: int, parts: int) -> int:
    """What the choices of tokens for so many positions weigh whose levels add up to `parts` at most."""
    bits = (sum(each) ** others).bit_length() + 1
    terms = sum(weight << (bits * level) for weight, level in zip(each, levels, strict=True))
    power: int = terms**others
    low: int = (power & ((1 << (bits * (parts + 1))) - 1)) % ((1 << bits) - 1)
    return low
