"""Claims of a margin (`lean/Compact/Transformer/Claim/Margin.lean`)."""

from __future__ import annotations

from fractions import Fraction

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, power, shift_left
from pipeline.recheck.packed import ones
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

NATS = ("marginNum", "marginBits", "units")
MOST_BITS = 1024
CHECKERS = ("PrefixMargin", "CubicMargin", "QuarticMargin")


def property_of(c: Certificate) -> str:
    """What is claimed of an input."""
    a, b = c.nat("marginNum"), c.nat("marginBits")
    if max(a.bit_length(), b) > MOST_BITS:
        raise Refused("the margin has too many digits")
    return f"CorrectBy R (dyadic R (nat_lit {a}) (nat_lit {b})) {{weights}}"


def least(c: Certificate) -> Fraction:
    """The margin; 0 if a certificate claims none."""
    if "marginNum" not in c.fields:
        return Fraction(0)
    return Fraction(c.nat("marginNum"), power(2, c.nat("marginBits")))


def require_units(w: Weights, c: Certificate) -> None:
    """Refuse units that are less than the margin."""
    margin = c.nat("marginNum") * power(2, 4 * w.frac)
    if margin > c.nat("units") * power(2, c.nat("shift")) * power(2, c.nat("marginBits")):
        raise Refused("the margin is more than its units")


def require_room(c: Certificate, t: Tables) -> None:
    """Refuse units that rows of direct paths have no room for."""
    if t.v > len(t.direct) or t.width + 1 > t.bits or c.nat("units") > power(2, t.width):
        raise Refused("direct paths cannot be raised")


def raised(t: Tables, units: int, m: int) -> int | None:
    """What is added to rows of direct paths; none where these become too wide."""
    one = ones(t.bits, t.v)
    more = minus(units * one, shift_left(units, t.bits * m))
    mask = minus(power(2, t.width), 1) * one
    wide = any((row + more) & mask != row + more for row in t.direct)
    return None if wide else more
