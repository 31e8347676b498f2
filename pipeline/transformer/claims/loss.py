"""Claim: the mean loss is at most so much (`lean/Compact/Transformer/Claim/Loss.lean`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from pipeline.claim import Asked, Claim
from pipeline.emit.form import Form
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.strategies.brute_force_loss import BruteForceLoss
from pipeline.transformer.strategies.soft import SoftCubic, SplitCubic

MOST_BITS = 1024
"""Bits of a loss in a certificate beyond which it is not read."""


def form(base: Form, fields: Mapping[str, Value]) -> Form:
    """`MeanLossAtMost R B weights ∧ AtLeast N (Correct R weights)`."""
    loss = _loss(fields)
    return replace(
        base,
        before=f"MeanLossAtMost R (nat_lit {loss}) {{weights}} ∧ ",
        printed_before=f"Compact.MeanLossAtMost R {loss} {{weights}} ∧ ",
        comment=f"The mean loss over all inputs is at most {loss} billionths, and at least {{bound}} inputs are "
        "answered correctly.",
    )


def in_words(fields: Mapping[str, Value], file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    loss = _loss(fields)
    return (
        f"Over all {d_vocab}^{n_ctx} = {d_vocab**n_ctx:,} inputs, the mean loss (cross-entropy with the largest token, "
        f"in nats) of the transformer with exactly the weights of {file} is at most {figure(loss)}, and it answers at "
        f"least {bound:,} of them correctly: the logit of the largest token is strictly above every other logit.  "
        "Computed in any ordered field with an exponential, such as the real numbers; nothing is rounded.  "
        f"{_blind(d_vocab)}"
    )


def _blind(d_vocab: int) -> str:
    """What to compare a loss with."""
    if d_vocab <= 1:
        return "(With one token there is nothing to guess: every model has a loss of 0.)"
    return f"(Guessing blindly has a loss of {math.log(d_vocab):.4f}.)"


def figure(loss: int) -> str:
    """A number of billionths."""
    return f"{loss // 10**9:,}.{loss % 10**9:09}"


def nothing(fields: Mapping[str, Value], bound: int, d_vocab: int) -> bool:
    """Is the loss no less than that of a model that gives all outputs the same logit?"""
    return _loss(fields) >= math.floor(math.log(max(1, d_vocab)) * 10**9)


def asked(strategy: Strategy, model: Model, wish: Asked) -> Strategy:
    """There is nothing to ask for."""
    if wish.margin is not None or wish.float32:
        raise MalformedInput("--margin and --float32 ask for a margin", cure="add --claim margin")
    if wish.region is not None:
        raise MalformedInput("--region asks for a region", cure="add --claim region")
    if wish.weights is not None:
        raise MalformedInput(
            "--weights asks for a mass; the mean loss is over all inputs, each as likely as another",
            cure="add --claim mass, or leave out --weights",
        )
    return strategy


def _loss(fields: Mapping[str, Value]) -> int:
    """The bound of a certificate, in billionths; it may be anybody's."""
    loss = fields["loss"]
    assert isinstance(loss, int)
    if loss.bit_length() > MOST_BITS:
        raise MalformedInput(
            f"the certificate's loss has more than {MOST_BITS} binary digits",
            cure="export the certificate again",
        )
    return loss


LOSS = Claim(
    name="loss",
    strategies={
        "soft-cubic": SoftCubic(),
        "split-cubic": SplitCubic(),
        "brute-force": BruteForceLoss(),
    },
    form=form,
    in_words=in_words,
    asked=asked,
    nothing=nothing,
    besides="the loss",
    figure=lambda fields: f"mean loss at most {figure(_loss(fields))} nats; ",
)
