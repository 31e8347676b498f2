"""First elements in blocks that the kernel looks at one after the other (`lean/Compact/Network/Blocks.lean`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.network.groups import commutes
from pipeline.network.model import Network

Answers = npt.NDArray[np.bool_]


def halves(model: Network) -> bool:
    """Is it enough to look at the pairs `x <= y` (`lean/Compact/Network/Symmetry.lean`)?"""
    left, right = (
        [model.tensors[part] for part in model.matrices[side]] for side in ("W_L", "W_R")
    )
    bits = [[model.bits(part) for part in model.matrices[side]] for side in ("W_L", "W_R")]
    return left == right and bits[0] == bits[1] and commutes(model.table)


def counted(right: Answers, half: bool) -> list[int]:
    """How many pairs are counted with each element: its row, or those in which it is the smaller one."""
    if not half:
        return [int(row.sum()) for row in right]
    return [int(row[x]) + 2 * int(row[x + 1 :].sum()) for x, row in enumerate(right)]


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
