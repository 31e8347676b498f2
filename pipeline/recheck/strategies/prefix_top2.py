"""Tokens below a bound, by the two largest entries of rows (`lean/Compact/Strategy/PrefixTop2.lean`)."""

from __future__ import annotations

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.margins import ByTopTwo
from pipeline.recheck.strategies.prefix import count_prefixes
from pipeline.recheck.weights import Weights


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose margins are true."""
    return count_prefixes(w, c, ByTopTwo)
