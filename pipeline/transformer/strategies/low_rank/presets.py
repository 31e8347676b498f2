"""The choices of parts that are strategies of their own on the command line."""

from __future__ import annotations

from pipeline.transformer.strategies.low_rank.attention import MeanDifference
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.strategy import LowRank

EXACT = Directions(exact=True)

SPLITS = (0b110, 0b101, 0b011)
"""Of a product of four: bounded after the first, second or third factor."""
RECURSIVE = (0,)
"""Nothing is multiplied out."""

QK = Directions(first=1, last=1, plans=(0b101,))
QUADRATIC_QK = Directions(first=1, last=1, middle=8, plans=RECURSIVE)
EU = Directions(plans=RECURSIVE)
EU_RANK_1 = Directions(first=1, plans=RECURSIVE)

BASES = (0, 0.4, 0.55, 0.65, 0.7, 0.75, 0.8, 0.9, 1)
"""Shares of attention to expect; most maxima do best between 0.6 and 0.8."""

PREFIX_TOP2 = LowRank(
    "prefix-top2",
    "tests prefixes of the tokens, by the two largest entries of each row",
    EXACT,
    EXACT,
)
LOW_RANK = (
    LowRank("low-rank-qk", "QK of rank 2, the rest by row differences", QK, EXACT),
    LowRank(
        "low-rank-qk-mean",
        "low-rank-qk with mean + difference attention",
        QK,
        EXACT,
        MeanDifference(BASES),
    ),
    LowRank("low-rank-eu", "direct path of rank 2, the rest by row differences", EXACT, EU_RANK_1),
    LowRank("low-rank-qk-eu", "low-rank-qk and low-rank-eu together", QK, EU_RANK_1),
    LowRank("mean-qk-eu", "low-rank-qk, and the mean direct path only", QK, EU),
    LowRank("quadratic-qk", "QK bounded recursively, nothing multiplied out", QUADRATIC_QK, EXACT),
    LowRank("quadratic-qk-eu", "quadratic-qk and low-rank-eu", QUADRATIC_QK, EU_RANK_1),
)
