"""Inputs counted together because their tokens' levels add up to little (`lean/Compact/Mixture/Power.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import comb
from random import Random

from pipeline.recheck.certified import Input


@dataclass(frozen=True)
class Levelled:
    """For a query and a maximum: the inputs in which `others` of the `n` other positions hold tokens below the maximum
    whose levels add up to `most` at most, and all others hold the maximum."""

    query: int
    maximum: int
    n: int
    others: int
    levels: Mapping[int, int]
    """Of the tokens that may occur."""
    most: int

    @cached_property
    def _ways(self) -> Sequence[Sequence[int]]:
        """`[k][l]`: words of `k` tokens whose levels add up to `l`."""
        ways = [[1] + [0] * self.most]
        for _ in range(self.others):
            longer = [0] * (self.most + 1)
            for level in self.levels.values():
                for total in range(self.most + 1 - level):
                    longer[total + level] += ways[-1][total]
            ways.append(longer)
        return ways

    @property
    def size(self) -> int:
        return comb(self.n, self.others) * sum(self._ways[self.others])

    def draw(self, random: Random) -> Input:
        word: list[int] = []
        left = self.most
        for k in range(self.others, 0, -1):
            usable = {token: level for token, level in self.levels.items() if level <= left}
            weights = [sum(self._ways[k - 1][: left - level + 1]) for level in usable.values()]
            drawn = random.randrange(sum(weights))
            for token, weight in zip(usable, weights, strict=True):
                if drawn < weight:
                    word.append(token)
                    left -= self.levels[token]
                    break
                drawn -= weight
        return self._input(random.sample(range(self.n), self.others), word)

    def all(self) -> Iterator[Input]:
        for word in product(self.levels, repeat=self.others):
            if sum(self.levels[token] for token in word) <= self.most:
                for places in combinations(range(self.n), self.others):
                    yield self._input(places, word)

    def _input(self, places: Sequence[int], word: Sequence[int]) -> Input:
        before = [self.maximum] * self.n
        for place, token in zip(places, word, strict=True):
            before[place] = token
        return (*before, self.query)
