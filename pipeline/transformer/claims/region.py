"""Claims: every input of a region is answered correctly, with one gap, or with a gap for each maximum
(`lean/Compact/Transformer/Claim/Region.lean`)."""

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
from pipeline.transformer.strategies.region import Gaps, QuarticGaps, QuarticRegion, Region

_WISH = re.compile(r"max *>= *([0-9]+)(?:[ ,]+gap *>= *([0-9]+))?", re.ASCII)
_DIGITS = 9
"""Of a number in it, at most."""


MOST = 1 << 32
"""No vocabulary is as large."""
MOST_BITS = 1 << 13
"""Bits of all gaps of a certificate together beyond which it is not read."""


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
    return (
        strategy if wish.region is None else QuarticRegion(read_region(wish.region, model.d_vocab))
    )


def read_region(text: str, d_vocab: int) -> Region:
    """A region in words."""
    found = _WISH.fullmatch(text.strip())
    if found is None:
        raise MalformedInput(
            f"{text[:60]!a} is no region", cure="write it like 'max>=32' or 'max>=8 gap>=3'"
        )
    if any(len(each or "") > _DIGITS for each in found.groups()):
        raise MalformedInput(
            f"{text[:60]!a} has a number of more than {_DIGITS} digits",
            cure=f"no token is so large: they are below {d_vocab}",
        )
    least, gap = int(found[1]), int(found[2] or 0)
    if not least < d_vocab:
        raise MalformedInput(
            f"no input has a maximum of at least {least}: tokens are below {d_vocab}",
            cure="ask for a region that is not empty",
        )
    return Region(least, gap)


def lacks(fields: Mapping[str, Value], model: Model, wish: Asked) -> str:
    """What of a region is not in that of a certificate."""
    return _lacks(Region(*_region(fields)), model, wish)


def gaps_lacks(fields: Mapping[str, Value], model: Model, wish: Asked) -> str:
    """The same for a table of gaps."""
    return _lacks(Gaps.read(*_packed(fields), model.d_vocab), model, wish)


def _lacks(have: Region | Gaps, model: Model, wish: Asked) -> str:
    if wish != Asked(region=wish.region) or wish.region is None:
        return "it is about a region"
    region = read_region(wish.region, model.d_vocab)
    for m in range(region.least, model.d_vocab):
        there, needed = have.below(m), region.below(m)
        if there is None or there < (needed or 0):
            return f"not every such input with the maximum {m} is in its region: those {have}"
    return ""


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


def gaps_form(base: Form, fields: Mapping[str, Value]) -> Form:
    """`RightInGaps R b G weights ∧ AtLeast N (Correct R weights)`."""
    bits, packed = _packed(fields)
    return replace(
        base,
        before=f"RightInGaps R (nat_lit {bits}) (nat_lit {packed}) {{weights}} ∧ ",
        printed_before=f"Compact.RightInGaps R {bits} {packed} {{weights}} ∧ ",
        comment="Every input of a region is answered correctly, and at least {bound} inputs are.",
    )


def gaps_in_words(
    fields: Mapping[str, Value], file: str, bound: int, d_vocab: int, n_ctx: int
) -> str:
    """The theorem's statement for people."""
    bits, packed = _packed(fields)
    gaps = Gaps.read(bits, packed, d_vocab)
    return (
        f"Of the {d_vocab}^{n_ctx} = {d_vocab**n_ctx:,} inputs, the transformer with exactly the weights of "
        f"{file} answers every one {gaps}, without exception, correctly: the logit of the largest "
        f"token is strictly above every other logit.  At least {bound:,} inputs are answered correctly.  Computed in "
        "any ordered field with an exponential, such as the real numbers; nothing is rounded."
    )


def gaps_asked(strategy: Strategy, model: Model, wish: Asked) -> Strategy:
    """The gaps are the least that can be shown."""
    assert isinstance(strategy, QuarticGaps)
    if wish != Asked():
        raise MalformedInput(
            "the least gaps that can be shown are claimed; there is nothing more to ask for",
            cure="leave out --margin, --float32, --region and --weights",
        )
    return strategy


def _packed(fields: Mapping[str, Value]) -> tuple[int, int]:
    """The gaps of a certificate, packed; it may be anybody's."""
    bits, packed = fields["gapBits"], fields["gaps"]
    assert isinstance(bits, int)
    assert isinstance(packed, int)
    if max(bits, packed.bit_length()) > MOST_BITS:
        raise MalformedInput(
            f"the certificate's gaps have more than {MOST_BITS} binary digits",
            cure="export the certificate again",
        )
    return bits, packed


def nothing(fields: Mapping[str, Value], bound: int, d_vocab: int) -> bool:
    """Has the region no inputs?"""
    return bound == 0 and not _region(fields)[0] < d_vocab


def gaps_nothing(fields: Mapping[str, Value], bound: int, d_vocab: int) -> bool:
    """Has the region no inputs?"""
    return bound == 0 and not any(Gaps.read(*_packed(fields), d_vocab).each)


REGION = Claim(
    name="region",
    strategies={"quartic": QuarticRegion()},
    form=form,
    in_words=in_words,
    asked=asked,
    lacks=lacks,
    nothing=nothing,
)
GAPS = Claim(
    name="gaps",
    strategies={"quartic": QuarticGaps()},
    form=gaps_form,
    in_words=gaps_in_words,
    asked=gaps_asked,
    lacks=gaps_lacks,
    nothing=gaps_nothing,
)
