"""Every input by itself, head by head (`lean/Compact/Transformer/Strategy/HeadsBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input, Listed
from pipeline.recheck.heads.labels import answer
from pipeline.recheck.heads.tables import HeadTables
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.natural import div, log2, minus, power, shift_left
from pipeline.recheck.packed import OneAboveOthers, lane, lanes_le, ones
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.enclosure import Params

MAX_INPUTS = 1 << 16


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that pass."""
    c.require(("prec", "steps", "shift", "width", "cellBits", "bound"), ())
    w.require_shapes()
    H = len(w.heads)
    if H < 1 or w.n_ctx < 1:
        raise Refused("there is no head, or no position")
    if power(w.d_vocab, w.n_ctx) > MAX_INPUTS:
        raise BeyondLimits(f"more than {MAX_INPUTS} inputs")
    p = Params.of(c)
    L = 2 * p.prec + p.width + log2(w.n_ctx) + 4 + log2(H) + p.width
    if (H + 1) * power(2, p.width) + 3 > power(2, minus(L, 1)) or p.width + 1 > L:
        raise Refused("lanes do not hold the rows of all heads")
    heads = [HeadTables.of(w, c.nat("cellBits"), p, L, i) for i in range(H)]
    test = _Test.of(L, p.width, w, heads)
    numbers = [_number(x, w.d_vocab) for x in test.passing()]
    return Counted.of([Listed(w.d_vocab, w.n_ctx, numbers)])


def _number(x: Input, base: int) -> int:
    return sum(token * base**i for i, token in enumerate(x))


@dataclass(frozen=True)
class _Test:
    """What is asked of an input."""

    L: int
    width: int
    w: Weights
    heads: Sequence[HeadTables]
    one: int
    tests: Sequence[OneAboveOthers]

    @classmethod
    def of(cls, L: int, width: int, w: Weights, heads: Sequence[HeadTables]) -> _Test:
        one = ones(L, w.d_vocab)
        tests = [OneAboveOthers.of(L, one, m) for m in range(w.d_vocab)]
        return cls(L, width, w, heads, one, tests)

    def passing(self) -> Iterator[Input]:
        inputs = product(range(self.w.d_vocab), repeat=self.w.n_ctx)
        return (x for x in inputs if self._passes(x))

    def _passes(self, x: Input) -> bool:
        m, rows, full = (
            answer(self.w.label, x, self.w.d_vocab, self.w.table),
            [],
            minus(power(2, self.width), 1) * self.one,
        )
        for head in self.heads:
            logits, slack, weight = head.sums(x, 3 * power(2, self.width))
            row = self._guess(m, logits, slack, weight)
            if row & full != row or not self.tests[m].test(slack, logits + weight * row):
                return False
            rows.append(row)
        direct = self.heads[0].direct[x[-1]]
        low = sum(lane(self.L, row, m) for row in rows) * self.one + direct
        low += 2 * minus(self.one, shift_left(1, self.L * m))
        high = sum(rows) + lane(self.L, direct, m) * self.one
        return lanes_le(power(2, self.L - 1) * self.one, low, high)

    def _guess(self, m: int, logits: int, slack: int, weight: int) -> int:
        """A row that makes a head even."""
        e = minus(self.L, self.width + 2)
        full = minus(power(2, self.width), 1) * self.one
        average = logits * div(power(2, e), weight) >> e & full
        extra = div(slack, weight) + 2
        return minus(minus(full, extra * self.one), average) + shift_left(extra, self.L * m)
