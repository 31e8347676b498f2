"""Two-token networks (`lean/Compact/Network/`), as a family of the second checker."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from random import Random

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.family import Family
from pipeline.recheck.network.counts import brute_force, gates
from pipeline.recheck.network.lean_weights import read_weights
from pipeline.recheck.network.model import require_model
from pipeline.recheck.network.weights import Weights
from pipeline.recheck.network.words import Words
from pipeline.recheck.numbers import Numbers

MAX_PRODUCTS = 1 << 22
SEED = 0


def sizes(w: Weights) -> tuple[int, int]:
    """An input is a pair of elements."""
    return 2, w.order


def look_at(w: Weights, certificate: Certificate, counted: Counted, many: int) -> Numbers:
    """Pairs in the claim's own words, in exact fractions."""
    many = min(many, max(1, MAX_PRODUCTS // max(1, w.width * w.order)))
    words = Words(w)
    margins = {x: words.margin(x) for x in counted.sample(many, Random(SEED))}
    known = {x: margin for x, margin in margins.items() if margin is not None}
    return Numbers(
        inputs=len(margins),
        wrong=[x for x, margin in known.items() if not margin > 0],
        least_margin=min(map(_rounded_down, known.values()), default=None),
        factors=0,
        outside=[],
        exact=True,
    )


def _rounded_down(x: Fraction) -> Decimal:
    return Context(prec=4, rounding=ROUND_FLOOR).divide(
        Decimal(x.numerator), Decimal(x.denominator)
    )


NETWORK = Family(
    folder="Network",
    opened="Compact.Network",
    binders="(R : Type) [ExpField R]",
    property="Network.Correct R {weights}",
    arguments="R ",
    read_weights=read_weights,
    require_model=require_model,
    sizes=sizes,
    counts={"BruteForce": brute_force, "Gates": gates},
    look=look_at,
)
