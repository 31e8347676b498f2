"""Which inputs a certificate certifies: what a checker counts, not only how many that are.

A checker counts inputs in groups that do not overlap.  Each group knows how many inputs it holds and can write any one
of them down, so that inputs can be drawn at random and looked at by themselves (`numbers.py`).
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, combinations, count, product
from math import comb
from random import Random
from typing import NamedTuple, Protocol

from pipeline.recheck.natural import power
from pipeline.recheck.refused import BeyondLimits

Input = tuple[int, ...]

MAX_PARTS = 1 << 16
"""With more levels than these, nothing is counted."""


class Group(Protocol):
    """Inputs that are counted together."""

    @property
    def size(self) -> int:
        """How many."""

    def draw(self, random: Random) -> Input:
        """One of them, each as likely as any other."""

    def all(self) -> Iterator[Input]:
        """Each of them once."""


@dataclass(frozen=True)
class Class:
    """For a query and a maximum: the inputs in which so many of the `n` other positions hold one of some tokens below
    the maximum, whichever positions these are, and all others hold the maximum."""

    query: int
    maximum: int
    n: int
    others: int
    tokens: Sequence[int]

    @property
    def size(self) -> int:
        return comb(self.n, self.others) * power(len(self.tokens), self.others)

    def draw(self, random: Random) -> Input:
        places = random.sample(range(self.n), self.others)
        return self._input(places, [random.choice(self.tokens) for _ in places])

    def all(self) -> Iterator[Input]:
        for places in combinations(range(self.n), self.others):
            for tokens in product(self.tokens, repeat=self.others):
                yield self._input(places, tokens)

    def _input(self, places: Sequence[int], tokens: Sequence[int]) -> Input:
        before = [self.maximum] * self.n
        for place, token in zip(places, tokens, strict=True):
            before[place] = token
        return (*before, self.query)


@dataclass(frozen=True)
class Levelled:
    """As `Class`, but each token has a level, and those of an input's tokens add up to no more than all parts."""

    query: int
    maximum: int
    n: int
    others: int
    tokens: Sequence[tuple[int, int]]
    """Tokens and their levels."""
    parts: int

    @cached_property
    def _ways(self) -> list[list[int]]:
        """`[k][p]`: choices of `k` tokens with levels of `p` in all at most."""
        ways = [[1] * (self.parts + 1)]
        for _ in range(self.others):
            row = [0] * (self.parts + 1)
            for _, level in self.tokens:
                for total in range(level, self.parts + 1):
                    row[total] += ways[-1][total - level]
            ways.append(row)
        return ways

    @cached_property
    def size(self) -> int:
        """The power of a polynomial with a term for each token, its level the exponent; its coefficients up to `parts`
        are added up.  It is one number, with a lane for each coefficient."""
        if self.parts > MAX_PARTS:
            raise BeyondLimits(f"more than {MAX_PARTS:,} levels are beyond what is evaluated")
        lane = power(len(self.tokens), self.others).bit_length() + 1
        kept = (1 << lane * (self.parts + 1)) - 1
        each = sum(1 << lane * level for _, level in self.tokens if level <= self.parts)
        ways = 1
        for _ in range(self.others):
            ways = ways * each & kept
        return comb(self.n, self.others) * (ways % ((1 << lane) - 1))

    def draw(self, random: Random) -> Input:
        places, left, chosen = random.sample(range(self.n), self.others), self.parts, list[int]()
        for k in reversed(range(self.others)):
            fits = [(s, level) for s, level in self.tokens if level <= left]
            ends = list(accumulate(self._ways[k][left - level] for _, level in fits))
            token, level = fits[bisect(ends, random.randrange(ends[-1]))]
            chosen.append(token)
            left -= level
        return self._input(places, chosen)

    def all(self) -> Iterator[Input]:
        for places in combinations(range(self.n), self.others):
            for tokens in product(self.tokens, repeat=self.others):
                if sum(level for _, level in tokens) <= self.parts:
                    yield self._input(places, [token for token, _ in tokens])

    def _input(self, places: Sequence[int], tokens: Sequence[int]) -> Input:
        return Class(self.query, self.maximum, self.n, self.others, ())._input(places, tokens)


@dataclass(frozen=True)
class Listed:
    """Inputs one by one, each as one number: its tokens are the digits, the first one lowest."""

    base: int
    length: int
    numbers: Sequence[int]

    @property
    def size(self) -> int:
        return len(self.numbers)

    def draw(self, random: Random) -> Input:
        return self._input(random.choice(self.numbers))

    def all(self) -> Iterator[Input]:
        return map(self._input, self.numbers)

    def _input(self, number: int) -> Input:
        return tuple(number // self.base**i % self.base for i in range(self.length))


@dataclass(frozen=True)
class One:
    """One input."""

    input: Input
    size = 1

    def draw(self, random: Random) -> Input:
        return self.input

    def all(self) -> Iterator[Input]:
        yield self.input


class Counted(NamedTuple):
    """What a checker counts."""

    number: int
    """As Lean's checker counts it: never more than the groups hold."""
    groups: Sequence[Group]

    @classmethod
    def of(cls, groups: Iterable[Group]) -> Counted:
        """All that is in these groups."""
        kept = [group for group in groups if group.size]
        return cls(sum(group.size for group in kept), kept)

    def sample(self, many: int, random: Random) -> list[Input]:
        """So many different inputs, or all if there are no more.

        Every other one is drawn from all inputs alike, the rest each from a group drawn from all groups alike: a
        uniform choice would hardly ever look into small ones.
        """
        ends = list(accumulate(group.size for group in self.groups))
        if not ends or ends[-1] <= many:
            return [x for group in self.groups for x in group.all()]
        drawn: set[Input] = set()
        for i in count():
            by_size = self.groups[bisect(ends, random.randrange(ends[-1]))]
            group = random.choice(self.groups) if i % 2 else by_size
            drawn.add(group.draw(random))
            if len(drawn) == many:
                break
        return sorted(drawn)
