"""The checkers, by the names that they have in Lean: one file each.  Strategies may share one.

`count(weights, certificate)` is what Lean's checker counts: how many inputs, and which; it raises `Refused` where
Lean's checker counts nothing because something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.transformer.strategies import (
    brute_force,
    brute_force_loss,
    cubic,
    low_rank,
    prefix,
    quartic_sheets,
    region,
    soft,
)
from pipeline.recheck.transformer.weights import Weights

Count = Callable[[Weights, Certificate], Counted]

COUNTS: Mapping[str, Count] = {
    "BruteForce": brute_force.count,
    "Quartic": quartic_sheets.count,
    "Mixed": quartic_sheets.count,
    "Cubic": cubic.count,
    "Prefix": prefix.count,
    "LowRank": low_rank.count,
    "PrefixMargin": prefix.count,
    "CubicMargin": cubic.count_lacking,
    "QuarticMargin": quartic_sheets.count,
    "QuarticRegion": region.count,
    "QuarticGaps": region.count_gaps,
    "QuarticMass": quartic_sheets.count,
    "BruteForceMass": brute_force.count,
    "BruteForceLoss": brute_force_loss.count,
    "PrefixMass": prefix.count,
    "CubicMass": cubic.count_lacking,
    "LowRankMass": low_rank.count,
    "SoftCubic": soft.count,
    "SplitCubic": soft.count_split,
}
