"""Low rank, in parts: `lean/Compact/Transformer/Strategy/LowRank.lean`, and the classes of `Share/Count.lean`.

Written from the Lean definitions: inputs are counted by going through sums of levels, not by a power.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Group, Levelled
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer import mass
from pipeline.recheck.transformer import share_rows as rows
from pipeline.recheck.transformer.attention import Attention
from pipeline.recheck.transformer.ruler import Ruler, Tops
from pipeline.recheck.transformer.seen import ROWS as SEEN_ROWS
from pipeline.recheck.transformer.seen import Seen, all_seen
from pipeline.recheck.transformer.share_pair import SharePair
from pipeline.recheck.transformer.share_rows import ShareRows, share_rows
from pipeline.recheck.transformer.weights import Weights

OWN = ("parts", "countBits", "sizeBits", "stepBits", "stepsBits", "classBits")
NATS = (*rows.NATS, *OWN, "attention", "bound")
ROWS = (*rows.ROWS, *SEEN_ROWS, "tokenFirst", "tokenSecond", "sizes")
MATRICES = (*rows.MATRICES, "ends", "blocks")
MAX_STEPS = 1 << 16


def count(w: Weights, c: Certificate) -> Counted:
    """What the certificate says of all blocks of queries, if it is right."""
    by_mass = "tokenWeights" in c.fields
    c.require((*NATS, *(mass.NATS if by_mass else ())), ROWS, MATRICES)
    blocks = c.matrix("blocks")
    if not blocks:
        return Counted.of(())
    if not (w.well_formed and w.d_vocab == c.nat("v") and w.n_ctx == c.nat("n") + 1):
        raise Refused(
            "the weights do not have the shapes that they should, or v or n is not theirs"
        )
    if c.nat("n") < 1 or c.nat("parts") < 1:
        raise Refused("there is one position only, or parts is 0")
    weights = mass.weights(c, w.d_vocab) if by_mass else [1] * w.d_vocab
    if power(sum(weights), c.nat("n")) >= power(2, c.nat("countBits")):
        raise Refused("countBits does not hold the number of inputs, or what they weigh")
    shares = _Shares.of(w, c)
    first, total, groups = 0, 0, list[Group]()
    for number, block in enumerate(blocks):
        size, claim = nth(block, 0), nth(block, 1)
        if first + size > w.d_vocab:
            raise Refused("blocks go beyond the last query")
        seen = all_seen(w, c, shares.ruler, shares.K, range(first, first + size))
        found = [group for m in range(w.d_vocab) for group in shares.counted(m, seen)]
        sizes = (mass.of_group(weights, group) if by_mass else group.size for group in found)
        if claim > sum(sizes):
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
        groups += found
        first, total = first + size, total + claim
    return Counted(total, [group for group in groups if group.size])


def _tops(c: Certificate, ruler: Ruler, K: ShareRows, k: int) -> Tops:
    """Where the row of a token is largest (`topsAs`)."""
    first, second = (nth(c.row(name), k) for name in ("tokenFirst", "tokenSecond"))
    found = ruler.tops_of(nth(K.token, k), first, second, 0)
    if found is None or max(found.top, found.second) > ruler.origin:
        raise Refused(f"tokenFirst or tokenSecond is wrong, or width too small (token {k})")
    return found


@dataclass(frozen=True)
class _Shares:
    """What all blocks share."""

    c: Certificate
    ruler: Ruler
    K: ShareRows
    tops: Sequence[Tops]
    attention: Attention

    @classmethod
    def of(cls, w: Weights, c: Certificate) -> _Shares:
        K = share_rows(w, c)
        bits, v, shift = c.nat("bits"), c.nat("v"), c.nat("shift")
        origin = power(2, c.nat("width"))
        ruler = Ruler.of(bits, v, shift, origin)
        wide = Ruler.of(bits, v, shift + c.nat("baseBits"), origin)
        attention = Attention(
            c.nat("attention"), c.nat("baseBits"), c.nat("n"), K.common, ruler, wide
        )
        return cls(c, ruler, K, [_tops(c, ruler, K, k) for k in range(v)], attention)

    def counted(self, m: int, seen: Sequence[Seen]) -> Iterator[Group]:
        """The inputs counted for the maximum `m` and these queries; none if its ends are wrong (`countMaximum`)."""
        matrix = self.c.matrix("ends")
        ends = self.attention.ends(m, nth(self.K.token, m), matrix[m] if m < len(matrix) else [])
        if ends is None:
            return
        margins = [self.ruler.margin(T, m) for T in self.tops[: m + 1]]
        least = list(accumulate(margins, min))
        for s in seen:
            if s.q <= m:
                pairs = [SharePair.of(self.ruler, s, m, margins[s.q], end) for end in ends]
                yield from self._of_query(m, s, pairs, least)

    def _of_query(
        self, m: int, s: Seen, pairs: Sequence[SharePair], least: Sequence[int]
    ) -> Iterator[Group]:
        """Those of one query and the maximum `m` (`counted`)."""
        c, n, of_class = self.c, self.c.nat("n"), self.c.nat("classBits")
        code = lane(of_class * n + 1, nth(c.row("sizes"), s.q), m - s.q)
        if code == 0:
            return
        bits, parts, high_unit = c.nat("scoreBits"), c.nat("parts"), power(2, c.nat("prec"))

        def spares(low: int, high: int) -> list[int]:
            return [P.spare(s.unit, high_unit, low, high) for P in pairs]

        if all(spares(s.mass, s.mass + s.spread)):
            yield Levelled(s.q, m, n, 0, (), parts)
        low, high = (nth(c.row(name), s.q) for name in ("low", "high"))
        for others in range(1, n + (s.q == m)):
            k = minus(n, others)
            spared = spares(lane(bits, low, k), lane(bits, high, k) + s.spread)
            said = lane(of_class, code - 1, others - 1)
            if not said or not all(spared):
                continue
            most = high_unit * (s.heaviest * parts)
            tokens: list[tuple[int, int]] = []
            for level, size in self._steps(said):
                last = size - 1
                if len(tokens) < size <= m and all(
                    P.lack(s.large[last], least[last]) * most <= level * (spare - 1)
                    for P, spare in zip(pairs, spared, strict=True)
                ):
                    tokens += [(token, level) for token in range(len(tokens), size)]
            if tokens:
                yield Levelled(s.q, m, n, others, tokens, parts)

    def _steps(self, said: int) -> Iterator[tuple[int, int]]:
        """Levels and numbers of tokens (`stepSum`)."""
        c = self.c
        size, step, number = (power(2, c.nat(f"{x}Bits")) for x in ("size", "step", "steps"))
        count, left = said % number, said // number
        if count > MAX_STEPS:
            raise BeyondLimits(f"more than {MAX_STEPS} steps of a class")
        for _ in range(count):
            yield left % step // size, left % size
            left //= step
