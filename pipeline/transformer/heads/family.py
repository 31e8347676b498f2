"""One-layer, attention-only transformers with several heads or biases, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.emit.form import Form, Lift
from pipeline.family import Family
from pipeline.strategy import Strategy
from pipeline.transformer.family import in_words
from pipeline.transformer.heads.anchored import LAST, QUARTIC_FIRST, QUARTIC_LAST
from pipeline.transformer.heads.anchored_cubic import CUBIC_FIRST, CUBIC_LAST
from pipeline.transformer.heads.anchored_mixed import MIXED_FIRST, MIXED_LAST
from pipeline.transformer.heads.brute_force import MAX_INPUTS, HeadsBruteForce
from pipeline.transformer.heads.compare import compare, share_right
from pipeline.transformer.heads.cubic import HeadsCubic
from pipeline.transformer.heads.first import FIRST, HeadsFirst
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.lifts import FOLDED, LOOKED, MIN, REVERSED, Folded
from pipeline.transformer.heads.mixed import MixedByHead, PrefixByHead
from pipeline.transformer.heads.model import HeadsModel, refined
from pipeline.transformer.heads.quartic import HeadsQuartic
from pipeline.transformer.heads.reading import has_heads_or_biases, read_heads, require_countable
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.resolution import LEAST_FRAC
from pipeline.transformer.strategies.low_rank import LOW_RANK, PREFIX_TOP2
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.tasks import MAX, TABLE, TASKS, words_for

PLAIN_STRATEGIES: tuple[Strategy, ...] = (Mixed(), Prefix(), PREFIX_TOP2, *LOW_RANK)
FOLDED_STRATEGIES: tuple[Strategy, ...] = tuple(Folded(each) for each in PLAIN_STRATEGIES)
"""Strategies for one head without biases, which prove something of one head with biases, too."""

_ALL: tuple[Strategy, ...] = (
    HeadsQuartic(),
    MixedByHead(),
    HeadsCubic(),
    PrefixByHead(),
    QUARTIC_FIRST,
    MIXED_FIRST,
    CUBIC_FIRST,
    HeadsFirst(),
    QUARTIC_LAST,
    MIXED_LAST,
    CUBIC_LAST,
    *FOLDED_STRATEGIES,
    HeadsBruteForce(),
)
STRATEGIES: dict[str, Strategy] = {each.name: each for each in _ALL}
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
    share.setdefault(model.task, share_right(model, model.answer))
    best = max(share, key=lambda name: share[name])
    if share[best] < share[model.task] + CLEARLY:
        return []
    return [
        f"the theorem is about answering with {words_for(model.task)}, and this model does on"
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
    lemmas=(REVERSED.module, FOLDED.module, LOOKED.module),
)


def default_for(model: HeadsModel) -> str:
    """Quartic for the largest token; for others brute force, or if inputs are many what there is for the task."""
    if model.task != MAX and model.d_vocab**model.n_ctx <= MAX_INPUTS:
        return HeadsBruteForce.name
    by_task = {MAX: HeadsQuartic.name, MIN: HeadsQuartic.name}
    by_task |= {FIRST: CUBIC_FIRST.name, LAST: QUARTIC_LAST.name}
    return by_task.get(model.task, HeadsBruteForce.name)


def _label(model: HeadsModel) -> tuple[str, str]:
    """The function that gives the right answer, as it stands in a Lean file and as Lean prints it."""
    if model.task == TABLE:
        return (
            f"(lookup (nat_lit {model.d_vocab}) {{weights}}.table)",
            f"(Compact.lookup {model.d_vocab} {{weights}}.table)",
        )
    label = TASKS[model.task].label
    return label, f"Compact.{label}"


def meant(model: HeadsModel, name: str) -> str:
    """Some strategies have a checker of their own for several heads, or for the first or the last token."""
    by_head, by_task = f"{name}-by-head", f"{name}-{model.task}"
    if by_task in STRATEGIES:
        return by_task
    return by_head if len(model.heads) > 1 and by_head in STRATEGIES else name


def form_of(model: HeadsModel, strategy: str) -> Form:
    """What theorems about a model say, and by which lemmas they follow: its task is in them."""
    lifts = list[Lift]()
    label, printed = _label(model)
    if model.task == MIN and strategy != HeadsBruteForce.name:
        lifts.append(REVERSED)
    if model.task == TABLE:
        lifts.append(LOOKED)
    folded = any(strategy == each.name for each in FOLDED_STRATEGIES)
    if folded:
        lifts.append(FOLDED)
    return replace(
        FORM,
        property=FORM.property.replace("maximum", label),
        printed=FORM.printed.replace("Compact.maximum", printed),
        answer=words_for(model.task),
        lifts=tuple(lifts),
        checked_in="Compact" if folded else None,
    )


HEADS = Family(
    name="heads",
    form=FORM,
    form_of=form_of,
    default_for=default_for,
    meant=meant,
    strategies=STRATEGIES,
    recognises=has_heads_or_biases,
    read=read_subject,
    render_weights=render_weights,
    operations=operations,
    count_right=not_counted,
    compare=compare,
    in_words=in_words,
)
