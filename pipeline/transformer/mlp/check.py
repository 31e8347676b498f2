"""The check of brute force for a model with an MLP (mirror of `Transformer/Strategy/MlpBruteForce/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from pipeline.numbers.lanes import Lanes
from pipeline.transformer.checker.enclosure import Enclosure, Params
from pipeline.transformer.heads.brute_force_check import HeadsCheck, Label, Term

Row = tuple[int, int]
"""A row that bounds neurons from above, and by how much less it would bound them from below."""


@dataclass(frozen=True)
class Sizes:
    """What the check knows of a model besides its tables."""

    d_mlp: int
    blocks: int
    unit2: int
    """`2^(2 frac)`"""
    outs: Sequence[Sequence[int]]
    """Rows of `W_out W_U`, each less its smallest entry."""

    @property
    def ranges(self) -> int:
        """The largest entries of all rows, added up."""
        return sum(max(row) for row in self.outs)


def lane_bits(params: Params, n_ctx: int, heads: int, sizes: Sizes) -> int:
    """Bits of a lane that holds all numbers."""
    logits = 2 * params.prec + params.width + n_ctx.bit_length() - 1 + 4
    rows = logits + params.width + heads.bit_length() - 1
    return max(rows, need(params, heads, sizes).bit_length() + 1, params.width + 1)


def need(params: Params, heads: int, sizes: Sizes) -> int:
    """More than any lane of the last comparison (`roomy`)."""
    wide = 1 << params.width
    return sizes.unit2 * ((heads + 1) * wide + 2) + (heads + 2) * wide * sizes.ranges


@dataclass(frozen=True)
class MlpCheck:
    """The check of one model under one choice of rounding."""

    heads: HeadsCheck
    """Of the model without its neurons."""
    neurons: Sequence[HeadsCheck]
    """Of the models that have neurons as outputs."""
    sizes: Sizes
    outs: Sequence[int]

    @classmethod
    def of(
        cls,
        linear: Sequence[Enclosure],
        neurons: Sequence[Sequence[Enclosure]],
        sizes: Sizes,
        label: Label,
        bits: int,
    ) -> MlpCheck:
        def check(enclosures: Sequence[Enclosure]) -> HeadsCheck:
            found = HeadsCheck.of(enclosures, label)
            lanes = Lanes.of(found.lanes.count, bits)
            heads = [
                replace(
                    head,
                    token=[lanes.pack(row) for row in head.enclosure.token_row],
                    pos=[lanes.pack(row) for row in head.enclosure.pos_row],
                )
                for head in found.heads
            ]
            direct = [lanes.pack(row) for row in enclosures[0].direct_row]
            return replace(found, lanes=lanes, heads=heads, direct=direct)

        first = check(linear)
        outs = [first.lanes.pack(row) for row in sizes.outs]
        return cls(first, [check(each) for each in neurons], sizes, outs)

    @property
    def fits(self) -> bool:
        """Are all tables narrow, and lanes wide enough?"""
        params, bits, H = self.heads.params, self.heads.lanes.bits, len(self.heads.heads)
        narrow = all(
            head.enclosure.narrow for each in (self.heads, *self.neurons) for head in each.heads
        )
        logits = 2 * params.prec + params.width + self.heads.n_ctx.bit_length() - 1 + 4
        room = need(params, H, self.sizes) < 1 << (bits - 1)
        return narrow and room and params.width < bits and logits <= bits

    def count(self) -> int:
        """The largest bound that the Lean checker accepts."""
        return sum(1 for _ in self.passing()) if self.fits else 0

    def passing(self) -> Iterator[tuple[int, ...]]:
        """The inputs that pass.  Means nothing unless it `fits`."""
        v, n = self.heads.lanes.count, self.heads.n_ctx
        checks = (self.heads, *self.neurons)
        for q in range(v):
            terms = [
                [
                    [[check.term(head, q, p, k) for k in range(v)] for p in range(n)]
                    for head in check.heads
                ]
                for check in checks
            ]
            for rest in product(range(v), repeat=n - 1):
                x = (*rest, q)
                states = [
                    [_sum(of_head[p][k] for p, k in enumerate(x)) for of_head in of_check]
                    for of_check in terms
                ]
                if self._passes(q, x, states[0], states[1:]):
                    yield x

    def _passes(
        self, q: int, x: tuple[int, ...], linear: Sequence[Term], neurons: Sequence[Sequence[Term]]
    ) -> bool:
        m, lanes = self.heads.label(x), self.heads.lanes
        if m >= lanes.count:
            return False
        rows = []
        for each in linear:
            row = self.heads.even(m, each)
            if row is None:
                return False
            rows.append(row)
        acts, loss = [], 2
        for check, states in zip(self.neurons, neurons, strict=True):
            found = [self._neuron_row(each) for each in states]
            both = [row for row in found if row is not None]
            if len(both) < len(found):
                return False
            loss += sum(extra for _, extra in both)
            acts += _activations(lanes, check.direct[q], sum(row for row, _ in both))
        return self._enough(q, m, rows, acts, loss)

    def _neuron_row(self, state: Term) -> Row | None:
        """A row that bounds neurons from both sides (`evenNeurons`)."""
        lanes, z, params = self.heads.lanes, self.heads.lanes.count - 1, self.heads.params
        W = state.weight
        extra = 2 * ((state.slack // W if W else 0) + 2)
        row = max(0, self.heads.guess(z, state) - extra * lanes.ones)
        lower = row + extra * (lanes.ones - (1 << lanes.bits * z))
        full = ((1 << params.width) - 1) * lanes.ones
        if row & full != row or lower & full != lower:
            return None
        up = self.heads.above(z, state.slack, state.logits + W * row)
        return (
            (row, extra) if up and _below(lanes, z, state.slack, state.logits + W * lower) else None
        )

    def _enough(self, q: int, m: int, rows: Sequence[int], acts: Sequence[int], loss: int) -> bool:
        lanes, unit2, direct = self.heads.lanes, self.sizes.unit2, self.heads.direct[q]
        if loss > 1 << self.heads.params.width:
            return False
        neurons = sum(act * row for act, row in zip(acts, self.outs, strict=False))
        single = lanes.ones - (1 << lanes.bits * m)
        low = unit2 * (sum(lanes.lane(row, m) for row in rows) * lanes.ones + direct) + neurons
        low += (2 * unit2 + loss * self.sizes.ranges) * single
        high = unit2 * (sum(rows) + lanes.lane(direct, m) * lanes.ones)
        high += lanes.lane(neurons, m) * lanes.ones
        tops = lanes.ones << (lanes.bits - 1)
        return (high + tops - low) & tops == tops


def _sum(terms: Iterator[Term]) -> Term:
    found = next(terms)
    for term in terms:
        found = found + term
    return found


def _activations(lanes: Lanes, direct: int, row: int) -> list[int]:
    """The ReLU of each neuron of a block, rounded up (`activations`)."""
    z = lanes.count - 1
    plus, minus = lanes.lane(row, z) + 1, lanes.lane(direct, z)
    return [max(0, lanes.lane(direct, j) + plus - minus - lanes.lane(row, j)) for j in range(z)]


def _below(lanes: Lanes, z: int, slack: int, row: int) -> bool:
    """Are all other lanes above the lane `z` by the slack (`othersAbove`)?"""
    y, tops = lanes.lane(row, z), lanes.ones << (lanes.bits - 1)
    if y + slack >= 1 << (lanes.bits - 1):
        return False
    low = y * lanes.ones + slack * (lanes.ones - (1 << lanes.bits * z))
    return (row + tops - low) & tops == tops
