"""The strategies, by their names on the command line."""

from __future__ import annotations

from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress, Strategy
from pipeline.transformer.strategies.brute_force import BruteForce
from pipeline.transformer.strategies.by_classes import ByClasses
from pipeline.transformer.strategies.cubic import Cubic
from pipeline.transformer.strategies.low_rank import LOW_RANK, PREFIX_TOP2
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.strategies.quartic import Quartic

__all__ = [
    "STRATEGIES",
    "ByClasses",
    "Certificate",
    "Kind",
    "Progress",
    "Strategy",
    "find_strategy",
    "order",
]

_ALL: tuple[Strategy, ...] = (
    BruteForce(),
    Quartic(),
    Mixed(),
    Cubic(),
    Prefix(),
    PREFIX_TOP2,
    *LOW_RANK,
)
STRATEGIES: dict[str, Strategy] = {strategy.name: strategy for strategy in _ALL}
"""From the dearest to the cheapest."""


def order(name: str) -> int:
    """The place of a strategy among all, from the dearest; that of `quartic-region` is that of `quartic`; the last
    if it is not one of them."""
    base = name if name in STRATEGIES else name.rpartition("-")[0]
    return list(STRATEGIES).index(base) if base in STRATEGIES else len(STRATEGIES)


def find_strategy(name: str) -> Strategy:
    """The strategy of this name; `MalformedInput` if there is none."""
    if name not in STRATEGIES:
        raise MalformedInput(
            f"unknown strategy {name!a}", cure=f"use one of: {', '.join(STRATEGIES)}"
        )
    return STRATEGIES[name]
