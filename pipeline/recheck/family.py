"""What the second checker has to know of a family of models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.manifest_file import ACCURACY
from pipeline.recheck.natural import power
from pipeline.recheck.numbers import Numbers


@dataclass(frozen=True)
class Claim:
    """A claim other than accuracy."""

    property: Callable[[Certificate], str]
    """What is claimed of an input by a certificate, with `{weights}` for the weights."""
    checkers: Collection[str]
    """The checkers that show it."""
    before: Callable[[Certificate], str] = lambda _: ""
    """What is claimed besides, with `{weights}` for the weights: it stands before the number of inputs."""
    claim: Callable[[Certificate], str] | None = None
    """What a theorem says, if it is not the family's own `claim`."""
    total: Callable[[Certificate, int, int], int] = lambda _, n_ctx, d_vocab: power(d_vocab, n_ctx)
    """What its number is out of, for so many positions and tokens."""


@dataclass(frozen=True)
class Lift:
    """A lemma by which what is shown of another model is so of a model."""

    module: str
    """Its Lean module."""
    lemma: str
    """Its name."""


@dataclass(frozen=True)
class Family:
    """A family: its Lean files, its models, its checkers.  (Its functions take weights of this family.)"""

    folder: str
    """Of its Lean modules: `Transformer`."""
    opened: str
    """The namespace that a certificate's file opens; empty if none."""
    binders: str
    """What a theorem is about besides the weights, as it stands in a Lean file."""
    property: str
    """What is claimed of an input, with `{weights}` for the weights (and `{label}` for the task)."""
    arguments: str
    """What the soundness theorem is applied to before the weights."""
    read_weights: Callable[[bytes], tuple[str, Any]]
    """The namespace of a file of weights, and the weights; refuses another layout."""
    require_model: Callable[[bytes, Any], None]
    """Refuse weights that are not exactly those of a model file."""
    sizes: Callable[[Any], tuple[int, int]]
    """The number of tokens of an input, and of the vocabulary."""
    counts: Mapping[str, Callable[[Any, Certificate], Counted]]
    """What each checker counts, by its name in Lean."""
    look: Callable[[Any, Certificate, Counted, int], Numbers]
    """Up to so many of the inputs that are counted, looked at one by one."""
    labels: tuple[str, ...] = ()
    """What `{label}` in the property may be, the task; nothing if there is none."""
    claim: str = "AtLeast (nat_lit {number}) ({said})"
    """What a theorem says; `{said}` is `property`."""
    measure: str = "correct"
    """What its number is called in a manifest."""
    losses: Mapping[str, Callable[[Any, Certificate], int]] | None = None
    """If the number is a mean loss: what each checker, by its name in Lean, finds the sum of all losses to be."""
    lifts: Mapping[str, Lift] = field(default_factory=dict)
    """Lemmas that may stand between a checker and the claim, by what the other model is called in Lean
    (`weights.name`); in this order, if there are several.  The names of those that do go into the weights (`lifts`)."""
    lookup: Lift | None = None
    """The lemma that comes first where the task is a table (`lookup` in the label)."""
    claims: Mapping[str, Claim] = field(default_factory=dict)
    """Those other than accuracy, by the names that manifests give them."""

    def kind_of(self, checker: str) -> str:
        """What a checker shows."""
        kinds = [kind for kind, claim in self.claims.items() if checker in claim.checkers]
        return kinds[0] if kinds else ACCURACY

    def said(self, kind: str, certificate: Certificate) -> str:
        """What is claimed of an input, with `{weights}` for the weights."""
        return self.claims[kind].property(certificate) if kind in self.claims else self.property

    def worded(self, kind: str, certificate: Certificate) -> str:
        """What a theorem says; `{said}` is the property."""
        own = self.claims[kind].claim if kind in self.claims else None
        return self.claim if own is None else own(certificate)

    def total(self, kind: str, certificate: Certificate, n_ctx: int, d_vocab: int) -> int:
        """What the number of a theorem is out of."""
        if kind in self.claims:
            return self.claims[kind].total(certificate, n_ctx, d_vocab)
        return power(d_vocab, n_ctx)

    def before(self, kind: str, certificate: Certificate) -> str:
        """What is claimed before that, with `{weights}` for the weights."""
        return self.claims[kind].before(certificate) if kind in self.claims else ""


def checkers_of(family: Family) -> Collection[str]:
    """The checkers that are known, by their names in Lean."""
    return family.counts if family.losses is None else family.losses
