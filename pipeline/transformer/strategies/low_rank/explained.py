"""A certificate whose parts were chosen by somebody's own explanation: all that is known of it is in its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.strategies.low_rank.presets import PREFIX_TOP2


@dataclass(frozen=True)
class Explained:
    """Known by its checker: to verify it, its explanation is not needed."""

    name: str
    checker = PREFIX_TOP2.checker
    summary = "an explanation of somebody's own"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """Its parts are not known here."""
        raise MalformedInput(
            f"{self.name} is an explanation of somebody's own",
            cure="give its file: python -m pipeline.explain MODEL EXPLANATION.toml",
        )

    def fields(self) -> Mapping[str, Kind]:
        """Those of the checker."""
        return PREFIX_TOP2.fields()

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Those of the checker."""
        return PREFIX_TOP2.joints(fields)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        """The classes that a certificate counts follow from its fields."""
        return PREFIX_TOP2.counted(model, fields)


def explained(name: str) -> Explained:
    """The strategy of this name."""
    return Explained(name)
