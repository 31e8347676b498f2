"""What strategies share that are about the token at one position: how they search, and what they refuse."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.heads.first_check import Head
from pipeline.transformer.heads.model import HeadsModel, plain_heads
from pipeline.transformer.heads.others import others
from pipeline.transformer.heads.quartic import LEAST_GAIN, PRECISIONS, STEPS, WIDTH
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.strategies.search import Counted
from pipeline.transformer.tasks import words_for

COARSE = (48, 64)
"""Fractional bits of the exponentials that are tried before those of quartic: lanes are as wide as they make them."""
Best = TypeVar("Best", bound=Counted)


def coarsest(at: Callable[[int], Best], most: int) -> Best:
    """What is found at the coarsest rounding from which on little is gained; `most` is not to be surpassed."""
    found = at(COARSE[0])
    for prec in (*COARSE[1:], *PRECISIONS):
        if found.bound == most:
            break
        finer = at(prec)
        if finer.bound <= found.bound * (1 + LEAST_GAIN):
            break
        found = finer
    return found


def require_anchored(model: HeadsModel, name: str, task: str, start: int) -> None:
    """Refuse a model that the strategy `name` is not about; free positions begin at `start`."""
    if model.task != task:
        raise MalformedInput(
            f"{name} proves answers with {words_for(task)}, not with {words_for(model.task)}",
            cure=f"{others(model.task)}, or --task {task}",
        )
    if model.n_ctx <= start or model.d_vocab < 2:
        raise MalformedInput(f"{name} needs {start + 1} positions and two tokens")


class AnchoredStrategy(ABC, Generic[Best]):
    """A strategy for one task; `start` is where positions begin whose tokens are free."""

    kind: ClassVar[str]
    """How tokens are compared: the first part of its name."""

    def __init__(self, task: str, checker: str, start: int, summary: str, when: str) -> None:
        self.task, self.checker, self._start = task, checker, start
        self.name = f"{self.kind}-{task}"
        self.summary, self.when = summary, when

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """The coarsest rounding, of some, from which on little is gained."""
        require_anchored(model, self.name, self.task, self._start)
        progress("multiplying the weights out")
        exact = [circuits(head) for head in plain_heads(model)]
        bits = max(lane_bits(each, model.frac) for each in exact)
        found = coarsest(
            lambda prec: self._at(model, exact, bits, prec, progress),
            model.d_vocab**model.n_ctx,
        )
        return self._certificate(model, found)

    def rounded(
        self, model: HeadsModel, exact: Sequence[Circuits], bits: int, prec: int
    ) -> tuple[Params, list[Head]]:
        """How to round with so many bits, and the heads so rounded."""
        params = Params(prec, STEPS, max(0, bits - WIDTH + 2), WIDTH)
        return params, [Head(enclose(each, model.frac, params)) for each in exact]

    @abstractmethod
    def _at(
        self, model: HeadsModel, exact: Sequence[Circuits], bits: int, prec: int, progress: Progress
    ) -> Best:
        """What is counted with so many bits."""

    @abstractmethod
    def _certificate(self, model: HeadsModel, found: Best) -> Certificate:
        """Of what was found."""

    @abstractmethod
    def fields(self) -> Mapping[str, Kind]:
        """The fields of its certificate in Lean."""

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model, and the rest."""
        return ["Bool.and_intro"]
