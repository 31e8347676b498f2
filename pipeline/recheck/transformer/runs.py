"""Classes of inputs, decided in runs, and how many inputs they hold (`lean/Compact/Transformer/Classes/Runs.lean`).

For a query and a maximum, a class is the inputs in which so many of the other positions do not hold the maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import Protocol

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import lane

NATS, ROWS = ("runBits",), ("runs",)

Decide = Callable[[int, int, int], int]
"""How many tokens run `j` admits, whose extreme weights of the maximum are `U` and `U'`."""


class Ends(Protocol):
    """The least and the greatest weight of `0, 1, ..., n` positions, for each query in lanes of `bits` bits."""

    @property
    def bits(self) -> int: ...
    @property
    def n(self) -> int: ...
    @property
    def low(self) -> Sequence[int]: ...
    @property
    def high(self) -> Sequence[int]: ...


@dataclass(frozen=True)
class Runs:
    """How the classes of each query and maximum fall into runs, as a certificate says."""

    bits: int
    codes: list[int]

    @classmethod
    def of(cls, c: Certificate) -> Runs:
        return cls(c.nat("runBits"), c.row("runs"))

    def code(self, n: int, q: int, m: int) -> int:
        """What is said of a query and a maximum: 0 if nothing is counted (`Runs.code`)."""
        return lane(self.bits * n + 1, nth(self.codes, m), q)

    def count(self, t: Ends, q: int, m: int, alone: Callable[[], bool], decide: Decide) -> int:
        """The inputs counted for a query and a maximum; `alone` is whether the class passes in which all positions
        hold the maximum (`Runs.decode` and `countRuns`)."""
        code = self.code(t.n, q, m)
        return self.count_runs(t, q, m, code - 1, alone, decide) if code else 0

    def count_runs(
        self, t: Ends, q: int, m: int, lengths: int, alone: Callable[[], bool], decide: Decide
    ) -> int:
        """The same, given the packed lengths of the runs (`countRuns`)."""
        last = t.n if q == m else t.n - 1
        if last < 0:
            return 0
        sizes = self._sizes(t, q, last, lengths, decide)
        return int(alone()) + sum(comb(t.n, c) * power(size, c) for c, size in enumerate(sizes, 1))

    def _sizes(self, t: Ends, q: int, last: int, lengths: int, decide: Decide) -> Iterator[int]:
        """The numbers of tokens of the classes with 1 to `last` other tokens (`runSizes`)."""
        low, high = nth(t.low, q), nth(t.high, q)
        j, c, left = 0, 1, last
        while left > 0:
            length = min(lengths % power(2, self.bits) or left, left)
            U = lane(t.bits, low, minus(t.n, c + length - 1))
            yield from [decide(j, U, lane(t.bits, high, minus(t.n, c)))] * length
            j, c, left, lengths = j + 1, c + length, left - length, lengths >> self.bits
