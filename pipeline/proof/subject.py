"""A model that was read from a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.cli.told import Told
from pipeline.emit.names import model_name
from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.family import AnyModel
from pipeline.model import Model
from pipeline.report.slack import Slack
from pipeline.report.subject import Subject
from pipeline.strategy import Strategy
from pipeline.transformer.strategies.low_rank.explanation import Explanation


@dataclass(frozen=True)
class LoadedModel:
    """The exact weights, and what the file is called."""

    model: AnyModel
    path: Path

    @property
    def file(self) -> str:
        return self.path.name

    @property
    def name(self) -> str:
        """In Lean."""
        return model_name(self.path)

    @property
    def total(self) -> int:
        """How many inputs there are."""
        return int(self.model.d_vocab**self.model.n_ctx)

    @cached_property
    def truth(self) -> int | None:
        """How many of them are answered correctly, exactly; `None` if that would take too long."""
        return family_of(self.model).count_right(self.model, lambda _: None)

    @cached_property
    def slack(self) -> Slack | None:
        """Where bounds are lost; `None` of models of which that is not known."""
        return Slack(Subject(self.model)) if isinstance(self.model, Model) else None

    def explained(self, explanation: Explanation) -> Strategy:
        """The strategy that an explanation asks for; `MalformedInput` if the model is not of that kind."""
        self.require_explainable(explanation.path)
        return explanation.strategy()

    def require_explainable(self, explanation: Path | str) -> Model:
        """The model, if explanations can be about it."""
        if not isinstance(self.model, Model):
            raise MalformedInput(
                f"{explanation}: {self.file} is not a transformer with one head and no biases, as it has to be",
                cure="use python -m pipeline.export",
            )
        return self.model

    def _repr_html_(self) -> str:
        from html import escape

        m = self.model
        return f"<b>{escape(self.file)}</b>: {m.family}, {m.d_vocab}<sup>{m.n_ctx}</sup> = {self.total:,} inputs"


def load(
    path: str | os.PathLike[str],
    *,
    task: str | None = None,
    table: str | os.PathLike[str] | None = None,
    **settings: object,
) -> LoadedModel:
    """Read the weights in a file exactly; `MalformedInput` with one line that says what to change.

    `task`, `table` and `settings` are those of the command line, if the file does not say it: what the model should
    answer; `norm="LNPre"` and `eps=1e-5`, that it has layer norms.
    """
    told = Told.of({"task": task, "table": table, **settings})
    with told.inside():
        return LoadedModel(read_subject(Path(path)), Path(path))
