"""Rows, numbers or prefixes of tokens, head by head (`lean/Compact/Transformer/Strategy/HeadsMixed/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.heads import cubic
from pipeline.recheck.heads.cubic import Numbers, Spared
from pipeline.recheck.heads.quartic import SHARED, Checker, entry, every_table, in_blocks
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import minus, nth
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import BeyondLimits

OWN = (*cubic.OWN, "levelBits", "sizeBits", "classBits")
MATRICES = (*cubic.MATRICES, "ways", "tokenLevels")
MAX_BITS = 1 << 16


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that are counted: as many as the certificate says of all blocks of maxima, if it is right."""
    c.require((*SHARED, *OWN), ("last", "levels"), MATRICES)
    if max(c.nat("sizeBits"), c.nat("classBits")) > MAX_BITS:
        raise BeyondLimits(f"sizes of more than {MAX_BITS:,} bits")
    numbers = Numbers.of(c, every_table(w, c))
    rows = replace(numbers.rows, level_bits=c.nat("levelBits"), levels=c.matrix("tokenLevels"))
    ways = Ways(numbers, rows, c.matrix("ways"), c.nat("sizeBits"), c.nat("classBits"))
    return in_blocks(c, rows, 5, ways.groups)


@dataclass(frozen=True)
class Ways:
    """The three ways in which tokens are counted, and which one is named."""

    numbers: Numbers
    rows: Checker
    ways: Sequence[Sequence[int]]
    size_bits: int
    class_bits: int

    def groups(self, m: int) -> Iterator[Levelled]:
        """The inputs that are counted with the maximum `m`; none if a shortfall is wrong (`countMaximum`)."""
        if not self.numbers.shorts_right(m):
            return
        for q in range(m + 1):
            way = entry(self.ways, m, q)
            if way == 0:
                yield from self.rows.of_query(q, m)
            elif way == 1:
                yield from self.numbers.of_query(q, m)
            else:
                yield from Prefixes.of(self, way - 2).of_query(q, m)


@dataclass(frozen=True)
class Prefixes(Numbers):
    """At each level the first tokens, so many as are named, if each of them could be the worst in both respects."""

    sizes: int
    size_bits: int
    class_bits: int

    @classmethod
    def of(cls, ways: Ways, sizes: int) -> Prefixes:  # type: ignore[override]
        known = ways.numbers
        return cls(
            rows=known.rows,
            levels=known.levels,
            leads=known.leads,
            token_short=known.token_short,
            own_short=known.own_short,
            sizes=sizes,
            size_bits=ways.size_bits,
            class_bits=ways.class_bits,
        )

    def levelled(self, q: int, m: int, k: int, heads: Sequence[Spared]) -> Mapping[int, int]:
        """Of each token that is counted, its level (`sumPrefixes`)."""
        found: dict[int, int] = {}
        for i, level in enumerate(self.levels_of(k)):
            place = self.class_bits * minus(k, 1) + self.size_bits * i
            size = lane(self.size_bits, self.sizes >> place, 0)
            if size <= m and all(self._pass(j, q, m, size, level, h) for j, h in enumerate(heads)):
                new = [s for s in range(size) if s not in found]
                for s in new[: minus(size, len(found))]:
                    found[s] = level
        return found

    def _pass(self, i: int, q: int, m: int, size: int, level: int, head: Spared) -> bool:
        """Do the first tokens take no more than the level, in one head (`prefixOk`)?"""
        lows = nth(self.rows.tables[i].tokenLo, q)
        factor = max((lane(self.rows.bits, lows, s) for s in range(size)), default=0)
        short = max((self.short(self.token_short, i, m, s) for s in range(size)), default=0)
        return factor * minus(short, head.lead) * head.whole <= level * head.spare
