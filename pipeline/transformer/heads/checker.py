"""What the Lean checker counts (mirror of `lean/Compact/Transformer/Strategy/HeadsQuartic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import comb

from pipeline.transformer.checker.classes import with_others
from pipeline.transformer.checker.tables import Tables


@dataclass(frozen=True)
class First:
    """What stands for the first tokens in one head: by how much, at the most, their rows are above their
    entries at the maximum (`firstRow`, less a unit), and their greatest factor (`firstFactor`)."""

    gaps: Sequence[int]
    factor: int


@dataclass(frozen=True)
class Firsts:
    """The rows that stand for the first tokens, for all numbers of them, of all heads and one maximum."""

    tables: Sequence[Tables]
    m: int

    @cached_property
    def _gaps(self) -> list[list[list[int]]]:
        """`[i][f - 1][t]`"""
        return [
            list(
                accumulate(([e - row[self.m] for e in row] for row in t.token[: self.m]), _greater)
            )
            for t in self.tables
        ]

    def of(self, q: int, f: int) -> list[First]:
        """What stands for the first `f` tokens, of which there is one at least, with the query `q`."""
        return [
            First([max(gap, -1 << t.width) for gap in gaps[f - 1]], max(t.token_lo[q][:f]))
            for t, gaps in zip(self.tables, self._gaps, strict=True)
        ]


def _greater(a: Sequence[int], b: Sequence[int]) -> list[int]:
    return list(map(max, a, b))


@dataclass(frozen=True)
class Pair:
    """One query and one maximum, with a row for each head: what can be spared, and what tokens lack."""

    tables: Sequence[Tables]
    q: int
    m: int
    rows: Sequence[Sequence[int]]
    """`[head][t]`: in place of the direct path"""

    @property
    def leads(self) -> bool:
        """Is the maximum's path in no head below another output?"""
        return all(
            path[t] <= path[self.m]
            for path in map(self._path_of_maximum, self._heads)
            for t in path
        )

    @property
    def _heads(self) -> range:
        return range(len(self.tables))

    def _path_of_maximum(self, i: int) -> dict[int, int]:
        return dict(enumerate(self.path(i, self.m)))

    def path(self, i: int, s: int) -> list[int]:
        """`[t]`: a head's logits when the token is `s`."""
        t = self.tables[i]
        return [
            sum(parts) for parts in zip(self.rows[i], t.token[s], t.position[self.m], strict=True)
        ]

    def own(self, i: int) -> list[int]:
        """`[t]`: at the query's own position."""
        t = self.tables[i]
        return [sum(parts) for parts in zip(self.rows[i], t.token[self.q], t.last, strict=True)]

    def spare(self, i: int, others: int) -> list[int]:
        """`[t]`: what can be spared over each output if so many positions do not hold the maximum; 0 at that."""
        t, q, m = self.tables[i], self.q, self.m
        U = t.low[q][t.n - others]
        path, own = self.path(i, m), self.own(i)
        by_max, by_own = U * t.token_lo[q][m], t.token_lo[q][q] * t.own[q]
        loss = t.slack[q][m] + 1
        return [
            0 if j == m else by_max * (path[m] - path[j]) + by_own * (own[m] - own[j]) - loss
            for j in range(t.v)
        ]

    def weighs_no_less(self, others: int, more: int) -> bool:
        """Do the positions with the maximum weigh no less than if there were `more` others, in all heads?"""
        return all(t.low[self.q][t.n - more] <= t.low[self.q][t.n - others] for t in self.tables)

    def _spare_of(self, i: int, others: int) -> list[int]:
        key = i, others
        if key not in self._spared:
            self._spared[key] = self.spare(i, others)
        return self._spared[key]

    @cached_property
    def _spared(self) -> dict[tuple[int, int], list[int]]:
        return {}

    @cached_property
    def _lacks(self) -> list[list[list[int]]]:
        """`[i][s][j]`: how far the token's path is above the maximum's, at each output."""
        paths = [[self.path(i, s) for s in range(self.m)] for i in self._heads]
        return [[[e - path[self.m] for e in path] for path in rows] for rows in paths]

    def level(self, i: int, s: int, spare: Sequence[int], parts: int) -> int | None:
        """The least level at which a head bears the token; none if there is no such level up to `parts`."""
        t, q = self.tables[i], self.q
        weight = t.high[q][1] * parts * t.token_lo[q][s]
        level = 0
        for lacks, spared in zip(self._lacks[i][s], spare, strict=True):
            lacking = weight * lacks
            if lacking > level * spared:
                if spared <= 0:
                    return None
                level = -(-lacking // spared)
                if level > parts:
                    return None
        return level

    def first_level(self, others: int, firsts: Sequence[First], parts: int) -> int | None:
        """The least level at which every head bears the first tokens, all at once (`firstTakes`)."""
        found = 0
        for i, (t, first) in enumerate(zip(self.tables, firsts, strict=True)):
            weight = t.high[self.q][1] * parts * first.factor
            base = [a + b for a, b in zip(self.rows[i], t.position[self.m], strict=True)]
            for gap, added, spared in zip(first.gaps, base, self._spare_of(i, others), strict=True):
                lacking = weight * (gap + added - base[self.m])
                if lacking > found * spared:
                    if spared <= 0:
                        return None
                    found = -(-lacking // spared)
                    if found > parts:
                        return None
        return found

    def levels(self, others: int, parts: int) -> list[int | None] | None:
        """`[s]`, for the tokens below the maximum; none if nothing can be spared."""
        spare = [self._spare_of(i, others) for i in self._heads]
        if any(entry < 0 for row in spare for entry in row):
            return None
        found: list[int | None] = []
        for s in range(self.m):
            each = [self.level(i, s, spare[i], parts) for i in self._heads]
            known = [level for level in each if level is not None]
            found.append(max(known) if len(known) == len(each) else None)
        return found


def row_of(t: Tables, m: int, bits: int, share: int, margin: Sequence[int]) -> list[int]:
    """The row of a head (`rowOf`), as numbers that need not fit."""
    bare = [a + b for a, b in zip(t.token[m], t.position[m], strict=True)]
    middle = 1 << (t.width - 1)
    return [
        ((middle + bare[m] - entry << bits) - share * gap) >> bits
        for entry, gap in zip(bare, margin, strict=True)
    ]


def all_margin(tables: Sequence[Tables], q: int, m: int) -> list[int]:
    """`[t]`: the margin of all heads and the direct path when all positions hold the maximum."""
    rows = [tables[0].direct[q]]
    for t in tables:
        rows += [t.token[m], t.position[m]]
    total = [sum(column) for column in zip(*rows, strict=True)]
    return [total[m] - entry for entry in total]


def pair_of(
    tables: Sequence[Tables], q: int, m: int, bits: int, shares: Sequence[int]
) -> Pair | None:
    """The rows that shares give; none if they are refused (`rowsOk`)."""
    margin = all_margin(tables, q, m)
    if min(margin) < 0:
        return None
    rows = [row_of(t, m, bits, share, margin) for t, share in zip(tables, shares, strict=True)]
    extra = len(tables) + 2
    rows[0] = [entry + (0 if j == m else extra) for j, entry in enumerate(rows[0])]
    if any(not 0 <= entry < 1 << tables[0].width for row in rows for entry in row):
        return None
    direct = tables[0].direct[q]
    total = [sum(column) for column in zip(*rows, strict=True)]
    if any(total[m] + direct[j] + 2 > total[j] + direct[m] for j in range(tables[0].v) if j != m):
        return None
    pair = Pair(tables, q, m, rows)
    return pair if pair.leads else None


def classes_of(t: Tables, q: int, m: int) -> list[int]:
    """How many other tokens the classes of a query and a maximum have."""
    return [0, *with_others(t.n, q, m)]


def count_levels(levels: Sequence[int | None], others: int, n: int, parts: int) -> int:
    """Words with so many other tokens, whose levels add up to no more than all parts."""
    ways = [1] + [0] * parts
    for _ in range(others):
        longer = [0] * (parts + 1)
        for level in levels:
            if level is not None:
                for total in range(parts + 1 - level):
                    longer[total + level] += ways[total]
        ways = longer
    return comb(n, others) * sum(ways)
