"""Points on the frontier: how much is known with how long a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.model import Model
from pipeline.proof.choice import FEW_INPUTS
from pipeline.strategy import Progress, Strategy
from pipeline.transformer.length import operations
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.low_rank import ByTables, LowRank


@dataclass(frozen=True)
class Point:
    """A proof, or what a search predicts of one."""

    name: str
    bound: int
    length: int
    """Operations."""
    proved: bool = False
    own: bool = False
    """Is it one of the explanations that are scored?"""

    def json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "bound": self.bound,
            "length": self.length,
            "proved": self.proved,
            "own": self.own,
        }


def searched(strategy: Strategy, model: Model, progress: Progress) -> Point:
    """What a strategy's search finds, without asking Lean."""
    certificate = strategy.search(model, progress)
    length = operations(strategy.checker, model, certificate.fields)
    return Point(strategy.name, certificate.bound, length)


def finest(strategy: LowRank | ByTables, model: Model) -> Point:
    """The same without choosing how coarsely to round proofs in parts, which takes a while and makes them a little
    shorter: for comparing explanations with each other."""
    if isinstance(strategy, ByTables):
        return searched(strategy, model, lambda _: None)
    found = strategy.finest(model, lambda _: None)
    length = operations(strategy.checker, model, found.fields())
    return Point(strategy.name, found.bound, length)


def built_in(
    model: Model,
    names: Sequence[str] | None,
    progress: Progress,
    search: Callable[[Strategy], Point] | None = None,
) -> list[Point]:
    """Our own strategies; all but brute force of many inputs, if none are named.  `search` may know what they find."""
    few = model.d_vocab**model.n_ctx <= FEW_INPUTS
    chosen = (
        [name for name in STRATEGIES if few or name != "brute-force"] if names is None else names
    )
    points = []
    for name in chosen:
        progress(f"for comparison: {name}")
        strategy = STRATEGIES[name]
        points.append(search(strategy) if search else searched(strategy, model, lambda _: None))
    return points


def frontier(points: Iterable[Point]) -> list[Point]:
    """Those that prove more than all shorter ones, from the shortest."""
    best: list[Point] = []
    for point in sorted(points, key=lambda each: (each.length, -each.bound)):
        if not best or point.bound > best[-1].bound:
            best.append(point)
    return best
