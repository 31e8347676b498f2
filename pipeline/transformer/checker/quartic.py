"""Every mixture compared output by output, exactly: which tokens pass by themselves.

No certificate claims this; it is a rung of the ladder of what proofs give up (`pipeline/report/slack.py`).  A row is
kept as gaps: how far each output is below the maximum, plus a constant that makes it natural.  All outputs are
compared in one step, on packed rows; that is exact, so the number of bits does not matter once it is large enough.
What passes at the extreme weights of all classes is not tested again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flint import fmpz

from pipeline.numbers.lanes import Lanes
from pipeline.transformer.checker.classes import End, Run, all_ends, runs
from pipeline.transformer.checker.tables import Tables


def admitted(t: Tables) -> Iterator[Run]:
    """The classes that are counted, and their tokens."""
    setup = Setup.of(t)
    for m in range(t.v):
        maximum = Maximum.of(setup, m)
        for q in range(m + 1):
            yield from Mixtures.of(setup, maximum, q).runs()


def least_bits(t: Tables) -> int:
    """Bits of a lane that hold all mixtures below the top bit."""
    levels = [_level(t, q, m) for m in range(t.v) for q in range(m + 1)]
    return max((max(levels) - 1).bit_length() + 1, t.width + 2)


def _level(t: Tables, q: int, m: int) -> int:
    """The constant in the gaps of a mixture, and the slack."""
    own = t.token_lo[q][q] * t.own[q]
    return t.slack[q][m] + 1 + t.mass[q] * _offset(t) + own * 3 * (1 << t.width)


def _offset(t: Tables) -> int:
    """The constant in the gaps of a token's row times its factor."""
    return 4 << (t.width + t.prec)


@dataclass(frozen=True)
class Setup:
    """Packed rows, and what they are compared with."""

    t: Tables
    lanes: Lanes
    one: fmpz
    unit: int
    offset: int
    top: int
    token: list[fmpz]
    direct: list[fmpz]

    @classmethod
    def of(cls, t: Tables) -> Setup:
        lanes = Lanes.of(t.v, least_bits(t))
        token, direct = ([fmpz(lanes.pack(row)) for row in rows] for rows in (t.token, t.direct))
        top, one = 1 << (lanes.bits - 1), fmpz(lanes.ones)
        return cls(t, lanes, one, 1 << t.width, _offset(t), top, token, direct)

    def gaps(self, m: int, constant: int, row: Sequence[int], packed: fmpz) -> fmpz:
        """Lane `t` is `row[m] + constant - row[t]`."""
        return (row[m] + constant) * self.one - packed

    def scaled(self, factor: int, gaps: fmpz) -> fmpz:
        """Gaps (whose constant is 4 units) times a factor, the constant being the same for all."""
        return factor * gaps + (self.offset - factor * 4 * self.unit) * self.one


@dataclass(frozen=True)
class Maximum:
    """What is needed of one maximum."""

    m: int
    mask: fmpz
    others: fmpz
    """One in every lane but `m`"""
    last: fmpz
    tokens: list[fmpz]
    """Gaps of the tokens up to `m`"""
    position: fmpz

    @classmethod
    def of(cls, s: Setup, m: int) -> Maximum:
        t, others = s.t, fmpz(s.lanes.without(s.lanes.ones, m))
        return cls(
            m,
            mask=others * s.top,
            others=others,
            last=s.gaps(m, s.unit, t.last, fmpz(s.lanes.pack(t.last))),
            tokens=[s.gaps(m, s.unit, t.token[k], s.token[k]) for k in range(m + 1)],
            position=s.gaps(m, 2 * s.unit, t.position[m], fmpz(s.lanes.pack(t.position[m]))),
        )


class _Test(NamedTuple):
    """Lanes of `V * gaps + A` reach the top bit where a mixture passes."""

    V: int
    A: fmpz


@dataclass(frozen=True)
class Mixtures:
    """The mixtures of one query and one maximum, of which the tokens below `first` are known to pass."""

    t: Tables
    q: int
    m: int
    first: int
    mask: fmpz
    factors: list[fmpz]
    """Scaled gaps of the tokens from `first` up to `m`"""
    query: fmpz

    @classmethod
    def of(cls, s: Setup, maximum: Maximum, q: int, first: int = 0) -> Mixtures:
        t, m = s.t, maximum.m
        direct = s.gaps(m, s.unit, t.direct[q], s.direct[q]) - t.units * maximum.others
        every = direct + maximum.position
        own = t.token_lo[q][q] * t.own[q]
        return cls(
            t,
            q,
            m,
            first,
            maximum.mask,
            [s.scaled(t.token_lo[q][k], maximum.tokens[k] + every) for k in range(first, m + 1)],
            own * (maximum.tokens[q] + direct + maximum.last) + (s.top - _level(t, q, m)) * s.one,
        )

    def alone(self) -> bool:
        """Does the class pass in which all positions hold the maximum?"""
        return self._passes(self._test(End(self.t.mass[self.q], 0)), fmpz(0))

    def gaps(self) -> dict[int, fmpz]:
        """Those of the tokens from `first` on."""
        return dict(zip(range(self.first, self.m), self.factors, strict=False))

    def failed(self) -> set[int]:
        """The tokens that do not pass at the ends of all classes together."""
        extreme, gaps = [self._test(end) for end in all_ends(self.t, self.q, self.m)], self.gaps()
        return {s for s in gaps if not all(self._passes(test, gaps[s]) for test in extreme)}

    def runs(self) -> Iterator[Run]:
        t, q, m = self.t, self.q, self.m
        alone, gaps, failed = self.alone(), self.gaps(), self.failed()

        def decide(*both: End) -> Sequence[int]:
            tests = [self._test(end) for end in both]
            return [
                s
                for s in range(m)
                if s not in failed or all(self._passes(test, gaps[s]) for test in tests)
            ]

        return runs(t, q, m, alone, decide)

    def _test(self, end: End) -> _Test:
        return _Test(end.V, end.U * self.factors[-1] + self.query)

    def _passes(self, test: _Test, gaps: fmpz) -> bool:
        return bool((test.V * gaps + test.A) & self.mask == self.mask)
