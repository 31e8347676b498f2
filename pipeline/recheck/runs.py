"""Classes of inputs, decided in runs, and how many inputs they hold (`lean/Compact/Classes/Runs.lean`).

For a query and a maximum, a class is the inputs in which so many of the other positions do not hold the maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import comb

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import lane
from pipeline.recheck.tables import Tables

NATS, ROWS = ("runBits",), ("runs",)

Decide = Callable[[int, int, int], int]
"""How many tokens run `j` admits, whose extreme weights of the maximum are `U` and `U'`."""


@dataclass(frozen=True)
class Runs:
    """How the classes of each query and maximum fall into runs, as a certificate says."""

    bits: int
    codes: list[int]

    @classmethod
    def of(cls, c: Certificate) -> Runs:
        return cls(c.nat("runBits"), c.row("runs"))

    def count(self, t: Tables, q: int, m: int, alone: Callable[[], bool], decide: Decide) -> int:
        """The inputs counted for a query and a maximum; `alone` is whether the class passes in which all positions
        hold the maximum (`Runs.decode` and `countRuns`)."""
        code = lane(self.bits * t.n + 1, nth(self.codes, m), q)
        last = t.n if q == m else t.n - 1
        if code == 0 or last < 0:
            return 0
        sizes = self._sizes(t, q, last, code - 1, decide)
        return int(alone()) + sum(comb(t.n, c) * power(size, c) for c, size in enumerate(sizes, 1))

    def _sizes(self, t: Tables, q: int, last: int, lengths: int, decide: Decide) -> Iterator[int]:
        """The numbers of tokens of the classes with 1 to `last` other tokens (`runSizes`)."""
        low, high = nth(t.low, q), nth(t.high, q)
        j, c, left = 0, 1, last
        while left > 0:
            length = min(lengths % power(2, self.bits) or left, left)
            U = lane(t.bits, low, minus(t.n, c + length - 1))
            yield from [decide(j, U, lane(t.bits, high, minus(t.n, c)))] * length
            j, c, left, lengths = j + 1, c + length, left - length, lengths >> self.bits
