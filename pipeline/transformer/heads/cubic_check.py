"""What the cubic checker counts (mirror of `lean/Compact/Transformer/Strategy/HeadsCubic/Check.lean`).

With a row in place of the direct path (`Pair`), a head is known by numbers instead of rows: by how much the maximum's
path leads over all other outputs, and by how much less the paths of other tokens may (a *shortfall*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.heads.checker import Pair

SHORT_ROOM = 2
"""A shortfall, or a lead, has so many bits more than a rounded logit."""


@dataclass(frozen=True)
class Shortfalls:
    """By how much less than the maximum's the paths of a head may lead, for each maximum; numbers that do not
    depend on shares."""

    token: Sequence[Sequence[int]]
    """`[m][s]`"""
    own: Sequence[Sequence[int]]
    """`[m][q]`: at the query's own position"""


def shortfalls(t: Tables) -> Shortfalls:
    """The least that pass."""

    def short(row: Sequence[int], best: Sequence[int], m: int) -> int:
        return max(e - b for e, b in zip(row, best, strict=True)) + best[m] - row[m]

    token = [[short(t.token[s], t.token[m], m) for s in range(m)] for m in range(t.v)]
    own = []
    for m in range(t.v):
        best = [a + b for a, b in zip(t.token[m], t.position[m], strict=True)]
        rows = ([a + b for a, b in zip(t.token[q], t.last, strict=True)] for q in range(m + 1))
        own.append([short(row, best, m) for row in rows])
    return Shortfalls(token, own)


def leads(pair: Pair) -> list[int]:
    """Of each head, by how much the maximum's path leads over all other outputs."""
    paths = [pair.path(i, pair.m) for i in range(len(pair.tables))]
    return [
        min(path[pair.m] - entry for t, entry in enumerate(path) if t != pair.m) for path in paths
    ]


@dataclass(frozen=True)
class Spared:
    """A head in one class: its lead, what it can spare, and the heaviest position."""

    lead: int
    spare: int
    heaviest: int


def spared(pair: Pair, short: Sequence[Shortfalls], c: int) -> list[Spared] | None:
    """Of each head, in the class with `c` other tokens; none if one of them can spare nothing."""
    q, m, found = pair.q, pair.m, list[Spared]()
    for t, each, lead in zip(pair.tables, short, leads(pair), strict=True):
        own = t.token_lo[q][q] * t.own[q]
        U = t.low[q][t.n - c]
        spare = (U * t.token_lo[q][m] + own) * lead - own * each.own[m][q] - t.slack[q][m] - 1
        if spare < 0:
            return None
        found.append(Spared(lead, spare, t.high[q][1]))
    return found


def passing(
    pair: Pair, short: Sequence[Shortfalls], c: int, levels: Levels
) -> dict[int, int] | None:
    """The level of each token that is counted in the class with `c` other tokens; none if nothing can be spared."""
    q, m = pair.q, pair.m
    heads = spared(pair, short, c)
    if heads is None:
        return None
    taken: list[tuple[list[int], int, int]] = []
    for t, each, head in zip(pair.tables, short, heads, strict=True):
        lacks = [t.token_lo[q][s] * max(0, each.token[m][s] - head.lead) for s in range(m)]
        taken.append((lacks, head.spare, head.heaviest * levels.parts))
    found: dict[int, int] = {}
    for level in asked(levels, c):
        for s in range(m):
            if s not in found and all(
                lacks[s] <= (level * spare // whole if whole else 0)
                for lacks, spare, whole in taken
            ):
                found[s] = level
    return found


def asked(levels: Levels, c: int) -> Sequence[int]:
    """The levels that are distinguished in the class with `c` other tokens."""
    return [] if c == 0 else [levels.parts] if c == 1 else levels.levels


def inputs(levels: Mapping[int, int], parts: int) -> list[int | None]:
    """As a list, for counting."""
    return [level for level in levels.values() if level <= parts]
