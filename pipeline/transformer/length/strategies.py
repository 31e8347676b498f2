"""The length of a proof, by the name of its Lean checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.transformer.length import soft, tables
from pipeline.transformer.length.basic import Asked
from pipeline.transformer.length.low_rank import low_rank, low_rank_mass

_LENGTHS: Mapping[str, Callable[[Asked], int]] = {
    "BruteForce": tables.brute_force,
    "Quartic": tables.quartic,
    "Mixed": tables.quartic,
    "Cubic": tables.cubic,
    "Prefix": tables.prefix,
    "LowRank": low_rank,
    "PrefixMargin": tables.prefix_margin,
    "CubicMargin": tables.cubic_margin,
    "QuarticMargin": tables.quartic_margin,
    "QuarticRegion": tables.quartic_region,
    "QuarticGaps": tables.quartic_gaps,
    "QuarticMass": tables.quartic_mass,
    "BruteForceMass": tables.brute_force_mass,
    "BruteForceLoss": tables.brute_force_loss,
    "PrefixMass": tables.prefix_mass,
    "CubicMass": tables.cubic_mass,
    "LowRankMass": low_rank_mass,
    "SoftCubic": soft.soft_cubic,
    "SplitCubic": soft.split_cubic,
}


def operations(checker: str, model: Model, fields: Mapping[str, Value]) -> int:
    """`<checker>.operations` of a certificate with these fields."""
    return _LENGTHS[checker](Asked(model, fields))
