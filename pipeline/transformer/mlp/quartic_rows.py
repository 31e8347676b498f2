"""Rows of logits in which neurons enter by slopes (mirror of `Transformer/Strategy/MlpQuartic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from flint import fmpz_mat

from pipeline.transformer.checker.enclosure import Enclosure
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.heads.checker import Pair

Rows = list[list[int]]


@dataclass(frozen=True)
class Neurons:
    """The rounded tables of all neurons, each less that of its block's last output: above it, and below."""

    tokens: Sequence[Sequence[int]]
    """`[y][j]`, a difference"""
    positions: Sequence[Sequence[int]]
    """`[p][j]`"""
    directs: Sequence[Sequence[int]]
    """`[q][j]`"""

    @classmethod
    def of(cls, blocks: Sequence[Enclosure], d_mlp: int) -> Neurons:
        def joined(tables: Sequence[Rows]) -> Rows:
            rows = [[[e - row[-1] for e in row[:-1]] for row in table] for table in tables]
            together = [[*chain(*parts)] for parts in zip(*rows, strict=True)]
            return [row[:d_mlp] for row in together]

        return cls(
            joined([b.token_row for b in blocks]),
            joined([b.pos_row for b in blocks]),
            joined([b.direct_row for b in blocks]),
        )


@dataclass(frozen=True)
class MlpRows:
    """All rows of one model under one choice of rounding."""

    tables: Tables
    head: Enclosure
    neurons: Neurons
    outs: Rows
    """Rows of `W_out W_U`, each less its smallest entry."""
    unit2: int
    cut: int
    spared: frozenset[int] = frozenset()
    """Neurons whose ReLU is thought to be what its slope says.  (Not a proof: what if they lost nothing?)"""

    @property
    def extra(self) -> int:
        """What is added to direct paths for what rounding may cost."""
        return (3 * (self.unit2 + sum(map(max, self.outs))) >> self.cut) + 4

    @cached_property
    def _highest(self) -> list[int]:
        return [max(column) for column in zip(*self.neurons.positions, strict=True)]

    @cached_property
    def _lowest(self) -> list[int]:
        return [min(column) for column in zip(*self.neurons.positions, strict=True)]

    def at(self, m: int, slopes: Sequence[int]) -> AtMax:
        """The rows of the maximum `m`."""
        plus = [[a * e for e in row] for a, row in zip(slopes, self.outs, strict=True)]
        bars = [[a * (max(row) - e) for e in row] for a, row in zip(slopes, self.outs, strict=True)]
        stacked = fmpz_mat([*plus, *bars])

        def unrounded(rows: Rows, values: Sequence[Sequence[int]]) -> Rows:
            halves = [[max(0, e) for e in row] + [max(0, -e) for e in row] for row in values]
            added = fmpz_mat(halves) * stacked
            return [
                [self.unit2 * e + int(added[i, t]) for t, e in enumerate(row)]
                for i, row in enumerate(rows)
            ]

        positions = unrounded(self.head.pos_row, self.neurons.positions)
        return AtMax(
            self,
            m,
            slopes,
            fmpz_mat(self.over(m)),
            unrounded(self.head.token_row[: m + 1], self.neurons.tokens[: m + 1]),
            unrounded(self.head.direct_row[: m + 1], self.neurons.directs[: m + 1]),
            [[e >> self.cut for e in row] for row in positions],
        )

    def over(self, m: int) -> Rows:
        """Of each neuron and output, by what the rest of its ReLU is multiplied."""
        return [[max(e, row[m]) for e in row] for row in self.outs]

    def left(self, q: int, y: int, slope: int, j: int) -> int:
        """What is left of the ReLU of a neuron at most (`leftAbove`, `leftBelow`)."""
        return self.left_of(self.neurons.directs[q][j], y, slope, j)

    def left_of(self, own: int, y: int, slope: int, j: int) -> int:
        """The same, if the neuron's own number is this."""
        if j in self.spared:
            return 0
        own += self.neurons.tokens[y][j]
        return max(0, 3 - own - self._lowest[j] if slope else 3 + own + self._highest[j])


@dataclass(frozen=True)
class AtMax:
    """The rows of one maximum."""

    rows: MlpRows
    m: int
    slopes: Sequence[int]
    over: fmpz_mat
    token: Rows
    direct: Rows
    positions: Rows

    def pair(self, q: int) -> Pair | None:
        """The rows of a query; `None` if they are refused."""
        R, m, t = self.rows, self.m, self.rows.tables
        lefts = [[R.left(q, y, a, j) for j, a in enumerate(self.slopes)] for y in range(m + 1)]
        left = fmpz_mat(lefts) * self.over
        tokens = [
            [e + int(left[y, j]) >> R.cut for j, e in enumerate(row)]
            for y, row in enumerate(self.token)
        ]
        D = [(e >> R.cut) + (0 if j == m else R.extra) for j, e in enumerate(self.direct[q])]
        if max(D) >= 1 << t.width:
            return None
        position: Rows = [[]] * m + [self.highest()]
        altered = replace(t, token=tokens, last=self.positions[-1], position=position)
        pair = Pair([altered], q, m, [D])
        return pair if pair.leads else None

    def highest(self) -> list[int]:
        """The row that stands for all positions but the last (`highest`)."""
        top = 1 << self.rows.tables.width
        shifted = [[e + top - row[self.m] for e in row] for row in self.positions[:-1]]
        return [max(column) for column in zip(*shifted, strict=True)]
