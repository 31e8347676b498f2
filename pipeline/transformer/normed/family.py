"""One-layer transformers with norms without weights, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.emit.form import Form
from pipeline.family import Family
from pipeline.model.container import StoredTensor
from pipeline.strategy import Strategy
from pipeline.transformer.family import TRANSFORMER
from pipeline.transformer.heads.compare import compare
from pipeline.transformer.heads.family import HEADS, looks_trained_for, not_counted
from pipeline.transformer.heads.model import refined
from pipeline.transformer.heads.reading import require_countable
from pipeline.transformer.normed.brute_force import NormedBruteForce
from pipeline.transformer.normed.length import operations
from pipeline.transformer.normed.model import NormedModel
from pipeline.transformer.normed.quartic import NormedQuartic, suits
from pipeline.transformer.normed.reading import read_normed
from pipeline.transformer.normed.said import EPS, NORM, says_lnpre
from pipeline.transformer.normed.weights import render_weights
from pipeline.transformer.resolution import LEAST_FRAC

STRATEGIES: dict[str, Strategy] = {
    each.name: each for each in (NormedQuartic(), NormedBruteForce())
}


FEW_INPUTS = 256
"""So many are looked at one by one in a minute."""


def read_subject(path: Path) -> NormedModel:
    """Read a model, as it stands in certificates; refuses one with too many inputs to count."""
    model = read_normed(path)
    require_countable(path, model)
    noted = replace(model, notes=(*model.notes, *looks_trained_for(model)))
    return refined(noted, LEAST_FRAC)  # type: ignore[return-value]  # `refined` keeps the class


def default_for(model: NormedModel) -> str:
    """Quartic where it applies and inputs are many, else brute force."""
    many = model.d_vocab**model.n_ctx > FEW_INPUTS
    return NormedQuartic.name if many and suits(model) else NormedBruteForce.name


def form_of(model: NormedModel, strategy: str) -> Form:
    """That of several heads, with norms, in fields with a square root."""
    base = HEADS.form_for(replace(model, mlp=None), "brute-force", {})
    return replace(
        base,
        patient=strategy == NormedQuartic.name,
        lifts=(),
        lemmas=(),
        statement="Compact.Transformer.Normed.Statement",
        property=base.property.replace("Transformer.", "Transformer.Normed.", 1),
        printed=base.printed.replace("Compact.Transformer.", "Compact.Transformer.Normed.", 1),
        binders=base.binders.replace("ExpField", "RootField"),
        printed_binders=base.printed_binders.replace("ExpField", "RootField"),
        audit_binders=base.audit_binders.replace("ExpField", "RootField"),
    )


def by_tensors(tensors: Mapping[str, StoredTensor]) -> bool:
    """Norms without weights leave no trace among tensors."""
    return False


def by_words(tensors: Mapping[str, StoredTensor], metadata: Mapping[str, object]) -> bool:
    """Is it a transformer of which somebody says that it has norms?"""
    return TRANSFORMER.recognises(tensors) and says_lnpre(metadata)


def in_words(file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    return HEADS.in_words(file, bound, d_vocab, n_ctx).replace(
        "with an exponential", "with an exponential and square roots"
    )


NORMED = Family(
    name="normed",
    form=HEADS.form,
    form_of=form_of,
    default_for=default_for,
    strategies=STRATEGIES,
    recognises=by_tensors,
    read=read_subject,
    render_weights=render_weights,
    operations=operations,
    count_right=not_counted,
    compare=compare,
    in_words=in_words,
    settings=(NORM, EPS),
    says=by_words,
)
