"""The check of the brute-force strategy (mirror of `lean/Compact/Transformer/Strategy/BruteForce.lean`).

Every input is looked at by itself.  With `lo`, `hi` around the product of a token's and a
position's factor, and a row of logits per position, the true margin of the input is at least the
sum over positions of `lo * (lane of the largest token - lane of t)`, less a slack for `hi - lo` and
for the rounding of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.numbers.lanes import Lanes
from pipeline.transformer.checker.enclosure import Enclosure
from pipeline.transformer.checker.sums import Term, sum_terms, surely_right


@dataclass(frozen=True)
class BruteForceCheck:
    """The check of one model under one choice of rounding, with rows packed."""

    enclosure: Enclosure
    lanes: Lanes
    token_row: Sequence[int]
    pos_row: Sequence[int]
    direct_row: Sequence[int]

    @classmethod
    def of(cls, enclosure: Enclosure) -> BruteForceCheck:
        params, n_ctx = enclosure.params, len(enclosure.pos_row)
        # lane < n_ctx * 2^prec * 2^prec * 3 * 2^width, and the top bit is for comparisons
        bits = 2 * params.prec + params.width + n_ctx.bit_length() + 3
        lanes = Lanes.of(len(enclosure.token_row), bits)
        return cls(
            enclosure,
            lanes,
            [lanes.pack(row) for row in enclosure.token_row],
            [lanes.pack(row) for row in enclosure.pos_row],
            [lanes.pack(row) for row in enclosure.direct_row],
        )

    def passing(self, query: int) -> Iterator[bool]:
        """The verdict on each input that ends in `query`, in the order of `sum_terms`.

        Means nothing unless the enclosure is narrow.
        """
        *positions, last = range(len(self.pos_row))
        tokens = range(len(self.token_row))
        terms = [[self._term(query, p, k) for k in tokens] for p in positions]
        return surely_right(self.lanes, sum_terms(terms, self._term(query, last, query)))

    def count(self) -> int:
        """The largest bound that the Lean checker accepts."""
        if not self.enclosure.narrow:
            return 0
        return sum(sum(self.passing(query)) for query in range(len(self.token_row)))

    def _term(self, query: int, position: int, token: int) -> Term:
        by_token = self.enclosure.token_exp[query][token]
        by_position = self.enclosure.pos_exp[query][position]
        lo, hi = by_token.lo * by_position.lo, by_token.hi * by_position.hi
        row = self.direct_row[query] + self.token_row[token] + self.pos_row[position]
        return Term(lo * row, (hi - lo) * _ceiling(self.enclosure) + 3 * hi, token)


def _ceiling(enclosure: Enclosure) -> int:
    """`B`, above every sum of three lanes."""
    return 3 << enclosure.params.width
