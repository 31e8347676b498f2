"""The strategies for linear models: the first is the default."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.linear.strategies.am_gm import AmGm
from pipeline.linear.strategies.brute_force import BruteForce
from pipeline.linear.strategies.convexity import ConvexityPairs, ConvexityTriples
from pipeline.linear.strategies.symmetry import Symmetry
from pipeline.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = {
    each.name: each
    for each in (AmGm(), BruteForce(), Symmetry(), ConvexityPairs(), ConvexityTriples())
}
