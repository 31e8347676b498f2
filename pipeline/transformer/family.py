"""One-layer, one-head, attention-only transformers, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipeline.emit.form import Form
from pipeline.errors import MalformedInput
from pipeline.family import Family
from pipeline.model import Model, read_model
from pipeline.transformer.accuracy import count_right
from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.compare.comparison import Comparison, compare
from pipeline.transformer.compare.given import file_for
from pipeline.transformer.length import operations
from pipeline.transformer.resolution import refine
from pipeline.transformer.singular import singular_value_ratio
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.low_rank import explained
from pipeline.transformer.weights import render_weights

MAX_TOTAL_BITS = 4096


def read_subject(path: Path) -> Model:
    """Read a model, as it stands in certificates; refuses one with too many inputs to count."""
    model = read_model(path)
    if model.n_ctx * model.d_vocab.bit_length() > MAX_TOTAL_BITS:
        raise MalformedInput(
            f"{path}: {model.d_vocab}^{model.n_ctx} inputs are too many to count",
            cure="give a model with a shorter context",
        )
    return refine(model)


def compare_with(model: Model, given: Path, path: Path) -> Comparison:
    """The user's logits in `given`, or in the file in that folder that is called like the model's."""
    return compare(model, file_for(given, path))


def recognises(names: Collection[str]) -> bool:
    """Has it an attention head?"""
    return any(name.rpartition(".")[2] in {"W_Q", "W_K"} for name in names)


def in_words(file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    return (
        f"Of the {d_vocab}^{n_ctx} = {d_vocab**n_ctx:,} inputs, the transformer with "
        f"exactly the weights of {file} answers at least {bound:,} correctly: the logit of "
        "the largest token is strictly above every other logit.  Computed in any ordered field "
        "with an exponential, such as the real numbers; nothing is rounded."
    )


FORM = Form(
    folder="Transformer",
    namespace="Compact",
    statement="Compact.Transformer.Statement",
    property="Correct R {weights}",
    printed="Compact.Correct R {weights}",
)

TRANSFORMER = Family(
    name="transformer",
    form=FORM,
    strategies=STRATEGIES,
    recognises=recognises,
    read=read_subject,
    render_weights=render_weights,
    operations=operations,
    count_right=count_right,
    singular_value_ratio=singular_value_ratio,
    compare=compare_with,
    in_words=in_words,
    claims=CLAIMS,
    explained=explained,
)
