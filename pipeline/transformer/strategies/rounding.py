"""How coarsely brute force may round and still certify every input that is answered correctly.

Kernel time grows with the bits per lane, `2 prec + width` and a few more.  More bits never hurt in
practice, so the search raises the accuracy until nothing is lost and then takes bits away again
by bisection.  Whatever it returns was evaluated as it is.  (Below `8 * steps` bits the upper bound
of an exponential would grow beyond all measure: a unit in the last place is raised to
`256^steps`.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from pipeline.strategy import Progress
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.enclosure import Params, enclose

ATTEMPTS = [(steps, 16 * steps + 64) for steps in range(1, 7)] + [
    (8, 256),
    (10, 512),
    (12, 1024),
    (14, 2048),
]
"""Steps and precision of the exponentials.  An exponential is good to about `8 * steps` bits, and
much precision is needed when all tokens of an input get little attention."""


class Rounding:
    """The search for one model.  `right[query]` are the true verdicts."""

    def __init__(self, circuits: Circuits, frac: int, right: Sequence[Sequence[bool]]) -> None:
        self._circuits = circuits
        self._frac = frac
        self._right = right
        self._hard_first = list(range(len(right)))
        self._lane_bits = lane_bits(circuits, frac)
        self.loses_nothing = cache(self._loses_nothing)

    def loosest(self, progress: Progress) -> tuple[Params, int]:
        """The parameters, and the number of inputs that the checker certifies with them."""
        for steps, prec in ATTEMPTS:
            width = min(self._lane_bits, prec)
            progress(f"trying {steps} steps of the exponential, {prec} bits")
            if self.loses_nothing(steps, prec, width):
                params = self._with_fewest_bits(steps, prec, width)
                return params, sum(map(sum, self._right))
        params = self._params(steps, prec, width)
        return params, self._check(params).count()

    def _with_fewest_bits(self, steps: int, prec: int, width: int) -> Params:
        steps = _least(1, steps, lambda fewer: self.loses_nothing(fewer, prec, width))
        prec = _least(8 * steps, prec, lambda bits: self.loses_nothing(steps, bits, width))
        width = _least(1, width, lambda bits: self.loses_nothing(steps, prec, bits))
        return self._params(steps, prec, width)

    def _params(self, steps: int, prec: int, width: int) -> Params:
        """Rows are shifted just so that their largest lane has `width` bits."""
        return Params(prec, steps, max(0, self._lane_bits - width), width)

    def _check(self, params: Params) -> BruteForceCheck:
        return BruteForceCheck.of(enclose(self._circuits, self._frac, params))

    def _loses_nothing(self, steps: int, prec: int, width: int) -> bool:
        check = self._check(self._params(steps, prec, width))
        for place, query in enumerate(self._hard_first):
            verdicts = zip(check.passing(query), self._right[query], strict=True)
            if any(is_right and not passes for passes, is_right in verdicts):
                # It will be the first to fail the next time too.
                self._hard_first.insert(0, self._hard_first.pop(place))
                return False
        return True


def _least(low: int, high: int, accepts: Callable[[int], bool]) -> int:
    """The least accepted number, if acceptance is monotone; `high` is accepted."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if accepts(middle) else (middle + 1, high)
    return high


def lane_bits(circuits: Circuits, frac: int) -> int:
    """Bits of the largest lane before rounding."""
    rows = [*circuits.EVOU.tolist(), *circuits.PVOU.tolist()]
    ranges = [max(row) - min(row) for row in rows]
    ranges += [(max(row) - min(row)) << (2 * frac) for row in circuits.EU.tolist()]
    return int(max(ranges)).bit_length()
