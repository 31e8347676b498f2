"""Low rank, in parts: `lean/Compact/Transformer/Strategy/LowRank.lean`, and the classes of `Share/Count.lean`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import nth, power
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer import runs
from pipeline.recheck.transformer import share_rows as rows
from pipeline.recheck.transformer.attention import Attention
from pipeline.recheck.transformer.ruler import Ruler, Tops
from pipeline.recheck.transformer.runs import Runs
from pipeline.recheck.transformer.seen import ROWS as SEEN_ROWS
from pipeline.recheck.transformer.seen import Seen, all_seen
from pipeline.recheck.transformer.share_pair import Loads, SharePair
from pipeline.recheck.transformer.share_rows import ShareRows, share_rows
from pipeline.recheck.transformer.weights import Weights

NATS = (*rows.NATS, *runs.NATS, "attention", "sizeBits", "bound")
ROWS = (*rows.ROWS, *runs.ROWS, *SEEN_ROWS, "tokenFirst", "tokenSecond", "sizes")
MATRICES = (*rows.MATRICES, "ends")


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs of the classes that pass, for the maxima whose ends are right."""
    c.require(NATS, ROWS, MATRICES)
    if not (w.well_formed and w.d_vocab == c.nat("v") and w.n_ctx == c.nat("n") + 1):
        raise Refused(
            "the weights do not have the shapes that they should, or v or n is not theirs"
        )
    K = share_rows(w, c)
    bits, v, shift, origin = c.nat("bits"), c.nat("v"), c.nat("shift"), power(2, c.nat("width"))
    ruler = Ruler.of(bits, v, shift, origin)
    wide = Ruler.of(bits, v, shift + c.nat("baseBits"), origin)
    tops = [_tops(c, ruler, K, k) for k in range(v)]
    seen = all_seen(w, c, ruler, K)
    attention = Attention(c.nat("attention"), c.nat("baseBits"), c.nat("n"), K.common, ruler, wide)
    shares = _Shares(c, ruler, tops, seen, attention, _Classes.of(c), Runs.of(c))
    return Counted.of(each for m in range(v) for each in shares.counted(m, nth(K.token, m)))


def _tops(c: Certificate, ruler: Ruler, K: ShareRows, k: int) -> Tops:
    """Where the row of a token is largest (`topsAs`)."""
    first, second = (nth(c.row(name), k) for name in ("tokenFirst", "tokenSecond"))
    found = ruler.tops_of(nth(K.token, k), first, second, 0)
    if found is None or max(found.top, found.second) > ruler.origin:
        raise Refused(f"tokenFirst or tokenSecond is wrong, or width too small (token {k})")
    return found


@dataclass(frozen=True)
class _Classes:
    """Where the extreme weights of classes stand."""

    bits: int
    n: int
    low: Sequence[int]
    high: Sequence[int]

    @classmethod
    def of(cls, c: Certificate) -> _Classes:
        return cls(c.nat("scoreBits"), c.nat("n"), c.row("low"), c.row("high"))


@dataclass(frozen=True)
class _Shares:
    """What all maxima share."""

    c: Certificate
    ruler: Ruler
    tops: Sequence[Tops]
    seen: Sequence[Seen]
    attention: Attention
    classes: _Classes
    runs: Runs

    def counted(self, m: int, own: int) -> Iterator[Class]:
        """The classes counted for the maximum `m`; none if its ends are wrong (`countMaximum`)."""
        matrix = self.c.matrix("ends")
        ends = self.attention.ends(m, own, matrix[m] if m < len(matrix) else [])
        if ends is None:
            return
        margins = [self.ruler.margin(T, m) for T in self.tops[: m + 1]]
        least = list(accumulate(margins, min))
        for s, T in zip(self.seen, margins, strict=False):
            pairs = [SharePair.of(self.ruler, s, m, T, end) for end in ends]
            yield from self._counted(m, s, pairs, least)

    def _counted(
        self, m: int, s: Seen, pairs: Sequence[SharePair], least: Sequence[int]
    ) -> Iterator[Class]:
        """The classes counted for one query and the maximum `m` (`counted`)."""
        high_unit = power(2, self.c.nat("prec"))
        bits, packed = self.c.nat("sizeBits"), nth(self.c.row("sizes"), m)

        def all_pass(W: Loads, lo: int, hi: int, T: int) -> bool:
            return all(P.passes(s.unit, high_unit, W, lo, hi, T) for P in pairs)

        def decide(j: int, U: int, U2: int) -> range:
            size = lane(bits, packed, s.q * self.classes.n + j)
            if not 0 < size <= m:
                return range(0)
            last, W = size - 1, Loads.of(s.mass, s.spread, U, U2)
            passed = all_pass(W, s.small[last], s.large[last], least[last])
            return range(size if passed else 0)

        def alone() -> bool:
            return all_pass(Loads(s.mass, s.mass + s.spread, 0, 0), 0, 0, 0)

        return self.runs.classes(self.classes, s.q, m, alone, decide)
