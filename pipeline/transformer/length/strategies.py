"""The length of a proof, by the name of its Lean checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.transformer.length import brute_force, leads, sheets, soft
from pipeline.transformer.length.basic import Asked
from pipeline.transformer.length.low_rank import low_rank, low_rank_mass

_LENGTHS: Mapping[str, Callable[[Asked], int]] = {
    "BruteForce": brute_force.brute_force,
    "Quartic": sheets.quartic,
    "Mixed": sheets.quartic,
    "Cubic": leads.cubic,
    "Prefix": leads.prefix,
    "LowRank": low_rank,
    "PrefixMargin": leads.prefix_margin,
    "CubicMargin": leads.cubic_margin,
    "QuarticMargin": sheets.quartic_margin,
    "QuarticRegion": sheets.quartic_region,
    "QuarticGaps": sheets.quartic_gaps,
    "QuarticMass": sheets.quartic_mass,
    "BruteForceMass": brute_force.brute_force_mass,
    "BruteForceLoss": brute_force.brute_force_loss,
    "PrefixMass": leads.prefix_mass,
    "CubicMass": leads.cubic_mass,
    "LowRankMass": low_rank_mass,
    "SoftCubic": soft.soft_cubic,
    "SplitCubic": soft.split_cubic,
}


def operations(checker: str, model: Model, fields: Mapping[str, Value]) -> int:
    """`<checker>.operations` of a certificate with these fields."""
    return _LENGTHS[checker](Asked(model, fields))
