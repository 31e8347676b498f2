"""A bound on a model's accuracy, with the certificate and what Lean said of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.check import Checked
from pipeline.bundle.directory import open_output
from pipeline.cli.report import claim_in_words, figure, percentage
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.proof.subject import LoadedModel
from pipeline.strategy import Strategy
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies import ByClasses
from pipeline.transformer.strategies.class_search import ClassStrategy, read_tables
from pipeline.transformer.strategies.low_rank.explained import Explained


@dataclass(frozen=True)
class Proof:
    """At least `bound` of `total` inputs are answered correctly: a theorem if `proved`, else a search's prediction."""

    subject: LoadedModel
    strategy: Strategy
    bundle: Bundle
    checked: Checked | None
    """What Lean said; `None` if it was not asked."""

    @property
    def proved(self) -> bool:
        """Did Lean's kernel accept it?"""
        return self.checked is not None

    @property
    def bound(self) -> int:
        return self.bundle.manifest.claim.bound

    @property
    def total(self) -> int:
        """All inputs."""
        return self.bundle.manifest.claim.total

    @property
    def truth(self) -> int | None:
        """How many inputs are answered correctly, exactly; `None` where that would take too long to count."""
        return self.subject.truth

    @property
    def gap(self) -> int | None:
        """How many inputs are answered correctly and not proved to be."""
        return None if self.truth is None else self.truth - self.bound

    @cached_property
    def losses(self) -> Mapping[str, int]:
        """Where the gap is lost, relaxation by relaxation (`pipeline/report/slack.py`): the numbers add up to the gap.
        Empty where that is not known."""
        if self.truth is None or self.subject.slack is None:
            return {}
        lost = self.subject.slack.losses(self.strategy, self.bound, self.truth, self._tables)
        return {name: count for name, count in lost.items() if count}

    @property
    def length(self) -> int:
        """The length of the proof: operations of the check, which Lean counts too."""
        return self.bundle.operations

    @property
    def theorem(self) -> str:
        """The theorem, as Lean prints it; only its name, if Lean was not asked."""
        return self.bundle.manifest.lean.theorem if self.checked is None else self.checked.statement

    @cached_property
    def fields(self) -> Mapping[str, Value]:
        """The certificate's fields."""
        return self.bundle.manifest.fields()

    @property
    def counted(self) -> Sequence[Run] | None:
        """The classes of inputs that are counted; `None` of a strategy that has none."""
        model = self.subject.model
        if not isinstance(self.strategy, ByClasses) or not isinstance(model, Model):
            return None
        return self.strategy.counted(model, self.fields)

    def save(self, directory: str | os.PathLike[str]) -> Path:
        """Write the certificate, as `python -m pipeline.export --out` does."""
        path = Path(directory)
        with open_output(path) as output:
            name = self.bundle.manifest.strategy
            conflict = output.conflict(name, self.bundle.weights)
            if conflict is not None:
                raise MalformedInput(conflict.message, cure="choose another directory, or empty it")
            output.commit(self.bundle.files)
        return path

    def _tables(self) -> Tables | None:
        base = self.strategy.base if isinstance(self.strategy, Explained) else self.strategy
        model = self.subject.model
        if not isinstance(base, ClassStrategy) or not isinstance(model, Model):
            return None
        return read_tables(model, self.fields)

    def __str__(self) -> str:
        said = "proved" if self.proved else "NOT CHECKED by Lean"
        return f"{figure(self.bundle)}, {said}, by {self.bundle.manifest.strategy}"

    def _repr_html_(self) -> str:
        """For notebooks."""
        truth, gap = self.truth, self.gap
        rows = {
            "proved" if self.proved else "NOT CHECKED by Lean": figure(self.bundle),
            "truth": "not counted"
            if truth is None
            else f"{truth:,} = {percentage(truth, self.total)}",
            "gap": "" if gap is None else f"{gap:,}",
            "lost by": ", ".join(f"{name} {count:,}" for name, count in self.losses.items()),
            "length": f"{self.length:,} operations",
            "strategy": self.bundle.manifest.strategy,
            "in words": claim_in_words(self.bundle, self.subject.file),
            "in Lean": self.theorem,
        }
        cells = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for name, text in rows.items()
            if text
        )
        return f"<table>{cells}</table>"
