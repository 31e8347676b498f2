"""Every input by itself, with every neuron (`lean/Compact/Transformer/Strategy/MlpBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input, Listed
from pipeline.recheck.heads.brute_force import MAX_INPUTS
from pipeline.recheck.heads.labels import answer
from pipeline.recheck.heads.tables import HeadTables
from pipeline.recheck.mlp.weights import MlpWeights
from pipeline.recheck.natural import div, log2, minus, power, shift_left
from pipeline.recheck.packed import OneAboveOthers, lane, lanes_le, ones
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.enclosure import Params


def count(w: MlpWeights, c: Certificate) -> Counted:
    """The inputs that pass."""
    c.require(("prec", "steps", "shift", "width", "cellBits", "bits", "bound"), ())
    w.require_shapes()
    if len(w.heads) < 1 or w.n_ctx < 1 or w.d_vocab < 2:
        raise Refused("there is no head, or no position, or no second token")
    if power(w.d_vocab, w.n_ctx) > MAX_INPUTS:
        raise BeyondLimits(f"more than {MAX_INPUTS} inputs")
    checker = _Checker.of(w, c)
    numbers = [
        sum(token * w.d_vocab**i for i, token in enumerate(x))
        for x in product(range(w.d_vocab), repeat=w.n_ctx)
        if checker.passes(x)
    ]
    return Counted.of([Listed(w.d_vocab, w.n_ctx, numbers)])


@dataclass(frozen=True)
class _Checker:
    """All tables, and what is asked of an input."""

    w: MlpWeights
    L: int
    width: int
    unit2: int
    outs: Sequence[Sequence[int]]
    linear: Sequence[HeadTables]
    neurons: Sequence[Sequence[HeadTables]]
    tests: Sequence[OneAboveOthers]

    @classmethod
    def of(cls, w: MlpWeights, c: Certificate) -> _Checker:
        p, bits, L, H = Params.of(c), c.nat("cellBits"), c.nat("bits"), len(w.heads)
        w.require_cells(bits)
        if p.width + 1 > L or 2 * p.prec + p.width + log2(w.n_ctx) + 4 > L:
            raise Refused("lanes are narrower than the logits of a head")
        outs, unit2, wide = w.neuron_rows(), power(2, 2 * w.frac), power(2, p.width)
        ranges = sum(max(row) for row in outs)
        if unit2 * ((H + 1) * wide + 2) + (H + 2) * wide * ranges >= power(2, minus(L, 1)):
            raise Refused("lanes do not hold what neurons add")
        size = w.d_vocab - 1
        parts = [w.linear(bits), *(w.reads(bits, k) for k in range(0, w.d_mlp, size))]
        heads = [[HeadTables.of(part, bits + 1, p, L, i) for i in range(H)] for part in parts]
        tests = [OneAboveOthers.of(L, ones(L, w.d_vocab), m) for m in range(w.d_vocab)]
        return cls(w, L, p.width, unit2, outs, heads[0], heads[1:], tests)

    def passes(self, x: Input) -> bool:
        m, q = answer(self.w.label, x, self.w.d_vocab, self.w.table), x[-1]
        rows: list[list[int]] = []
        for head in self.linear:
            row, full = self._guess(head, x, m, 0), power(2, self.width)
            if not self._above(head, x, m, row) or max(self._lanes(row)) >= full:
                return False
            rows.append(self._lanes(row))
        found = self._neurons(x)
        if found is None or found[1] > power(2, self.width):
            return False
        acts, loss = found
        direct = self._lanes(self.linear[0].direct[q])
        left = [self.unit2 * (row_sum + direct[m]) for row_sum in map(sum, zip(*rows, strict=True))]
        right = [self.unit2 * (sum(row[m] for row in rows) + each) for each in direct]
        added = [
            sum(a * out[t] for a, out in zip(acts, self.outs, strict=True))
            for t in range(self.w.d_vocab)
        ]
        spare = 2 * self.unit2 + loss * sum(max(out) for out in self.outs)
        behind = [
            right[t] + added[t] + spare <= left[t] + added[m]
            for t in range(self.w.d_vocab)
            if t != m
        ]
        return all(behind)

    def _neurons(self, x: Input) -> tuple[list[int], int] | None:
        """Each neuron's ReLU, rounded up, and by how much it may be less; `None` if a head's rows are refused."""
        z, acts, loss = self.w.d_vocab - 1, list[int](), 2
        for heads in self.neurons:
            sums = [0] * self.w.d_vocab
            for head in heads:
                logits, slack, weight = self._sums(head, x)
                extra = 2 * (div(slack, weight) + 2)
                row = self._guess(head, x, z, extra)
                others = minus(ones(self.L, self.w.d_vocab), shift_left(1, self.L * z))
                lower = row + extra * others
                top = power(2, self.width)
                if max(*self._lanes(row), *self._lanes(lower)) >= top or self._spills(row, lower):
                    return None
                if not self._above(head, x, z, row) or not self._below(
                    logits + weight * lower, z, slack
                ):
                    return None
                sums = [a + b for a, b in zip(sums, self._lanes(row), strict=True)]
                loss += extra
            direct = self._lanes(heads[0].direct[x[-1]])
            acts += [minus(direct[j] + sums[z] + 1, direct[z] + sums[j]) for j in range(z)]
        return acts[: self.w.d_mlp], loss

    def _sums(self, head: HeadTables, x: Input) -> tuple[int, int, int]:
        return head.sums(x, 3 * power(2, self.width))

    def _spills(self, *rows: int) -> bool:
        return any(row >> self.L * self.w.d_vocab for row in rows)

    def _above(self, head: HeadTables, x: Input, m: int, row: int) -> bool:
        logits, slack, weight = self._sums(head, x)
        return not self._spills(row) and self.tests[m].test(slack, logits + weight * row)

    def _below(self, row: int, z: int, slack: int) -> bool:
        """Are all other lanes above the lane `z` by the slack (`othersAbove`)?"""
        one = ones(self.L, self.w.d_vocab)
        y = lane(self.L, row, z)
        if y + slack >= power(2, minus(self.L, 1)):
            return False
        low = y * one + slack * minus(one, shift_left(1, self.L * z))
        return lanes_le(power(2, minus(self.L, 1)) * one, low, row)

    def _guess(self, head: HeadTables, x: Input, m: int, extra: int) -> int:
        """A row that makes a head even; less `extra` everywhere."""
        logits, slack, weight = self._sums(head, x)
        one = ones(self.L, self.w.d_vocab)
        e, full = minus(self.L, self.width + 2), minus(power(2, self.width), 1) * one
        average = logits * div(power(2, e), weight) >> e & full
        more = div(slack, weight) + 2
        row = minus(minus(full, more * one), average) + shift_left(more, self.L * m)
        return minus(row, extra * one)

    def _lanes(self, row: int) -> list[int]:
        return [lane(self.L, row, t) for t in range(self.w.d_vocab)]
