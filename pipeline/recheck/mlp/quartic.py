"""Quartic for one head and an MLP (`lean/Compact/Transformer/Strategy/MlpQuartic/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.mlp.blocks import by_blocks
from pipeline.recheck.mlp.weights import MlpWeights
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.circuits import circuits
from pipeline.recheck.transformer.enclosure import Enclosure, Params, enclose

MAX_PARTS = 1 << 12
OWN = ("parts", "countBits", "levelBits", "small", "cut", "lane", "cellBits", "bound")

Row = Sequence[int]


def count(w: MlpWeights, c: Certificate) -> Counted:
    """The inputs that are counted, of all blocks."""
    return checker_of(Checker, w, c).counted()


def checker_of(kind: type[Checker], w: MlpWeights, c: Certificate) -> Checker:
    """A certificate that is well formed, with the model's tables."""
    c.require((*tables.NATS, *OWN), (*tables.ROWS, "slopes"), ("levels", "blocks"))
    w.require_shapes()
    if w.label != "maximum" or len(w.heads) != 1:
        raise Refused("this strategy is about the maximum, and one head")
    bits, L = c.nat("cellBits"), c.nat("bits")
    w.require_cells(bits)
    plain = w.linear(bits).plain(bits + 1, 0)
    checked_tables(plain, c)
    return kind.of(w, c, bits, L)


@dataclass(frozen=True)
class Checker:
    """All rounded tables, as plain numbers."""

    w: MlpWeights
    c: Certificate
    head: Enclosure
    blocks: Sequence[Enclosure]
    outs: Sequence[Row]
    unit2: int

    @classmethod
    def of(cls, w: MlpWeights, c: Certificate, bits: int, L: int) -> Checker:
        small, cut, width = c.nat("small"), c.nat("cut"), c.nat("width")
        p, outs, unit2 = replace(Params.of(c), width=small), w.neuron_rows(), power(2, 2 * w.frac)
        ranges = sum(max(row) for row in outs)
        if (unit2 + 8 * ranges) * power(2, small) > power(2, cut + width):
            raise Refused("rows are wider than the certificate says")
        lane = c.nat("lane")
        if cut + width + 1 > lane or small + 4 > lane or lane > L or width + 3 > L:
            raise Refused("lanes are too narrow for the rows")
        if c.nat("n") < 1 or c.nat("parts") < 1 or c.nat("v") < 2:
            raise Refused("there is nothing to compare")
        if power(c.nat("v") + 1, c.nat("n")) >= power(2, c.nat("countBits")):
            raise Refused("countBits does not hold all inputs")
        if c.nat("levelBits") > 64 or c.nat("parts") > MAX_PARTS:
            raise BeyondLimits(f"levels of more than 64 bits, or more than {MAX_PARTS:,} parts")
        size = w.d_vocab - 1
        parts = [w.linear(bits), *(w.reads(bits, k) for k in range(0, w.d_mlp, size))]
        found = [_enclosed(part, bits + 1, p) for part in parts]
        return cls(w, c, found[0], found[1:], outs, unit2)

    def counted(self) -> Counted:
        """The pairs of each block of queries; as many as each block says, at least."""
        return by_blocks(self.c, self.w.d_vocab, self.pair)

    @cached_property
    def neurons(self) -> Mapping[str, Sequence[Row]]:
        """Numbers of all neurons, each less that of the last output of its block."""
        found: dict[str, Sequence[Row]] = {}
        for table in ("token_row", "pos_row", "direct_row"):
            parts = [
                [[e - row[-1] for e in row[:-1]] for row in getattr(b, table)] for b in self.blocks
            ]
            found[table] = [[*chain(*rows)][: self.w.d_mlp] for rows in zip(*parts, strict=True)]
        return found

    def slopes(self, m: int) -> list[int]:
        return [nth(self.c.row("slopes"), m) >> j & 1 for j in range(self.w.d_mlp)]

    def rows(self, table: str, i: int, slopes: Row) -> list[int]:
        """A row of logits, and what neurons of slope 1 add to it."""
        row = [self.unit2 * e for e in getattr(self.head, table)[i]]
        for j, out in enumerate(self.outs):
            u = self.neurons[table][i][j] if slopes[j] else 0
            top = max(out)
            row = [e + (u * o if u > 0 else -u * (top - o)) for e, o in zip(row, out, strict=True)]
        return row

    def lefts(self, q: int, y: int, slopes: Row) -> Iterator[int]:
        """Of each neuron, what is left of its ReLU for a token."""
        N = self.neurons
        for j, slope in enumerate(slopes):
            own = N["direct_row"][q][j] + N["token_row"][y][j]
            at = [own + place[j] for place in N["pos_row"]]
            yield max(0, 3 - min(at) if slope else 3 + max(at))

    def left(self, q: int, y: int, m: int, slopes: Row) -> list[int]:
        """What is left of all ReLUs for a token, in its row."""
        row = [0] * self.w.d_vocab
        for left, out in zip(self.lefts(q, y, slopes), self.outs, strict=True):
            row = [e + left * max(o, out[m]) for e, o in zip(row, out, strict=True)]
        return row

    def pair(self, q: int, m: int) -> Iterator[Levelled]:
        """The classes of one query and one maximum."""
        code = nth(self.c.matrix("levels")[m], q) if m < len(self.c.matrix("levels")) else 0
        if not code:
            return
        c, cut, width, slopes = self.c, self.c.nat("cut"), self.c.nat("width"), self.slopes(m)
        ranges = sum(max(row) for row in self.outs)
        extra = 3 * (self.unit2 + ranges) // power(2, cut) + 4
        D = [e >> cut for e in self.rows("direct_row", q, slopes)]
        D = [e + (extra if t != m else 0) for t, e in enumerate(D)]
        if max(D) >= power(2, width):
            return
        tokens = [
            [
                a + b >> cut
                for a, b in zip(
                    self.rows("token_row", y, slopes), self.left(q, y, m, slopes), strict=True
                )
            ]
            for y in range(m + 1)
        ]
        positions = [
            [e >> cut for e in self.rows("pos_row", p, slopes)] for p in range(self.w.n_ctx)
        ]
        every = [
            max(row[t] + power(2, width) - row[m] for row in positions[:-1])
            for t in range(self.w.d_vocab)
        ]
        yield from _Pair(
            c, q, m, (code - 1) >> 1, (code - 1) % 2 == 1, D, tokens, every, positions[-1]
        ).classes()


@dataclass(frozen=True)
class _Pair:
    """Rows of one query and one maximum, and the numbers of the query."""

    c: Certificate
    q: int
    m: int
    levels: int
    together: bool
    """Does the class with the most other tokens decide for all?"""
    D: Row
    tokens: Sequence[Row]
    every: Row
    last: Row

    def entry(self, name: str, j: int) -> int:
        return lane(self.c.nat("bits"), nth(self.c.row(name), self.q), j)

    def path(self, s: int) -> list[int]:
        return [a + b + e for a, b, e in zip(self.D, self.tokens[s], self.every, strict=True)]

    def classes(self) -> Iterator[Levelled]:
        c, q, m = self.c, self.q, self.m
        n, parts = c.nat("n"), c.nat("parts")
        by_max = self.entry("tokenLo", m)
        own = self.entry("tokenLo", q) * nth(c.row("own"), q)
        loss = self.entry("slack", m) + 1
        whole = self.entry("high", 1) * parts
        if not self._roomy(own, loss, whole):
            return
        path = self.path(m)
        own_path = [a + b + e for a, b, e in zip(self.D, self.tokens[q], self.last, strict=True)]
        if max(path) > path[m]:
            return
        counts = range(n + 1 if q == m else n)
        last = counts[-1]
        for k in counts:
            U = self.entry("low", n - (last if self.together else k))
            if self.entry("low", n - k) < U:
                continue
            spare = [
                U * by_max * (path[m] - a) + own * (own_path[m] - b) - (loss if t != m else 0)
                for t, (a, b) in enumerate(zip(path, own_path, strict=True))
            ]
            if min(spare) < 0:
                continue
            found = {}
            for s in range(m):
                level = lane(c.nat("levelBits"), self.levels, s if self.together else k * m + s)
                lacks = self.path(s)
                weight = whole * self.entry("tokenLo", s)
                bears = all(
                    level * have + weight * (lacks[m] - e) >= 0
                    for have, e in zip(spare, lacks, strict=True)
                )
                if level <= parts and bears:
                    found[s] = level
            yield Levelled(q, m, n, k, list(found.items()), parts)

    def _roomy(self, own: int, loss: int, whole: int) -> bool:
        c = self.c
        r, unit, parts = 4 * power(2, c.nat("width")), power(2, c.nat("prec")), c.nat("parts")
        inner = nth(c.row("mass"), self.q) * unit * r + own * r + loss
        most = (parts + 1) * inner + (whole + 1) * unit * r
        return most + 1 <= power(2, minus(c.nat("bits"), 1))


def _enclosed(w: Weights, bits: int, p: Params) -> Enclosure:
    plain = w.plain(bits, 0)
    if not plain.well_formed:
        raise Refused("the weights do not have the shapes that they should")
    T = enclose(plain, p, circuits(plain))
    if not T.narrow(p.width):
        raise Refused("a logit or a neuron is wider than the certificate says")
    return T
