"""The length of a proof, by the name of its Lean checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.emit.theorem import Value
from pipeline.length import tables
from pipeline.length.basic import Asked
from pipeline.length.low_rank import low_rank
from pipeline.model import Model

_LENGTHS: Mapping[str, Callable[[Asked], int]] = {
    "BruteForce": tables.brute_force,
    "Quartic": tables.quartic,
    "Mixed": tables.mixed,
    "Cubic": tables.cubic,
    "Prefix": tables.prefix,
    "LowRank": low_rank,
}


def operations(checker: str, model: Model, fields: Mapping[str, Value]) -> int:
    """`<checker>.operations` of a certificate with these fields."""
    return _LENGTHS[checker](Asked(model, fields))
