"""The model of a proof, and the tables that its certificate is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.bundle.stored import read_stored
from pipeline.checker.circuits import Circuits, circuits
from pipeline.checker.classes import Run
from pipeline.checker.enclosure import Params, enclose
from pipeline.checker.tables import Tables, tables
from pipeline.cli.models import read_subject
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.report.trace import Entry
from pipeline.strategies import STRATEGIES
from pipeline.strategies.class_search import ClassStrategy

_ROUNDING = ("prec", "steps", "shift", "width")


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
        """Read the model of a proof; `MalformedInput` if it is another one now."""
        model = read_subject(entry.model)
        if model.digest != entry.row.model_digest:
            raise MalformedInput(
                f"{entry.model}: not the weights that {entry.certificate} is about",
                cure="give the model back its place, or run the sweep again",
            )
        return cls(model)

    def tables(self, entry: Entry) -> Tables | None:
        """The rounded tables of the certificate, if it is one of those that have them."""
        if not isinstance(STRATEGIES.get(entry.row.strategy), ClassStrategy):
            return None
        fields = read_stored(entry.certificate).manifest.fields()
        rounding = [fields.get(name) for name in _ROUNDING]
        prec, steps, shift, width = (each if isinstance(each, int) else -1 for each in rounding)
        if min(prec, steps, shift, width) < 0:
            return None
        return tables(enclose(self.exact, self.model.frac, Params(prec, steps, shift, width)))


def admitted(name: str, t: Tables) -> Sequence[Run]:
    """The classes that a strategy certifies, given tables."""
    strategy = STRATEGIES[name]
    assert isinstance(strategy, ClassStrategy)
    return list(strategy.admitted(t))
