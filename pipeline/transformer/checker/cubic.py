"""Tokens by what they lack (mirror of `lean/Compact/Transformer/Strategy/Cubic.lean`)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import Leads
from pipeline.transformer.checker.mixture import Levels, Pair
from pipeline.transformer.checker.tables import Tables


def admitted(t: Tables, leads: Leads, levels: Levels) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    for m in range(t.v):
        for q in range(m + 1):
            pair = Pair(t, leads, q, m)
            facts = zip(t.token_lo[q][:m], leads.token[m][:m], strict=True)
            lacks = [pair.lack(factor, lead) for factor, lead in facts]
            order = sorted(range(m), key=lacks.__getitem__)
            ascending = [lacks[s] for s in order]

            def size(
                most: int, order: Sequence[int] = order, ascending: Sequence[int] = ascending
            ) -> Sequence[int]:
                return order[: bisect_right(ascending, most)]

            yield from pair.runs(levels, size)
