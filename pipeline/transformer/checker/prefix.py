"""Prefixes of the tokens, for each level of each class (mirror of `lean/Compact/Transformer/Strategy/Prefix.lean`).

The sizes are witnesses; these are the largest that pass.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import Leads
from pipeline.transformer.checker.mixture import Levels, Pair
from pipeline.transformer.checker.tables import Tables


def admitted(t: Tables, leads: Leads, levels: Levels) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    large = [list(accumulate(row, max)) for row in t.token_lo]
    for m in range(t.v):
        least = list(accumulate(leads.token[m], min))
        for q in range(m + 1):
            pair = Pair(t, leads, q, m)
            lacks = [pair.lack(large[q][i], least[i]) for i in range(m)]

            def size(most: int, lacks: Sequence[int] = lacks) -> Sequence[int]:
                return range(bisect_right(lacks, most))

            yield from pair.runs(levels, size)


def sizes(t: Tables, levels: Levels, found: Sequence[Run]) -> list[list[list[list[int]]]]:
    """`[m][q][c - 1][j]`: the numbers of tokens up to each level of each class."""
    rows: list[list[list[list[int]]]] = [
        [[[0] for _ in range(t.n)] for _ in range(m + 1)] for m in range(t.v)
    ]
    for run in found:
        if run.first:
            each = [
                sum(level <= most for level in run.levels) for most in levels.of_class(run.first)
            ]
            rows[run.maximum][run.query][run.first - 1] = each
    return rows
