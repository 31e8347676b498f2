"""What a family of models is: all that the programs ask of it.

A family is a folder on each side with one name, `pipeline/<family>/` and `lean/Compact/<Family>/`, and one line in
`pipeline/families.py`.  It reads its models, searches certificates for them, and says in Lean and in words what is
claimed of them; what knows no family (running Lean, certificates on disk, the programs) goes through this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pipeline.emit.form import Form
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Assumption
from pipeline.model.container import StoredTensor
from pipeline.strategy import Strategy


class AnyModel(Protocol):
    """A model of any family: exact weights that take `n_ctx` tokens below `d_vocab`."""

    family: ClassVar[str]
    """The name of its family."""

    @property
    def n_ctx(self) -> int: ...

    @property
    def d_vocab(self) -> int: ...

    @property
    def digest(self) -> str:
        """Identifies the exact weights, whatever file they were stored in."""
        ...

    @property
    def file_digest(self) -> str:
        """SHA-256 of the file."""
        ...

    @property
    def assumed(self) -> Sequence[Assumption]:
        """What the weights alone do not show."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know of how the file was read."""
        ...


class Comparison(Protocol):
    """What came of comparing a model with its user's own forward pass."""

    def json(self) -> dict[str, Any]: ...

    def in_words(self) -> str: ...


@dataclass(frozen=True)
class Family:
    """Models that one statement is about.  (A function of a family takes models of that family only.)"""

    name: str
    form: Form
    strategies: Mapping[str, Strategy]
    """From the dearest to the cheapest, by their names on the command line."""
    recognises: Callable[[Mapping[str, StoredTensor]], bool]
    """Are these the tensors of such a model, by their names?"""
    read: Callable[[Path], Any]
    """The model in a file, as it stands in certificates."""
    render_weights: Callable[[str, Any], str]
    """The Lean module with the weights of a model of this Lean name."""
    operations: Callable[[str, Any, Mapping[str, Value]], int]
    """How long the check of a certificate with these fields is, by the name of its checker."""
    count_right: Callable[[Any, Callable[[str], None]], int | None]
    """How many inputs are answered correctly, exactly; `None` if that would take too long."""
    singular_value_ratio: Callable[[Any], float | None]
    """A figure that sweeps record of a model with attention, `None` for others."""
    compare: Callable[[Any, Path, Path], Comparison]
    """Recompute the logits of a model, given a file (or folder) of its user's own and the model's path; refuse
    a model that differs."""
    in_words: Callable[[str, int, int, int], str]
    """What a bound says, for people: of which file, how many inputs, `d_vocab`, `n_ctx`."""
    form_of: Callable[[Any], Form] | None = None
    """What theorems about a model say, where that depends on the model; `None` if it is always `form`."""

    default_for: Callable[[Any], str] | None = None
    """The strategy of a model if none is asked for; `None` if it is always the first."""

    def default(self, model: Any) -> str:
        """The name of the strategy of a model if none is asked for."""
        return next(iter(self.strategies)) if self.default_for is None else self.default_for(model)

    def form_for(self, model: Any) -> Form:
        """What theorems about a model say."""
        return self.form if self.form_of is None else self.form_of(model)

    def strategy(self, name: str) -> Strategy:
        """The strategy of this name; `MalformedInput` if there is none."""
        if name not in self.strategies:
            raise MalformedInput(
                f"unknown strategy {name!a} for a {self.name}",
                cure=f"use one of: {', '.join(self.strategies)}",
            )
        return self.strategies[name]
