"""Claim: every input of a region is answered correctly (`lean/Compact/Transformer/Claim/Region.lean`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.claim import Asked, Claim
from pipeline.emit.form import Form
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.strategies.region import QuarticRegion, Region

_WISH = re.compile(r"max *>= *([0-9]{1,9})(?:[ ,]+gap *>= *([0-9]{1,9}))?", re.ASCII)


MOST = 1 << 32
"""No vocabulary is as large."""


def form(base: Form, fields: Mapping[str, Value]) -> Form:
    """`RightOn R a g weights ∧ AtLeast N (Correct R weights)`."""
    least, gap = _region(fields)
    return replace(
        base,
        before=f"RightOn R (nat_lit {least}) (nat_lit {gap}) {{weights}} ∧ ",
        printed_before=f"Compact.RightOn R {least} {gap} {{weights}} ∧ ",
        comment="Every input of a region is answered correctly, and at least {bound} inputs are.",
    )


def in_words(fields: Mapping[str, Value], file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    least, gap = _region(fields)
    return (
        f"Of the {d_vocab}^{n_ctx} = {d_vocab**n_ctx:,} inputs, the transformer with exactly the weights of "
        f"{file} answers every one {Region(least, gap)}, without exception, correctly: the logit of the largest "
        f"token is strictly above every other logit.  At least {bound:,} inputs are answered correctly.  Computed in "
        "any ordered field with an exponential, such as the real numbers; nothing is rounded."
    )


def asked(strategy: Strategy, model: Model, wish: Asked) -> Strategy:
    """The strategy for the region that was asked for."""
    assert isinstance(strategy, QuarticRegion)
    if wish.margin is not None or wish.float32:
        raise MalformedInput("--margin and --float32 ask for a margin", cure="add --claim margin")
    if wish.weights is not None:
        raise MalformedInput("--weights asks for a mass", cure="add --claim mass")
    if wish.region is None:
        return strategy
    found = _WISH.fullmatch(wish.region.strip())
    if found is None:
        raise MalformedInput(
            f"{wish.region[:60]!a} is no region", cure="write it like 'max>=32' or 'max>=8 gap>=3'"
        )
    least, gap = int(found[1]), int(found[2] or 0)
    if not least < model.d_vocab:
        raise MalformedInput(
            f"no input has a maximum of at least {least}: tokens are below {model.d_vocab}",
            cure="ask for a region that is not empty",
        )
    return QuarticRegion(Region(least, gap))


def _region(fields: Mapping[str, Value]) -> tuple[int, int]:
    """The least maximum and the gap of a certificate; it may be anybody's."""
    least, gap = fields["least"], fields["gap"]
    assert isinstance(least, int)
    assert isinstance(gap, int)
    if max(least, gap) > MOST:
        raise MalformedInput(
            "the certificate's region is of larger tokens than there are",
            cure="export the certificate again",
        )
    return least, gap


REGION = Claim(
    name="region",
    strategies={"quartic": QuarticRegion()},
    form=form,
    in_words=in_words,
    asked=asked,
)
