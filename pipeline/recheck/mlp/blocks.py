"""Inputs that are claimed block by block of queries, of a model with an MLP."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Group
from pipeline.recheck.natural import nth
from pipeline.recheck.refused import Refused


def by_blocks(c: Certificate, v: int, pair: Callable[[int, int], Iterable[Group]]) -> Counted:
    """The pairs of each block of queries, of `v` in all; as many as each block says, at least."""
    groups: list[Group] = []
    lo = 0
    for block in c.matrix("blocks"):
        size, said = nth(block, 0), nth(block, 1)
        if lo + size > v:
            raise Refused("there are more queries than tokens")
        own = [g for q in range(lo, lo + size) for m in range(q, v) for g in pair(q, m)]
        if sum(group.size for group in own) < said:
            raise Refused("a block holds fewer inputs than it says")
        groups += own
        lo += size
    total = sum(nth(block, 1) for block in c.matrix("blocks"))
    return Counted(total, [group for group in groups if group.size])
