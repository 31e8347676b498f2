"""Linear models that read a sum of tokens, as a family (`pipeline/family.py`)."""

from __future__ import annotations

import math
from collections.abc import Callable

from pipeline.emit.form import Form
from pipeline.family import Family
from pipeline.linear.length import operations
from pipeline.linear.model import Linear
from pipeline.linear.reading import read_linear, recognises
from pipeline.linear.strategies import STRATEGIES
from pipeline.linear.weights import render_weights


def no_count(model: Linear, progress: Callable[[str], None]) -> int | None:
    """What is claimed is a loss, not a number of inputs."""
    return None


def in_words(file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    return (
        f"Over all {d_vocab}^{n_ctx} = {d_vocab**n_ctx:,} inputs, the mean loss (cross-entropy with the largest token, "
        f"in nats) of the linear model with exactly the weights of {file} is at most {figure(bound)}.  Computed in any "
        "ordered field with an exponential, such as the real numbers; nothing is rounded.  (Guessing blindly has a "
        f"loss of {math.log(max(1, d_vocab)):.4f}.)"
    )


def figure(bound: int) -> str:
    """A number of billionths."""
    return f"{bound // 10**9:,}.{bound % 10**9:09}"


def claims_nothing(bound: int, d_vocab: int) -> bool:
    """Is the loss no less than that of a model that gives all outputs the same logit?"""
    return bound >= math.floor(math.log(max(1, d_vocab)) * 10**9)


FORM = Form(
    folder="Linear",
    namespace="Compact.Linear",
    statement="Compact.Linear.Statement",
    property="",
    printed="",
    claim="Linear.MeanLossAtMost R (nat_lit {bound}) {weights}",
    printed_claim="Compact.Linear.MeanLossAtMost R {bound} {weights}",
    comment="The mean loss over all inputs is at most {bound} billionths.",
)

LINEAR = Family(
    name="linear",
    form=FORM,
    strategies=STRATEGIES,
    recognises=recognises,
    read=read_linear,
    render_weights=render_weights,
    operations=operations,
    count_right=no_count,
    compare=None,
    in_words=in_words,
    measure="loss_billionths",
    figure=lambda bound, total: (
        f"mean loss at most {figure(bound)} nats, over all {total:,} inputs"
    ),
    claims_nothing=claims_nothing,
)
