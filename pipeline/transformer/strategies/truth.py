"""Which inputs a model really answers correctly, by rigorous interval arithmetic.

The exponentials come as intervals from Arb; everything else is exact.  An input is decided when its
margin is surely positive or surely not, and the precision is raised until all are decided.
What is still open at the cap counts as answered wrongly: an exact tie, or an input whose tokens all
get less than `2^-2048` of the attention that another token would get.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, ctx, fmpz

from pipeline.numbers.lanes import Lanes
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.enclosure import Interval
from pipeline.transformer.checker.sums import Term, sum_terms, surely_right, surely_wrong

FIRST_PRECISION = 128
LAST_PRECISION = 2048


class Truth:
    """The verdicts on a model's inputs, one query token at a time."""

    def __init__(self, circuits: Circuits, frac: int) -> None:
        self._circuits = circuits
        self._token = _from_zero(circuits.EVOU.tolist())
        self._position = _from_zero(circuits.PVOU.tolist())
        direct = _from_zero(circuits.EU.tolist())
        self._direct = [[entry << (2 * frac) for entry in row] for row in direct]

    def right(self, query: int) -> list[bool]:
        """The verdict on each input that ends in `query`, in the order of `sum_terms`."""
        precision = FIRST_PRECISION
        while True:
            right, decided = self._attempt(query, precision)
            precision *= 2
            if decided or precision > LAST_PRECISION:
                return right

    def _attempt(self, query: int, precision: int) -> tuple[list[bool], bool]:
        by_token = self._factors(self._circuits.EQKE[query].tolist(), precision)
        by_position = self._factors(self._circuits.EQKP[query].tolist(), precision)
        ceiling = 1 + sum(
            max(map(max, rows)) for rows in (self._token, self._position, self._direct)
        )
        highest = ceiling * len(by_position) << (2 * precision)  # of a lane, and of the slack
        lanes = Lanes.of(len(by_token), highest.bit_length() + 2)
        direct = lanes.pack(self._direct[query])
        token_rows = [lanes.pack(row) for row in self._token]
        position_rows = [lanes.pack(row) for row in self._position]

        def term(p: int, k: int) -> Term:
            lo, hi = by_token[k].lo * by_position[p].lo, by_token[k].hi * by_position[p].hi
            row = direct + token_rows[k] + position_rows[p]
            return Term(lo * row, (hi - lo) * ceiling, k)

        *positions, last = range(len(by_position))
        terms = [[term(p, k) for k in range(len(by_token))] for p in positions]
        sums = sum_terms(terms, term(last, query))
        right = list(surely_right(lanes, sums))
        open_sums = [each for each, is_right in zip(sums, right, strict=True) if not is_right]
        return right, all(surely_wrong(lanes, open_sums))

    def _factors(self, scores: Sequence[int], precision: int) -> list[Interval]:
        """`2^precision * exp(score - largest score)` for a row of unscaled scores."""
        top = max(scores)
        num, den = self._circuits.score_num, self._circuits.score_den
        with ctx.workprec(precision + 64):
            return [_enclose((score - top) * num, den, precision) for score in scores]


def _enclose(num: int, den: int, precision: int) -> Interval:
    """Integers around `2^precision * exp(num / den)`, for `num <= 0`."""
    factor = (arb(fmpz(num)) / arb(fmpz(den))).exp() * arb(fmpz(1 << precision))
    lo, hi = factor.lower().floor().unique_fmpz(), factor.upper().ceil().unique_fmpz()
    if lo is None or hi is None:  # cannot happen at this working precision
        return Interval(0, 1 << precision)
    return Interval(max(0, int(lo)), min(1 << precision, int(hi)))


def _from_zero(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Each row less its smallest entry, which changes no margin."""
    return [[entry - min(row) for entry in row] for row in rows]
