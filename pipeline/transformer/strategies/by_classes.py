"""Strategies that count classes of inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.checker.classes import Run


@runtime_checkable
class ByClasses(Strategy, Protocol):
    """A strategy that counts classes of inputs, so that its cost does not grow with their number."""

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        """The classes that a certificate with these fields counts, with the tokens that it admits."""
        ...
