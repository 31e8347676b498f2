"""Tokens below a bound, for each level of each class (`lean/Compact/Transformer/Strategy/Prefix.lean`)."""

from __future__ import annotations

<<<<<<< 96b33fc7ee30b42abb99bf82387b918c30b4d711
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
=======
from collections.abc import Callable
>>>>>>> 4ae844d38f8b76632ab88ebbaf26398a39dea0d8

from pipeline.recheck import leads
from pipeline.recheck.certificate import Certificate
<<<<<<< 96b33fc7ee30b42abb99bf82387b918c30b4d711
from pipeline.recheck.certified import Class, Counted
=======
from pipeline.recheck.leads import Asked
>>>>>>> 4ae844d38f8b76632ab88ebbaf26398a39dea0d8
from pipeline.recheck.natural import nth
from pipeline.recheck.packed import unpack
from pipeline.recheck.transformer.weights import Weights


<<<<<<< 96b33fc7ee30b42abb99bf82387b918c30b4d711
def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass, for the maxima whose margins are true."""
    c.require(NATS, ROWS)
    t = checked_tables(w, c)
    if t.width + 5 > t.bits:
        raise Refused("bits does not fit width")
    queries = [Query.of(t, q) for q in range(t.v)]
    margins_of, each, classes = ByRows(t), Runs.of(c), list[Class]()
    for m in range(t.v):
        M = Margins.of(t, c, m)
        if margins_of.true(M, m):
            sizes = Sizes.of(t, c, m)
            for query in queries[: m + 1]:
                classes += _counted(t, M, each, query, sizes, m)
    return Counted.of(classes)
=======
def count(w: Weights, c: Certificate) -> int:
    """The inputs of the classes that pass, for the maxima whose leads are true."""

    def sizes(asked: Asked) -> Callable[[int, int, int], int]:
        return _sizes(asked, c)

    return leads.count(w, c, ("sizeBits", "classBits"), ("sizes",), sizes)
>>>>>>> 4ae844d38f8b76632ab88ebbaf26398a39dea0d8


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

<<<<<<< 96b33fc7ee30b42abb99bf82387b918c30b4d711

def _counted(t: Tables, M: Margins, each: Runs, Q: Query, sizes: Sizes, m: int) -> Iterator[Class]:
    """The classes counted for one query and one maximum."""
    tested = Prefixes.of(t, M, Q, m)

    def decide(j: int, U: int, U2: int) -> range:
        return range(tested.size(sizes.at(Q.q, j), U, U2))

    return each.classes(t, Q.q, m, tested.pair.alone, decide)
=======
    return size
>>>>>>> 4ae844d38f8b76632ab88ebbaf26398a39dea0d8
