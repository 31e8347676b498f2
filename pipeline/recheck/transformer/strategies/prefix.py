"""Tokens below a bound, for each level of each class (`lean/Compact/Transformer/Strategy/Prefix.lean`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.recheck import leads
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.leads import Asked
from pipeline.recheck.natural import nth
from pipeline.recheck.packed import unpack
from pipeline.recheck.transformer.weights import Weights


def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose leads are true."""

    def sizes(asked: Asked) -> Callable[[int, int, int], int]:
        return _sizes(asked, c)

    return leads.count(w, c, ("sizeBits", "classBits"), ("sizes",), sizes)


def _sizes(asked: Asked, c: Certificate) -> Callable[[int, int, int], int]:
    """The size that the certificate gives, if so many tokens lack at most the threshold."""
    t, q, m = asked.t, asked.q, asked.m
    bits, of_class = c.nat("sizeBits"), c.nat("classBits")
    mine = of_class * t.n
    packed = nth(c.row("sizes"), m) >> (q * mine) & ((1 << mine) - 1)
    factors = unpack(t.bits, t.v, nth(t.tokenLo, q))

    def size(most: int, others: int, place: int) -> int:
        claimed = packed >> (of_class * (others - 1) + bits * place) & ((1 << bits) - 1)
        if not 0 < claimed <= m:
            return 0
        lack = asked.lack(max(factors[:claimed]), min(asked.token[:claimed]))
        return claimed if lack <= most else 0

    return size
