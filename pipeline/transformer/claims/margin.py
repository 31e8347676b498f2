"""Claim: the right logit is above all others by more than a margin (`lean/Compact/Transformer/Claim/Margin.lean`).

Any evaluation whose logits are off by at most half the margin answers these inputs correctly.  `--float32` asks for
twice what an evaluation in float32 may be off by (`pipeline/transformer/float32.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

from pipeline.claim import Asked, Claim
from pipeline.emit.form import Form
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.float32 import logit_error
from pipeline.transformer.strategies.margin import (
    DIGITS,
    CubicMargin,
    Dyadic,
    MarginStrategy,
    MixedMargin,
    PrefixMargin,
    QuarticMargin,
)

MAX_BITS = 64
"""Bits of the largest margin that is taken."""
MOST_BITS = 1024
"""Bits of a margin in a certificate beyond which it is not read."""
CURE = "export the certificate again"


def form(base: Form, fields: Mapping[str, Value]) -> Form:
    """`AtLeast N (CorrectBy R (dyadic R a b) weights)`."""
    a, b = _margin(fields)
    return replace(
        base,
        property=f"CorrectBy R (dyadic R (nat_lit {a}) (nat_lit {b})) {{weights}}",
        printed=f"Compact.CorrectBy R (Compact.dyadic R {a} {b}) {{weights}}",
        comment="At least {bound} of the inputs are answered correctly, "
        f"with a margin of more than {a} / 2^{b}.",
    )


def in_words(fields: Mapping[str, Value], file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    a, b = _margin(fields)
    margin = Fraction(a, 1 << b)
    return (
        f"Of the {d_vocab}^{n_ctx} = {d_vocab**n_ctx:,} inputs, the transformer with exactly the weights of "
        f"{file} answers at least {bound:,} correctly by a margin: the logit of the largest token is above "
        f"every other logit by more than {margin} ({_decimal(margin)}).  {_so(margin)}  Computed in any ordered field "
        "with an exponential, such as the real numbers; nothing is rounded."
    )


def _so(margin: Fraction) -> str:
    """What follows of evaluations that are not exact."""
    if not margin:
        return "That is what accuracy says, too: of an evaluation that is off, nothing follows from a margin of 0."
    return "So any evaluation whose logits are off by at most half of that answers these inputs correctly, too."


def asked(strategy: Strategy, model: Model, wish: Asked) -> Strategy:
    """The strategy with the margin that was asked for."""
    assert isinstance(strategy, MarginStrategy)
    if wish.region is not None:
        raise MalformedInput("--region asks for a region", cure="add --claim region")
    if wish.weights is not None:
        raise MalformedInput("--weights asks for a mass", cure="add --claim mass")
    if (wish.margin is None) == (not wish.float32):
        raise MalformedInput(
            "what margin to claim is not clear", cure="give either --margin X or --float32"
        )
    margin = 2 * logit_error(model) if wish.margin is None else wish.margin
    if margin >= 1 << MAX_BITS:
        raise MalformedInput(
            f"a margin of 2^{MAX_BITS} or more is more than any logits of such a model differ by",
            cure="give a smaller --margin",
        )
    return strategy.by(Dyadic.at_least(margin, DIGITS))


def lacks(fields: Mapping[str, Value], model: Model, wish: Asked) -> str:
    """What a certificate's margin is less than."""
    if wish.region is not None or wish.weights is not None:
        return "it is about a margin"
    a, b = _margin(fields)
    least = 2 * logit_error(model) if wish.float32 else Fraction(0)
    least = max(least, wish.margin or Fraction(0))
    have = Fraction(a, 1 << b)
    return "" if have >= least else f"the margin is {_decimal(have)}, not {_decimal(least)}"


def _decimal(margin: Fraction) -> str:
    """Six digits, rounded down: a margin must not look larger than it is."""
    with localcontext(prec=6, rounding=ROUND_DOWN):
        shown = Decimal(margin.numerator) / Decimal(margin.denominator)
    return f"{shown:g}" if Fraction(shown) == margin else f"{shown:g}..."


def _margin(fields: Mapping[str, Value]) -> tuple[int, int]:
    """The margin `num / 2^bits` of a certificate; it may be anybody's."""
    num, bits = fields["marginNum"], fields["marginBits"]
    assert isinstance(num, int)
    assert isinstance(bits, int)
    if bits > MOST_BITS or num.bit_length() > MOST_BITS:
        raise MalformedInput(
            f"the certificate's margin has more than {MOST_BITS} binary digits", cure=CURE
        )
    return num, bits


MARGIN = Claim(
    name="margin",
    strategies={
        "quartic": QuarticMargin(),
        "mixed": MixedMargin(),
        "cubic": CubicMargin(),
        "prefix": PrefixMargin(),
    },
    form=form,
    in_words=in_words,
    asked=asked,
    lacks=lacks,
)
