"""One-layer, attention-only transformers with several heads or biases, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.emit.form import Form
from pipeline.family import Family
from pipeline.strategy import Strategy
from pipeline.transformer.family import in_words
from pipeline.transformer.heads.brute_force import HeadsBruteForce
from pipeline.transformer.heads.compare import compare, share_right
from pipeline.transformer.heads.cubic import HeadsCubic
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.model import HeadsModel, refined
from pipeline.transformer.heads.quartic import HeadsQuartic
from pipeline.transformer.heads.reading import has_heads_or_biases, read_heads, require_countable
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.resolution import LEAST_FRAC
from pipeline.transformer.tasks import MAX, TASKS

STRATEGIES: dict[str, Strategy] = {
    each.name: each for each in (HeadsQuartic(), HeadsCubic(), HeadsBruteForce())
}
CLEARLY = 0.25
"""By so much, of all inputs, another task has to be answered better for a warning."""


def read_subject(path: Path) -> HeadsModel:
    """Read a model, as it stands in certificates; refuses one with too many inputs to count."""
    model = read_heads(path)
    require_countable(path, model)
    return refined(replace(model, notes=(*model.notes, *looks_trained_for(model))), LEAST_FRAC)


def looks_trained_for(model: HeadsModel) -> list[str]:
    """A warning if the model answers another task much better than its own, on inputs drawn at random."""
    share = {name: share_right(model, task.answer) for name, task in TASKS.items()}
    best = max(share, key=lambda name: share[name])
    if share[best] < share[model.task] + CLEARLY:
        return []
    return [
        f"the theorem is about answering with {TASKS[model.task].words}, and this model does on"
        f" {share[model.task]:.0%} of inputs drawn at random; it answers with {TASKS[best].words} on"
        f" {share[best]:.0%}: did you mean --task {best}?"
    ]


def not_counted(model: HeadsModel, progress: Callable[[str], None]) -> int | None:
    """Nobody counts, for these models, how many inputs are answered correctly exactly."""
    return None


FORM = Form(
    folder="Transformer",
    namespace="Compact.Transformer",
    statement="Compact.Transformer.General.Statement",
    property="Transformer.Correct R maximum {weights}",
    printed="Compact.Transformer.Correct R Compact.maximum {weights}",
)


def default_for(model: HeadsModel) -> str:
    """Quartic for the maximum, brute force for other tasks."""
    return HeadsQuartic.name if model.task == MAX else HeadsBruteForce.name


def form_of(model: HeadsModel) -> Form:
    """What theorems about a model say: its task is in them."""
    task = TASKS[model.task]
    return replace(
        FORM,
        property=FORM.property.replace("maximum", task.label),
        printed=FORM.printed.replace("maximum", task.label),
        answer=task.words,
    )


HEADS = Family(
    name="heads",
    form=FORM,
    form_of=form_of,
    default_for=default_for,
    strategies=STRATEGIES,
    recognises=has_heads_or_biases,
    read=read_subject,
    render_weights=render_weights,
    operations=operations,
    count_right=not_counted,
    compare=compare,
    in_words=in_words,
)
