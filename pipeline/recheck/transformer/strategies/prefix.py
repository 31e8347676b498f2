"""Tokens below a bound, for each level of each class (`lean/Compact/Transformer/Strategy/Prefix.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.natural import nth, power
from pipeline.recheck.packed import unpack
from pipeline.recheck.transformer import leads
from pipeline.recheck.transformer.leads import Asked
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass, for the maxima whose leads are true."""

    def lacking(asked: Asked) -> Callable[[int, int, int], Sequence[int]]:
        return _lacking(asked, c)

    return leads.count(w, c, ("sizeBits", "classBits"), ("sizes",), lacking)


def _lacking(asked: Asked, c: Certificate) -> Callable[[int, int, int], Sequence[int]]:
    """The first tokens, as many as the certificate says, if all of them lack at most the threshold."""
    t, q, m = asked.t, asked.q, asked.m
    bits, of_class = c.nat("sizeBits"), c.nat("classBits")
    mine = of_class * t.n
    packed = nth(c.row("sizes"), m) >> (q * mine) & (power(2, mine) - 1)
    factors = unpack(t.bits, t.v, nth(t.tokenLo, q))

    def first(most: int, others: int, place: int) -> range:
        claimed = packed >> (of_class * (others - 1) + bits * place) & (power(2, bits) - 1)
        if not 0 < claimed <= m:
            return range(0)
        lack = asked.lack(max(factors[:claimed]), min(asked.token[:claimed]))
        return range(claimed if lack <= most else 0)

    return first
