"""How much of QK must be understood: the same proof with 1, 2, 3, ... directions on either side of QK."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.errors import MalformedInput
from pipeline.transformer.strategies.low_rank import LowRank, splits
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.presets import EXACT

HIGHEST = 512
_CURE = "write them as 1..8 or 1,2,4"


def parse_ranks(text: str) -> list[int]:
    """`1..3,6` is 1, 2, 3, 6."""
    ranks: dict[int, None] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,3})(?:\.\.(\d{1,3}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last <= HIGHEST:
            raise MalformedInput(f"--rank {text!a} names no ranks from 0 to {HIGHEST}", cure=_CURE)
        ranks |= dict.fromkeys(range(first, last + 1))
    return sorted(ranks)


def of_rank(rank: int) -> LowRank:
    """So many directions on either side of QK, the rest by row differences, and the direct path multiplied out."""
    plans = (splits.plan(splits.QK, "XQ|KE"),)
    qk = Directions(rank, rank, 0, plans, where=f"--rank {rank}")
    return LowRank(f"explained-rank-r{rank}", f"QK along {rank} directions", qk, EXACT)


def knee(ranks: Sequence[int], bounds: Sequence[int]) -> int | None:
    """The rank from which on more directions bring little: where the bounds are farthest above the straight line from
    the first to the last (the usual definition).  `None` if they do not rise."""
    if len(ranks) < 3 or bounds[-1] <= bounds[0]:
        return None
    slope = (bounds[-1] - bounds[0]) / (ranks[-1] - ranks[0])
    above = [b - bounds[0] - slope * (r - ranks[0]) for r, b in zip(ranks, bounds, strict=True)]
    return ranks[above.index(max(above))] if max(above) > 0 else None
