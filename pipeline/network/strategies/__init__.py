"""The strategies for networks, from the dearest to the cheapest."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.network.strategies.brute_force import BruteForce
from pipeline.network.strategies.gates import Gates, GatesWithErrors
from pipeline.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = {
    each.name: each for each in (BruteForce(), Gates(), GatesWithErrors())
}
