"""The tables of a head as the checkers for several heads use them: rounded logits packed into rows, and bounds of
softmax factors (`HeadTables` in `lean/Compact/Transformer/Strategy/HeadsBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.certified import Input
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import minus
from pipeline.recheck.packed import pack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.circuits import circuits
from pipeline.recheck.transformer.enclosure import Enclosure, Params, enclose


@dataclass(frozen=True)
class HeadTables:
    """One head."""

    T: Enclosure
    token: Sequence[int]
    position: Sequence[int]
    direct: Sequence[int]
    """One number for each row, in lanes of `L` bits."""

    @classmethod
    def of(cls, w: Weights, bits: int, p: Params, L: int, i: int) -> HeadTables:
        """Those of the head number `i`, whose cells have so many bits; refused if shapes are others or logits wider."""
        plain = w.plain(bits, i)
        if not plain.well_formed:
            raise Refused("the weights do not have the shapes that they should")
        T = enclose(plain, p, circuits(plain))
        if not T.narrow(p.width):
            raise Refused(f"a logit of head {i} is wider than the certificate says")
        rows = (T.token_row, T.pos_row, T.direct_row)
        return cls(T, *([pack(L, row) for row in each] for each in rows))

    def path(self, p: int, y: int) -> int:
        """The row of the token `y` at the position `p`, without the direct path."""
        return self.token[y] + self.position[p]

    def term(self, q: int, p: int, y: int, ceiling: int) -> tuple[int, int]:
        """The least weight of a key, and what rounding may cost, no logit being above a third of `ceiling`."""
        (low, high), (least, most) = self.T.token_exp[q][y], self.T.pos_exp[q][p]
        return low * least, minus(high * most, low * least) * ceiling + 3 * high * most

    def sums(self, x: Input, ceiling: int) -> tuple[int, int, int]:
        """Logits, slack and weights of an input, without the direct path."""
        logits = slack = weight = 0
        for p, y in enumerate(x):
            least, lost = self.term(x[-1], p, y, ceiling)
            logits += least * self.path(p, y)
            slack += lost
            weight += least
        return logits, slack, weight
