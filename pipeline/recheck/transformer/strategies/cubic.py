"""Tokens by levels (`lean/Compact/Transformer/Apart/`), or by what they lack (`.../Mixture/Lacks.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.transformer import apart, leads
from pipeline.recheck.transformer.leads import Asked
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass, with tokens' own outputs apart."""
    return leads.count_pairs(w, c, (), (), apart.of_query, apart.without)


def count_lacking(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass, for a margin or a mass."""
    return leads.count(w, c, (), (), _lacking)


def _lacking(asked: Asked) -> Callable[[int, int, int], Sequence[int]]:
    lacks = [asked.lack(asked.factor(s), asked.token[s]) for s in range(asked.m)]
    return lambda most, _others, _place: [s for s, lack in enumerate(lacks) if lack <= most]
