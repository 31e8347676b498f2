"""One-layer, attention-only transformers with several heads or biases, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.emit.form import Form
from pipeline.family import Family
from pipeline.strategy import Strategy
from pipeline.transformer.family import in_words
from pipeline.transformer.heads.compare import compare
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.model import HeadsModel, refined
from pipeline.transformer.heads.quartic import HeadsQuartic
from pipeline.transformer.heads.reading import has_heads_or_biases, read_heads, require_countable
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.resolution import LEAST_FRAC

STRATEGIES: dict[str, Strategy] = {each.name: each for each in (HeadsQuartic(),)}


def read_subject(path: Path) -> HeadsModel:
    """Read a model, as it stands in certificates; refuses one with too many inputs to count."""
    model = read_heads(path)
    require_countable(path, model)
    return refined(model, LEAST_FRAC)


def not_counted(model: HeadsModel, progress: Callable[[str], None]) -> int | None:
    """Nobody counts, for these models, how many inputs are answered correctly exactly."""
    return None


def no_ratio(model: HeadsModel) -> float | None:
    """Several heads have no one ratio of singular values."""
    return None


FORM = Form(
    folder="Transformer",
    namespace="Compact.Transformer",
    statement="Compact.Transformer.General.Statement",
    property="Transformer.Correct R maximum {weights}",
    printed="Compact.Transformer.Correct R Compact.maximum {weights}",
)

HEADS = Family(
    name="heads",
    form=FORM,
    strategies=STRATEGIES,
    recognises=has_heads_or_biases,
    read=read_subject,
    render_weights=render_weights,
    operations=operations,
    count_right=not_counted,
    singular_value_ratio=no_ratio,
    compare=compare,
    in_words=in_words,
)
