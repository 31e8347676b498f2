"""Rows of each head of a model with an MLP, and the heads together (mirror of `MlpHeads/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import fmpz_mat

from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.heads.checker import Pair, all_margin, row_of
from pipeline.transformer.heads.quartic import FINE_BITS
from pipeline.transformer.heads.shares import SHARE_BITS, best_shares
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic_rows import AtMax, MlpRows

HEAD_ZERO = {"b_O", "b_out"}
"""Biases that head 0 writes for all."""


def solo(model: MlpModel, i: int) -> MlpModel:
    """The model with head `i` alone (`Weights.solo`)."""
    mlp = model.neurons
    return replace(
        model,
        heads=[model.heads[i]],
        biases={k: b for k, b in model.biases.items() if i == 0 or k not in HEAD_ZERO},
        mlp=replace(
            mlp, biases={k: b for k, b in mlp.biases.items() if i == 0 or k not in HEAD_ZERO}
        ),
    )


@dataclass(frozen=True)
class HeadsAtMax:
    """The rows of all heads for one maximum."""

    heads: Sequence[MlpRows]
    m: int
    signs: Sequence[int]
    shares: Sequence[Sequence[int]]
    """Of each head but the first: its shares of the neurons' own numbers."""
    rows: Sequence[AtMax]

    @classmethod
    def of(cls, heads: Sequence[MlpRows], m: int, bits: int) -> HeadsAtMax:
        """Neurons by their signs where all tokens are the maximum; shares that are then the same for all heads."""
        keys = [_at_maximum(rows, m) for rows in heads]
        own = heads[0].neurons.directs[m]
        n, count = len(heads[0].neurons.positions) - 1, len(heads)
        sums = [n * e + sum(key) for e, key in zip(own, zip(*keys, strict=True), strict=True)]
        signs = [int(e > 0) for e in sums]
        most = (1 << bits) - 1
        shares = [
            [
                max(-most, min(most, e // (n * count) - mine // n))
                for e, mine in zip(sums, key, strict=True)
            ]
            for key in keys[1:]
        ]
        return cls(heads, m, signs, shares, [rows.at(m, signs) for rows in heads])

    def own(self, q: int) -> list[list[int]]:
        """Of each head and neuron, its share of the neuron's own number; the first has what remains."""
        rest = [
            e - sum(others)
            for e, *others in zip(self.heads[0].neurons.directs[q], *self.shares, strict=True)
        ]
        return [rest, *map(list, self.shares)]

    def extra(self) -> int:
        """What rounding may cost in all heads."""
        return (len(self.heads) + 1) * self.heads[0].extra

    def direct(self, q: int) -> list[int]:
        """The row of the direct path."""
        return [e >> self.heads[0].cut for e in self.rows[0].direct[q]]

    def altered(self, q: int) -> list[Tables]:
        """The tables of all heads with these rows."""
        m, direct = self.m, self.direct(q)
        found = []
        for rows, at, own in zip(self.heads, self.rows, self.own(q), strict=True):
            lefts = [
                [
                    rows.left_of(e, y, a, j)
                    for j, (a, e) in enumerate(zip(self.signs, own, strict=True))
                ]
                for y in range(m + 1)
            ]
            left = fmpz_mat(lefts) * at.over
            tokens = [
                [e + int(left[y, j]) >> rows.cut for j, e in enumerate(row)]
                for y, row in enumerate(at.token)
            ]
            found.append(
                replace(
                    rows.tables,
                    token=tokens,
                    last=at.positions[-1],
                    position=[[]] * m + [at.highest()],
                    direct=[[]] * q + [direct],
                )
            )
        return found

    def pair(self, q: int) -> tuple[Sequence[int], Pair] | None:
        """Good shares of the margin, and the rows that they give; `None` if they are refused."""
        every, m, extra = self.altered(q), self.m, self.extra()
        margin = all_margin(every, q, m)
        if min(margin) < 0:
            return None
        best = best_shares(every, q, m).shares
        fine = [min(share << (FINE_BITS - SHARE_BITS), (1 << FINE_BITS) - 1) for share in best]
        rows = [
            row_of(t, m, FINE_BITS, share, margin) for t, share in zip(every, fine, strict=True)
        ]
        rows[0] = [e + (0 if j == m else extra + len(every)) for j, e in enumerate(rows[0])]
        if any(not 0 <= e < 1 << every[0].width for row in rows for e in row):
            return None
        direct, total = self.direct(q), [sum(column) for column in zip(*rows, strict=True)]
        if any(
            total[m] + e + extra > mine + direct[m]
            for j, (e, mine) in enumerate(zip(direct, total, strict=True))
            if j != m
        ):
            return None
        pair = Pair(every, q, m, rows)
        return (fine, pair) if pair.leads else None


def _at_maximum(rows: MlpRows, m: int) -> list[int]:
    """Of each neuron, what a head adds where all tokens are the maximum, at all positions but the last together."""
    N = rows.neurons
    n = len(N.positions) - 1
    places = [sum(column) for column in zip(*N.positions[:-1], strict=True)]
    return [n * token + place for token, place in zip(N.tokens[m], places, strict=True)]
