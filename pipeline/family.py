"""What a family of models is: all that the programs ask of it.

A family is a folder on each side with one name, `pipeline/<family>/` and `lean/Compact/<Family>/`, and one line in
`pipeline/families.py`.  It reads its models, searches certificates for them, and says in Lean and in words what is
claimed of them; what knows no family (running Lean, certificates on disk, the programs) goes through this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from pipeline.claim import ACCURACY, Claim
from pipeline.emit.form import Form
from pipeline.emit.names import is_explained
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Assumption
from pipeline.model.container import StoredTensor
from pipeline.strategy import Strategy

Measure = Literal["correct", "loss_billionths"]


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
class Setting:
    """What a model's weights do not show, and its file may not say: an option of the programs, `--name`."""

    name: str
    metavar: str
    help: str

    @property
    def variable(self) -> str:
        """Where what the command line says is remembered until a model is read."""
        return f"COMPACT_{self.name.upper()}"


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
    compare: Callable[[Any, Path, Path], Comparison] | None
    """Recompute the logits of a model, given a file (or folder) of its user's own and the model's path; refuse
    a model that differs.  None if there is nothing to compare that the statement does not say."""
    in_words: Callable[[str, int, int, int], str]
    """What a bound says, for people: of which file, how many inputs (or what `measure` says), `d_vocab`, `n_ctx`."""
    measure: Measure = "correct"
    """What the number in a theorem counts: inputs that are answered correctly, or billionths of the mean loss."""
    figure: Callable[[int, int], str] | None = None
    """The bound in short, given the number of inputs; none for a share of the inputs."""
    claims_nothing: Callable[[int, int], bool] = lambda bound, d_vocab: bound == 0
    """Is a bound so of every model, or as good as that?"""
    singular_value_ratio: Callable[[Any], float | None] = lambda _: None
    """A figure that sweeps record of a model with one attention head."""
    claims: Mapping[str, Claim] = field(default_factory=dict)
    """What can be claimed besides accuracy, by name."""
    explained: Callable[[str], Strategy] | None = None
    """A certificate's strategy that is an explanation of somebody's own, by its name: it is known by its checker."""

    form_of: Callable[[Any, str], Form] | None = None
    """What theorems about a model say, by the name of the strategy; `None` if it is always `form`."""
    default_for: Callable[[Any], str] | None = None
    """The strategy of a model if none is asked for; `None` if it is always the first."""
    settings: Sequence[Setting] = ()
    """What can be said of its models besides the task."""
    says: Callable[[Mapping[str, StoredTensor], Mapping[str, object]], bool] | None = None
    """Does the file, or the command line, say that it is such a model?  `None` if tensors show it."""
    meant: Callable[[Any, str], str] = lambda _, name: name
    """The full name of the strategy that somebody means who names one for a model."""

    def claim_of(self, name: str) -> Claim | None:
        """What a strategy of this full name claims; `None` if that is accuracy."""
        for claim in self.claims.values():
            if any(strategy.name == name for strategy in claim.strategies.values()):
                return claim
        return None

    def form_for(self, model: Any, name: str, fields: Mapping[str, Value]) -> Form:
        """How the theorem of a certificate with these fields is worded, by a strategy of this full name."""
        base = self.form if self.form_of is None else self.form_of(model, name)
        claim = self.claim_of(name)
        return base if claim is None else claim.form(base, fields)

    def default(self, model: Any) -> str:
        """The name of the strategy of a model if none is asked for."""
        return next(iter(self.strategies)) if self.default_for is None else self.default_for(model)

    def say(
        self, name: str, fields: Mapping[str, Value], file: str, bound: int, v: int, n: int
    ) -> str:
        """What the theorem of a certificate says, for people, by a strategy of this full name."""
        claim = self.claim_of(name)
        if claim is None:
            return self.in_words(file, bound, v, n)
        return claim.in_words(fields, file, bound, v, n)

    def total_of(self, name: str, fields: Mapping[str, Value], v: int, n: int) -> int:
        """What the number in a theorem by a strategy of this full name is out of."""
        claim = self.claim_of(name)
        return int(v**n) if claim is None else claim.total(fields, v, n)

    def to_claim(self, claim: str, strategy: str | None, model: Any) -> Strategy:
        """The strategy of this name for a claim about a model; the default if none is named."""
        if claim == ACCURACY:
            return self.strategy(self.meant(model, strategy or self.default(model)))
        if claim not in self.claims:
            known = ", ".join([ACCURACY, *self.claims])
            raise MalformedInput(
                f"there is no claim {claim!a} for models of the family {self.name}",
                cure=f"use one of: {known}"
                if self.claims
                else "leave out --claim, and --margin, --float32, --region and --weights if given",
            )
        offered = self.claims[claim].strategies
        short = {each.name: name for name, each in offered.items()}
        strategy = strategy if strategy is None else short.get(strategy, strategy)
        if strategy is not None and strategy not in offered:
            raise MalformedInput(
                f"the strategy {strategy!a} proves no claim of {claim}",
                cure=f"use one of: {', '.join(offered)}",
            )
        return offered[strategy or next(iter(offered))]

    def strategy(self, name: str) -> Strategy:
        """The strategy of this full name; `MalformedInput` if there is none."""
        for claim in self.claims.values():
            for strategy in claim.strategies.values():
                if strategy.name == name:
                    return strategy
        if self.explained is not None and is_explained(name):
            return self.explained(name)
        if name not in self.strategies:
            raise MalformedInput(
                f"unknown strategy {name!a} for a {self.name}",
                cure=f"use one of: {', '.join(self.strategies)}",
            )
        return self.strategies[name]
