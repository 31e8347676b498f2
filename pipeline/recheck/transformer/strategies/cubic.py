"""Tokens by what they lack (`lean/Compact/Transformer/Strategy/Cubic.lean`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.recheck import leads
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.leads import Asked
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose leads are true."""
    return leads.count(w, c, (), (), _sizes)


def _sizes(asked: Asked) -> Callable[[int, int, int], int]:
    lacks = [asked.lack(asked.factor(s), asked.token[s]) for s in range(asked.m)]
    return lambda most, _others, _place: sum(lack <= most for lack in lacks)
