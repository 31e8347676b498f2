"""A second opinion on real numbers: inputs that a certificate certifies, looked at one by one, with mpmath's intervals.

A checker never sees a real number: it counts with integers, and its soundness theorem says that they bound the real
ones.  Here some of the inputs that it counts are drawn (`certified.py`) and asked what the claim says of them, in the
claim's own words (`words.py`): is the logit of the largest token above every other logit, and by how much?  The softmax
factors that occur are compared with the integer bounds by which checkers enclose `exp` (`factors.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cache
from random import Random

from mpmath import iv
from mpmath.libmp import to_str

from pipeline.recheck.certified import Counted, Input
from pipeline.recheck.numbers import DIGITS, MORE_DIGITS, Numbers
from pipeline.recheck.transformer.factors import Bounding, Enclosed, factors_of
from pipeline.recheck.transformer.weights import Weights
from pipeline.recheck.transformer.words import Real, Words

MAX_LOGITS = 1 << 18
"""One for each output and each position of each input: of long inputs, fewer are looked at."""
SEED = 0


def look(
    w: Weights, p: Bounding, counted: Counted, many: int, least: Fraction = Fraction(0)
) -> Numbers:
    """Look at up to so many of the inputs that are counted, which are claimed to have a margin of more than `least`."""
    many = min(many, max(1, MAX_LOGITS // (w.n_ctx * w.d_vocab)))
    inputs = counted.sample(many, Random(SEED))
    words = cache(lambda digits: Words(w, digits))
    margins = [(x, margin) for x in inputs if (margin := _margin(words, x, least)) is not None]
    factors = {factor for x in inputs for factor in factors_of(x)}
    enclosed = Enclosed(w, p, words(DIGITS))
    return Numbers(
        inputs=len(inputs),
        wrong=[x for x, margin in margins if not _above(margin, least)],
        least_margin=min((_lower_end(margin) for _, margin in margins), default=None),
        factors=len(factors),
        outside=sorted(factor for factor in factors if not enclosed.holds(factor)),
    )


def _above(margin: Real, least: Fraction) -> bool:
    """Is a margin above this fraction, which is an integer over a power of two?"""
    return bool((margin - iv.mpf(least.numerator) / iv.mpf(least.denominator)).a > 0)


def _margin(words: Callable[[int], Words], x: Input, least: Fraction) -> Real | None:
    """The margin, to as many digits as it takes to see whether it is above `least`."""
    margin: Real | None = None
    for digits in (DIGITS, *MORE_DIGITS):
        margin = words(digits).margin(x)
        if margin is None or _above(margin, least) or margin.b <= 0:
            break
    return margin


def _lower_end(x: Real) -> Decimal:
    lower, _ = x._mpi_
    return Context(prec=4, rounding=ROUND_FLOOR).plus(Decimal(to_str(lower, DIGITS)))
