"""A certificate that came from somebody's own explanation: all that is known of it is in its fields.

Its name says which checker it is for, `explained-mine` or `cubic-explained-mine`, so that it is verified without the
explanation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.emit.names import EXPLAINED, strategy_of
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.cubic import Cubic
from pipeline.transformer.strategies.low_rank.parts import Directions
from pipeline.transformer.strategies.low_rank.strategy import LowRank
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.strategies.mixture import LeadStrategy
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.strategies.quartic import Quartic

_BY_TABLES: Mapping[str, ClassStrategy] = {
    each.name: each for each in (Quartic(), Mixed(), Cubic(), Prefix())
}


@dataclass(frozen=True)
class Explained:
    """Known by its checker."""

    name: str
    base: LowRank | ClassStrategy
    """The strategy of ours that has the same checker."""
    summary: str = "an explanation of somebody's own"
    when: str = "to see what this explanation is worth"

    @property
    def checker(self) -> str:
        """That of the base."""
        return self.base.checker

    def search(self, model: Model, progress: Progress) -> Certificate:
        """Its parts are not known here."""
        raise MalformedInput(
            f"{self.name} is an explanation of somebody's own",
            cure="give its file: python -m pipeline.explain MODEL EXPLANATION.toml",
        )

    def fields(self) -> Mapping[str, Kind]:
        """Those of the checker."""
        return self.base.fields()

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Those of the checker."""
        return self.base.joints(fields)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        """The classes that a certificate counts follow from its fields."""
        return self.base.counted(model, fields)


@dataclass(frozen=True)
class ByTables(Explained):
    """An explanation that has QK and the direct path multiplied out, and says what classes may hold."""

    def search(self, model: Model, progress: Progress) -> Certificate:
        """That of the base, with the levels that were asked for."""
        return replace(self.base.search(model, progress), strategy=self.name)


def by_tables(strategy: str, own_name: str, summary: str, levels: Levels | None) -> ByTables:
    """An explanation with the checker of this strategy."""
    base = _BY_TABLES[strategy]
    if levels is not None:
        assert isinstance(base, LeadStrategy), "only these count with levels"
        base = base.with_levels(levels)
    return ByTables(f"{strategy}-{EXPLAINED}{own_name}", base, summary)


def explained(name: str) -> Explained:
    """The strategy of this name."""
    strategy, exact = strategy_of(name), Directions(exact=True)
    return Explained(name, _BY_TABLES[strategy] if strategy else LowRank(name, "", exact, exact))
