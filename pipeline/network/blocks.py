"""First elements in blocks that the kernel looks at one after the other (`lean/Compact/Network/Blocks.lean`)."""

from __future__ import annotations

from collections.abc import Sequence


def blocks(work: Sequence[int], right: Sequence[int], limit: int) -> list[list[int]]:
    """Blocks of at most about `limit` work: of each, how many elements, and how many pairs are answered correctly."""
    result: list[list[int]] = []
    done = 0
    for each, pairs in zip(work, right, strict=True):
        if not result or done + each > limit:
            result.append([0, 0])
            done = 0
        result[-1][0] += 1
        result[-1][1] += pairs
        done += each
    return result
