"""One-layer transformers with ReLU neurons after attention, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.emit.form import Form
from pipeline.errors import MalformedInput
from pipeline.family import Family
from pipeline.strategy import Strategy
from pipeline.transformer.heads.brute_force import MAX_INPUTS
from pipeline.transformer.heads.compare import compare
from pipeline.transformer.heads.family import HEADS, looks_trained_for, not_counted
from pipeline.transformer.heads.model import refined
from pipeline.transformer.heads.reading import require_countable
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp.brute_force import MlpBruteForce
from pipeline.transformer.mlp.cubic import MlpCubic
from pipeline.transformer.mlp.heads_quartic import MOST_HEADS, MlpHeadsQuartic
from pipeline.transformer.mlp.length import operations
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic import MlpQuartic
from pipeline.transformer.mlp.reading import has_mlp, read_mlp
from pipeline.transformer.resolution import LEAST_FRAC
from pipeline.transformer.tasks import MAX

STRATEGIES: dict[str, Strategy] = {
    each.name: each for each in (MlpQuartic(), MlpCubic(), MlpHeadsQuartic(), MlpBruteForce())
}


def read_subject(path: Path) -> MlpModel:
    """Read a model, as it stands in certificates; refuses one with too many inputs to count."""
    model = read_mlp(path)
    require_countable(path, model)
    noted = replace(model, notes=(*model.notes, *looks_trained_for(model)))
    return refined(noted, LEAST_FRAC)  # type: ignore[return-value]  # `refined` keeps the class


def default_for(model: MlpModel) -> str:
    """Quartic for the maximum with one head, or with a few if there are many inputs; brute force for others;
    `MalformedInput` if inputs are too many for it."""
    if model.task == MAX and len(model.heads) == 1:
        return MlpQuartic.name
    if model.d_vocab**model.n_ctx > MAX_INPUTS:
        if model.task == MAX and len(model.heads) <= MOST_HEADS:
            return MlpHeadsQuartic.name
        raise MalformedInput(
            f"no strategy for an MLP with {len(model.heads)} heads and task {model.task} beyond {MAX_INPUTS:,} inputs:"
            f" this model has {model.d_vocab**model.n_ctx:,}",
            cure=f"take a smaller model, or at most {MOST_HEADS} heads and --task max, which quartic is for",
        )
    return MlpBruteForce.name


def meant(model: MlpModel, name: str) -> str:
    """`quartic` has a checker of its own for several heads."""
    several = name == MlpQuartic.name and len(model.heads) > 1
    return MlpHeadsQuartic.name if several else name


def form_of(model: MlpModel, strategy: str) -> Form:
    """That of several heads; a part of quartic's or cubic's check takes as long as many others."""
    return replace(HEADS.form_for(model, strategy, {}), patient=strategy != MlpBruteForce.name)


MLP = Family(
    name="mlp",
    form=HEADS.form,
    form_of=form_of,
    meant=meant,
    default_for=default_for,
    strategies=STRATEGIES,
    recognises=has_mlp,
    read=read_subject,
    render_weights=render_weights,
    operations=operations,
    count_right=not_counted,
    compare=compare,
    in_words=HEADS.in_words,
)
