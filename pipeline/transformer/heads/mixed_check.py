"""What is counted by prefixes of the tokens (mirror of `lean/Compact/Transformer/Strategy/HeadsMixed/Check.lean`).

At each level of a class, all tokens below a bound are decided by one test in each head: of the greatest factor and the
greatest shortfall among them.  The bounds are witnesses; these are the largest that pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.heads.checker import Pair, classes_of, count_levels
from pipeline.transformer.heads.cubic_check import Shortfalls, asked, spared


@dataclass(frozen=True)
class Prefixes:
    """One query and one maximum."""

    pair: Pair
    short: Sequence[Shortfalls]

    @cached_property
    def _greatest(self) -> list[tuple[list[int], list[int]]]:
        """Of each head, the greatest factors and shortfalls of the tokens up to each."""
        q, m = self.pair.q, self.pair.m
        return [
            (list(accumulate(t.token_lo[q][:m], max)), list(accumulate(each.token[m], max)))
            for t, each in zip(self.pair.tables, self.short, strict=True)
        ]

    def sizes(self, c: int, levels: Levels) -> list[int]:
        """How many tokens pass at each level of the class with `c` other tokens, all at once."""
        heads = spared(self.pair, self.short, c)
        if heads is None:
            return [0 for _ in asked(levels, c)]
        tests = list(zip(self._greatest, heads, strict=True))

        def size(level: int) -> int:
            def fails(s: int) -> bool:
                return any(
                    factor[s] * max(0, short[s] - head.lead) * head.heaviest * levels.parts
                    > level * head.spare
                    for (factor, short), head in tests
                )

            return bisect_left(range(self.pair.m), True, key=fails)

        return [size(level) for level in asked(levels, c)]

    def inputs(self, levels: Levels) -> int:
        """How many inputs are counted."""
        t, total = self.pair.tables[0], 0
        for c in classes_of(t, self.pair.q, self.pair.m):
            if spared(self.pair, self.short, c) is not None:
                total += count_levels(
                    levels_of(self.sizes(c, levels), asked(levels, c)), c, t.n, levels.parts
                )
        return total


def levels_of(sizes: Sequence[int], levels: Sequence[int]) -> list[int | None]:
    """The levels of the tokens that are counted: each has the first at which it passes."""
    found: list[int | None] = []
    for size, level in zip(sizes, levels, strict=True):
        found += [level] * (size - len(found))
    return found


def claimed(sizes: Sequence[int]) -> list[int]:
    """What a certificate says of them: nothing where there are no more tokens than before."""
    before = [0, *sizes]
    return [size if size > last else 0 for last, size in zip(before, sizes, strict=False)]
