"""The model of a proof, and the tables that its certificate is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.bundle.stored import read_stored
from pipeline.errors import MalformedInput
from pipeline.families import read_subject
from pipeline.family import AnyModel
from pipeline.model import Model
from pipeline.report.trace import Entry, known
from pipeline.transformer.checker import cubic, quartic
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import exact_leads
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies import STRATEGIES, ByClasses
from pipeline.transformer.strategies.class_search import ClassStrategy, finest_tables, read_tables
from pipeline.transformer.strategies.mixture import candidates


class NoFigures(MalformedInput):
    """A model of a family whose circuits and losses nothing draws."""


def model_of(entry: Entry) -> AnyModel:
    """The model of a proof, of any family; `MalformedInput` if it is another one now."""
    model = read_subject(entry.model)
    if model.digest != entry.row.model_digest:
        raise MalformedInput(
            f"{entry.model}: not the weights that {entry.certificate} is about",
            cure="give the model back its place, or run the sweep again",
        )
    return model


@dataclass(frozen=True)
class Subject:
    """A model, as its proofs see it."""

    model: Model

    @cached_property
    def exact(self) -> Circuits:
        """The circuits, multiplied out."""
        return circuits(self.model)

    @classmethod
    def of(cls, entry: Entry) -> Subject:
        """Read the model of a proof; `MalformedInput` if it is another one now, `NoFigures` if it is no transformer."""
        model = model_of(entry)
        if not isinstance(model, Model):
            raise NoFigures(
                f"{entry.row.model}: circuits are drawn of transformers with one head and no biases only"
            )
        return cls(model)

    @cached_property
    def finest(self) -> Tables:
        """The tables that are rounded least."""
        return finest_tables(self.exact, self.model.frac)

    def tables(self, entry: Entry) -> Tables | None:
        """The rounded tables of the certificate, if it is one of those that have them."""
        if not isinstance(known(entry.row.strategy), ClassStrategy):
            return None
        return read_tables(self.model, read_stored(entry.certificate).manifest.fields())

    def counted(self, entry: Entry) -> Sequence[Run]:
        """The classes that the certificate counts, with the tokens that it admits; none of a strategy that
        does not count classes."""
        strategy = known(entry.row.strategy)
        if not isinstance(strategy, ByClasses):
            return []
        return strategy.counted(self.model, read_stored(entry.certificate).manifest.fields())


def admitted(name: str, t: Tables) -> Sequence[Run]:
    """The classes that a strategy certifies, given tables, or what contains them and is a rung of the ladder
    (`pipeline/report/slack.py`): of quartic those whose tokens pass alone, of cubic those that pass with
    the token's own output taken together with the others, which hold what prefix certifies."""
    if name == "quartic":
        return list(quartic.admitted(t))
    if name == "cubic":
        return list(cubic.admitted(t, exact_leads(t), candidates(t.n)[-1]))
    strategy = STRATEGIES[name]
    assert isinstance(strategy, ClassStrategy)
    return list(strategy.admitted(t))
