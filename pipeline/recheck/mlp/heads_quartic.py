"""Quartic for several heads and an MLP (`lean/Compact/Transformer/Strategy/MlpHeads/Check.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Levelled
from pipeline.recheck.heads import quartic as several
from pipeline.recheck.mlp.blocks import by_blocks
from pipeline.recheck.mlp.quartic import MAX_PARTS, Checker, Row
from pipeline.recheck.mlp.weights import MlpWeights
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import lane
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.agreement import checked_tables

NATS = (
    "parts",
    "countBits",
    "levelBits",
    "shareBits",
    "heads",
    "small",
    "cut",
    "lane",
    "cellBits",
    "bound",
)
HEAD_ZERO = ("b_O", "b_out")
ROOM = 7
"""A lane has so many bits more than a rounded number."""


def count(w: MlpWeights, c: Certificate) -> Counted:
    """The inputs that are counted, of all blocks."""
    matrices = (*several.HEAD_ROWS, "above", "below", "shares", "levels", "blocks")
    c.require((*several.SHARED, *NATS), ("last", "slopes"), matrices)
    w.require_shapes()
    heads, bits = c.nat("heads"), c.nat("cellBits")
    if w.label != "maximum" or heads != len(w.heads) or heads < 1:
        raise Refused("this strategy is about the maximum, and as many heads as the model has")
    w.require_cells(bits)
    small = power(2, c.nat("small"))
    if (heads + 2) * small + 3 > 7 * small or c.nat("small") + ROOM > c.nat("lane"):
        raise Refused("lanes do not hold what is left of neurons")
    if c.nat("parts") + 2 > power(2, c.nat("levelBits")):
        raise Refused("levels have too few bits")
    found = []
    for i in range(heads):
        alone, of_head = _alone(w, i), several.of_head(c, i)
        checked_tables(alone.linear(bits).plain(bits + 1, 0), of_head)
        known = Certificate({**of_head.fields, **c.fields, **of_head.fields})
        found.append(Checker.of(alone, known, bits, c.nat("bits")))
    return _Heads(w, c, found).counted()


def _alone(w: MlpWeights, i: int) -> MlpWeights:
    """Head `i` alone; the biases that all heads share are head 0's."""
    kept = {name: t for name, t in w.tensors.items() if i == 0 or name not in HEAD_ZERO}
    mlp = {name: t for name, t in w.mlp.items() if i == 0 or name not in HEAD_ZERO}
    return replace(w, heads=[w.heads[i]], tensors=kept, mlp=mlp)


@dataclass(frozen=True)
class _Heads:
    """All heads, each as a model with one."""

    w: MlpWeights
    c: Certificate
    heads: Sequence[Checker]

    def counted(self) -> Counted:
        """The pairs of each block of queries; as many as each block says, at least."""
        return by_blocks(self.c, self.w.d_vocab, self.pair)

    def taken(self, name: str, m: int) -> list[list[int]]:
        """Of each head but the first, the numbers of neurons in a row of shares."""
        matrix, bits, z = self.c.matrix(name), self.c.nat("lane"), minus(self.w.d_vocab, 1)
        rows = [nth(matrix[m] if m < len(matrix) else [], k) for k in range(len(self.heads) - 1)]
        last = self.w.d_mlp - 1
        places = last + last // z + 2
        for row in rows:
            if any(lane(bits, row, p) >= power(2, self.c.nat("small")) for p in range(places)):
                raise Refused("a share is wider than small says")
            if row >> bits * places:
                raise Refused("a share has bits beyond the last neuron")
        return [[lane(bits, row, j + j // z + 1) for j in range(self.w.d_mlp)] for row in rows]

    def pair(self, q: int, m: int) -> Iterator[Levelled]:
        """The classes of one query and one maximum."""
        c, v = self.c, self.w.d_vocab
        code = nth(c.matrix("levels")[m], q) if m < len(c.matrix("levels")) else 0
        if not code:
            return
        try:
            above, below = self.taken("above", m), self.taken("below", m)
        except Refused:
            return
        shares = [
            [a - b for a, b in zip(*rows, strict=True)] for rows in zip(above, below, strict=True)
        ]
        first = self.heads[0]
        slopes, cut, width = first.slopes(m), c.nat("cut"), c.nat("width")
        own = [
            e - sum(others)
            for e, *others in zip(first.neurons["direct_row"][q], *shares, strict=True)
        ]
        direct = [e >> cut for e in first.rows("direct_row", q, slopes)]
        views = [
            _View.of(head, q, m, slopes, mine)
            for head, mine in zip(self.heads, [own, *shares], strict=True)
        ]
        ranges = sum(max(row) for row in first.outs)
        extra = (len(views) + 1) * (3 * (first.unit2 + ranges) // power(2, cut) + 4)
        packed = nth(c.matrix("shares")[m], q) if m < len(c.matrix("shares")) else 0
        paths = [[a + b for a, b in zip(view.tokens[m], view.every, strict=True)] for view in views]
        sums = [sum(column) for column in zip(direct, *paths, strict=True)]
        margin = [sums[m] - e for e in sums]
        k, full = c.nat("shareBits"), power(2, width)
        rows = []
        for i, path in enumerate(paths):
            share = lane(k, packed, i)
            more = len(views) + extra if i == 0 else 0
            middle = power(2, minus(width, 1))
            row = [
                ((middle + path[m] - e << k) - share * gap >> k) + (more if t != m else 0)
                for t, (e, gap) in enumerate(zip(path, margin, strict=True))
            ]
            if min(row) < 0 or max(row) >= full:
                return
            rows.append(row)
        if (len(rows) + 1) * full + extra + 1 > power(2, minus(c.nat("bits"), 1)):
            return
        total = [sum(column) for column in zip(*rows, strict=True)]
        if any(total[m] + direct[t] + extra > total[t] + direct[m] for t in range(v) if t != m):
            return
        known = [replace(view, D=row) for view, row in zip(views, rows, strict=True)]
        if all(view.roomy() and view.leads() for view in known):
            yield from _classes(c, q, m, code - 1, known)


@dataclass(frozen=True)
class _View:
    """A head's rows of one query and one maximum."""

    head: Checker
    q: int
    m: int
    tokens: Sequence[Row]
    every: Row
    last: Row
    D: Row = ()

    @classmethod
    def of(cls, head: Checker, q: int, m: int, slopes: Row, own: Row) -> _View:
        c, v = head.c, head.w.d_vocab
        cut, full, N = c.nat("cut"), power(2, c.nat("width")), head.neurons
        tokens = []
        for y in range(m + 1):
            row = head.rows("token_row", y, slopes)
            for j, out in enumerate(head.outs):
                at = [own[j] + N["token_row"][y][j] + place[j] for place in N["pos_row"]]
                left = max(0, 3 - min(at) if slopes[j] else 3 + max(at))
                row = [e + left * max(o, out[m]) for e, o in zip(row, out, strict=True)]
            tokens.append([e >> cut for e in row])
        places = [[e >> cut for e in head.rows("pos_row", p, slopes)] for p in range(head.w.n_ctx)]
        every = [max(row[t] + full - row[m] for row in places[:-1]) for t in range(v)]
        return cls(head, q, m, tokens, every, places[-1])

    def entry(self, name: str, j: int) -> int:
        c = self.head.c
        return lane(c.nat("bits"), nth(c.row(name), self.q), j)

    def path(self, s: int) -> list[int]:
        return [a + b + e for a, b, e in zip(self.D, self.tokens[s], self.every, strict=True)]

    def leads(self) -> bool:
        path = self.path(self.m)
        return max(path) <= path[self.m]

    def own(self) -> int:
        return self.entry("tokenLo", self.q) * nth(self.head.c.row("own"), self.q)

    def whole(self) -> int:
        return self.entry("high", 1) * self.head.c.nat("parts")

    def roomy(self) -> bool:
        """Do lanes hold all numbers of the head (`HeadPair.roomy`)?"""
        c = self.head.c
        r, unit, parts = 4 * power(2, c.nat("width")), power(2, c.nat("prec")), c.nat("parts")
        loss = self.entry("slack", self.m) + 1
        inner = nth(c.row("mass"), self.q) * unit * r + self.own() * r + loss
        most = (parts + 1) * inner + (self.whole() + 1) * unit * r
        return most + 1 <= power(2, minus(c.nat("bits"), 1))

    def weight(self, k: int) -> int:
        """The least that the positions with the maximum weigh, with `k` other tokens."""
        return self.entry("low", self.head.c.nat("n") - k)

    def spare(self, k: int) -> list[int]:
        U, m, own = self.weight(k) * self.entry("tokenLo", self.m), self.m, self.own()
        path, loss = self.path(m), self.entry("slack", m) + 1
        last = [a + b + e for a, b, e in zip(self.D, self.tokens[self.q], self.last, strict=True)]
        return [
            U * (path[m] - a) + own * (last[m] - b) - (loss if t != m else 0)
            for t, (a, b) in enumerate(zip(path, last, strict=True))
        ]

    def bears(self, s: int, level: int, spare: Row) -> bool:
        lacks, weight = self.path(s), self.whole() * self.entry("tokenLo", s)
        return all(
            level * have + weight * (lacks[self.m] - e) >= 0
            for have, e in zip(spare, lacks, strict=True)
        )


def _classes(
    c: Certificate, q: int, m: int, code: int, views: Sequence[_View]
) -> Iterator[Levelled]:
    n, parts, bits = c.nat("n"), c.nat("parts"), c.nat("levelBits")
    if bits > 64 or parts > MAX_PARTS:
        raise BeyondLimits(f"levels of more than 64 bits, or more than {MAX_PARTS:,} parts")
    counts, together, packed = range(n + 1 if q == m else n), code % 2 == 1, code >> 1
    for k in counts:
        asked = counts[-1] if together else k
        if any(view.weight(asked) > view.weight(k) for view in views):
            continue
        spares = [view.spare(asked) for view in views]
        if any(min(spare) < 0 for spare in spares):
            continue
        levels = {s: lane(bits, packed, s if together else k * m + s) for s in range(m)}
        found = [
            (s, level)
            for s, level in levels.items()
            if level <= parts
            and all(v.bears(s, level, spare) for v, spare in zip(views, spares, strict=True))
        ]
        yield Levelled(q, m, n, k, found, parts)
