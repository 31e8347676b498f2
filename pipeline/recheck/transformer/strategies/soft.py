"""Bounds of the mean loss (`SoftCubic.lean`, `SplitCubic.lean` and `Loss/` in `lean/Compact/Transformer`).

Written from the Lean definitions.  A level is asked of each token by itself; Lean compares all tokens at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted
from pipeline.recheck.natural import div, minus, nth, power, shift_left
from pipeline.recheck.packed import Frame, lane, lanes_le, ones, pack, unpack
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer import tables
from pipeline.recheck.transformer.agreement import checked_tables
from pipeline.recheck.transformer.exponentials import MAX_BITS, bounded
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights

BILLION = 1_000_000_000
MOST_BITS = 1024
MAX_STEPS = 1 << 10
CHECKERS = ("SoftCubic", "SplitCubic", "BruteForceLoss")
NATS = (
    *tables.NATS,
    *("expPrec", "expHalf", "expHigh", "logHigh", "topDirect", "topToken", "positions"),
    *("lossPrec", "lossSteps", "top", "count", "levels", "drops", "right", "pickBits", "picksEach"),
    *("loss", "bound"),
)
ROWS = (*tables.ROWS, "entries", "full", "but", "picks")


def before(c: Certificate) -> str:
    """What is claimed besides the number of inputs."""
    if c.nat("loss").bit_length() > MOST_BITS:
        raise Refused("the loss has too many digits")
    return f"MeanLossAtMost R (nat_lit {c.nat('loss')}) {{weights}} ∧ "


def count(w: Weights, c: Certificate) -> Counted:
    """Soft cubic: the inputs that are right, if the loss is what it is said to be."""
    return _count(w, c, split=False)


def count_split(w: Weights, c: Certificate) -> Counted:
    """Split cubic: the same."""
    return _count(w, c, split=True)


def _count(w: Weights, c: Certificate, *, split: bool) -> Counted:
    c.require(NATS, ROWS, ("blocks",))
    t = checked_tables(w, c)
    _require_unit(w, c)
    _require_positions(t, c)
    _require_logarithms(t, c)
    ladder = _ladder(t, c, 2 if split else 1)
    spare = 6 if split else 5
    first, saves, right = 0, 0, 0
    groups = list[Class]()
    for number, block in enumerate(c.matrix("blocks")):
        size, claimed, inputs = (nth(block, i) for i in range(3))
        if first + size > t.v or t.prec + t.width + spare > t.bits:
            raise Refused("too many maxima, or bits does not fit prec and width")
        found, less = list[Class](), 0
        for m in range(first, first + size):
            for pair in _pairs(t, c, m, split=split):
                less += pair.saves(c, ladder)
                found += pair.classes(c.nat("right"))
        if claimed > less:
            raise Refused(f"block {number} saves less than it says")
        if inputs > sum(group.size for group in found):
            raise Refused(f"in block {number}, fewer inputs are counted than it says")
        groups += [group for group in found if group.size]
        first, saves, right = first + size, saves + claimed, right + inputs
    if first != t.v:
        raise Refused("the blocks do not hold all maxima")
    total = power(t.v, t.n + 1)
    if total * c.nat("top") > total * c.nat("loss") + saves:
        raise Refused("the mean loss may be larger than it says")
    return Counted(right, groups)


def _require_unit(w: Weights, c: Certificate) -> None:
    if 2 * c.nat("expHalf") + c.nat("shift") != 4 * w.frac:
        raise Refused("expHalf does not fit the unit of rounded logits")


def _require_positions(t: Tables, c: Certificate) -> None:
    """Refuse a row for positions that favours a maximum more than a position does."""
    if t.width + 4 > t.bits:
        raise Refused("bits does not fit width")
    frame = Frame.of(t.bits, t.v, t.width + 2)
    for m in range(t.v):
        entry = nth(c.row("entries"), m)
        if entry >= power(2, t.width):
            raise Refused("an entry of the row for positions is too large")
        row = _without(t.bits, m, c.nat("positions")) + shift_left(entry, t.bits * m)
        if not all(frame.no_better(m, row, each) for each in (nth(t.position, m), t.last)):
            raise Refused("the row for positions does not stand for them")


def _without(L: int, m: int, row: int) -> int:
    return minus(row, shift_left(lane(L, row, m), L * m))


def _require_logarithms(t: Tables, c: Certificate) -> None:
    """Refuse logarithms that are less than those of the sums over outputs."""
    prec, half, high, log_high = (
        c.nat(name) for name in ("expPrec", "expHalf", "expHigh", "logHigh")
    )
    if max(prec, half, high, log_high) > MAX_BITS:
        raise BeyondLimits(f"more than {MAX_BITS} bits of an exponential")
    upper, lower = bounded(prec, half, high, t.bits), bounded(prec, half, log_high, t.bits)
    if not t.width + 2 <= half + high or half + log_high > t.width + 2:
        raise Refused("expHigh or logHigh does not fit width")
    if t.v * power(2, 2 * prec + 2) >= power(2, minus(t.bits, 1)):
        raise Refused("bits does not fit expPrec")
    one, L = ones(t.bits, t.v), t.bits
    mask = minus(power(2, t.width), 1) * one
    if c.nat("positions") & mask != c.nat("positions"):
        raise Refused("the row for positions is too wide")
    tops, top_direct, top_token = power(2, minus(L, 1)) * one, c.nat("topDirect"), c.nat("topToken")
    if top_direct > power(2, t.width) or top_token > 2 * power(2, t.width):
        raise Refused("topDirect or topToken is too large")
    rows = [unpack(L, t.v, nth(t.token, k)) for k in range(t.v)]
    positions = unpack(L, t.v, c.nat("positions"))
    directs, tokens = list[list[int]](), list[list[int]]()
    for m in range(t.v):
        direct, column = nth(t.direct, m), pack(L, [row[m] for row in rows])
        room = minus(top_token, positions[m])
        if not lanes_le(tops, direct, top_direct * one):
            raise Refused("a direct path has a logit above topDirect")
        if positions[m] > top_token or not lanes_le(tops, column, room * one):
            raise Refused("a token has a logit above topToken")
        directs.append(unpack(L, t.v, minus(top_direct * one, direct)))
        tokens.append(unpack(L, t.v, minus(room * one, column)))
    for row in (*directs, *tokens):
        if any(y >= power(2, t.width + 2) for y in row):
            raise Refused("an argument of an exponential is too large")
    a = [[upper.exp(y)[1] for y in row] for row in directs]
    b = [[upper.exp(y)[1] for y in row] for row in tokens]
    limit, scale = power(2, half + log_high), power(2, prec)
    for name, but in (("full", False), ("but", True)):
        if any(c.row(name)[t.v :]):
            raise Refused(f"{name} has more rows than tokens")
        for q in range(t.v):
            literal = nth(c.row(name), q)
            ys = unpack(L, t.v, literal)
            if any(y >= limit for y in ys) or literal != pack(L, ys):
                raise Refused(f"{name} has an entry that is too large")
            for s, y in enumerate(ys):
                whole = sum(a[q][j] * b[j][s] for j in range(t.v) if not (but and j == s))
                if whole > scale * lower.exp(y)[0]:
                    raise Refused(f"a logarithm in {name} is too small")


def exp_above(prec: int, steps: int, g: int, over: int) -> int:
    """`expUpper`; given up where it grows as large as no bound of a number below 1 should be."""
    if prec > MAX_BITS:
        raise BeyondLimits(f"more than {MAX_BITS} bits of an exponential")
    x = (
        div(power(2, 2 * prec), power(2, prec) + div(g * power(2, prec), over * power(256, steps)))
        + 1
    )
    for _ in range(steps):
        if x.bit_length() > prec + MAX_BITS:
            raise BeyondLimits("the bound of an exponential grows beyond all measure")
        x = (power((power(x, 16) >> 15 * prec) + 1, 16) >> 15 * prec) + 1
    return x


def _ladder(t: Tables, c: Certificate, times: int) -> list[tuple[int, int]]:
    """The gains and the loss of each level; refuses a level that has a larger loss than it says."""
    most, one = 2 * (3 * power(2, t.width)), c.nat("topDirect") + c.nat("topToken") + 3
    if not one < c.nat("right") <= most:
        raise Refused("the level of right answers is none")
    size = power(2, t.bits * c.nat("count"))
    if c.nat("levels") >= size or c.nat("drops") >= size:
        raise Refused("there are more levels than there should be")
    if c.nat("lossSteps") > MAX_STEPS:
        raise BeyondLimits(f"more than {MAX_STEPS:,} steps are beyond what is evaluated")
    count, top = c.nat("count"), c.nat("top")
    gains, drops = (unpack(t.bits, count, c.nat(name)) for name in ("levels", "drops"))
    found = [(g, minus(top, drop)) for g, drop in zip(gains, drops, strict=True)]
    unit, prec, steps = power(2, 2 * c.nat("expHalf")), c.nat("lossPrec"), c.nat("lossSteps")
    for g, loss in ((0, top), *found):
        a = loss * unit
        b, s = g * BILLION + a, one * BILLION
        if g > most or s > b:
            raise Refused("a level has gains that are too large, or a loss that is too small")
        right, wrong = (exp_above(prec, steps, x, BILLION * unit) for x in (a, minus(b, s)))
        if right + times * wrong > power(2, prec):
            raise Refused("the loss of a level is too small")
    return found


@dataclass(frozen=True)
class _Pair:
    """One query and one maximum."""

    t: Tables
    q: int
    m: int
    factors: Sequence[int]
    gains: Sequence[int]
    own_gain: int
    """The gain of the query's own position."""
    picks: Sequence[int]
    over: Sequence[Sequence[int]]
    """For split cubic, over the output of each smaller token: the gain of the maximum, of the query, of the token."""

    def saves(self, c: Certificate, ladder: Sequence[tuple[int, int]]) -> int:
        """What its levels save of the loss."""
        found, bound = 0, c.nat("top")
        for i in self.picks:
            level, loss = ladder[i] if i < len(ladder) else (0, c.nat("top"))
            less = minus(bound, loss)
            if less:
                found += less * sum(group.size for group in self.classes(level))
            bound = bound - less
        return found

    def classes(self, level: int) -> Iterator[Class]:
        """What is counted at a level."""
        needs, has = self._ends(level, nth(self.t.mass, self.q))
        if needs + self._slack < has:
            yield Class(self.q, self.m, self.t.n, 0, ())
        for others in range(1, self.t.n + (self.q == self.m)):
            weights = [
                lane(self.t.bits, nth(row, self.q), self.t.n - others)
                for row in (self.t.low, self.t.high)
            ]
            least = min(2 * self._zero - 1, *(self._allowed(level, weight) for weight in weights))
            lacks = [
                level * e + self._zero - e * g
                for e, g in zip(self.factors, self.gains, strict=True)
            ]
            passed = [s for s in range(self.m) if lacks[s] <= least]
            yield Class(self.q, self.m, self.t.n, others, passed)

    @property
    def _zero(self) -> int:
        return power(2, self.t.prec + self.t.width + 3)

    @property
    def _slack(self) -> int:
        return 2 * lane(self.t.bits, nth(self.t.slack, self.q), self.m)

    def _ends(self, level: int, weight: int) -> tuple[int, int]:
        """What the maximum, with so much weight, and the query's own position need for a level, and have."""
        q, m = self.q, self.m
        own = self.factors[q] * nth(self.t.own, q)
        needs = level * (weight * self.factors[m] + own)
        return needs, weight * self.factors[m] * self.gains[m] + own * self.own_gain

    def _allowed(self, level: int, weight: int) -> int:
        """What a token may lack, above `_zero`, if so much weight is on the maximum."""
        needs, has = self._ends(level, weight)
        others = minus(nth(self.t.mass, self.q), weight)
        return div(minus(minus(self._zero * others + has, self._slack + 1), needs), others)


class _SplitPair(_Pair):
    """The same, a token's own output apart: each token is asked for two means."""

    def classes(self, level: int) -> Iterator[Class]:
        """What is counted at a level."""
        needs, has = self._ends(level, nth(self.t.mass, self.q))
        if needs + self._slack < has:
            yield Class(self.q, self.m, self.t.n, 0, ())
        for others, (needed, weights) in self._classes.items():
            least = min(2 * self._zero - 1, *(self._allowed(level, weight) for weight in weights))
            passed = [s for s, need in enumerate(needed) if level * self.factors[s] + need <= least]
            yield Class(self.q, self.m, self.t.n, others, passed)

    @cached_property
    def _classes(self) -> dict[int, tuple[list[int], list[int]]]:
        """For each number of other tokens: what each token needs, and both weights that the maximum may have."""
        found = {}
        for others in range(1, self.t.n + (self.q == self.m)):
            rows = (nth(row, self.q) for row in (self.t.low, self.t.high))
            weights = [lane(self.t.bits, row, self.t.n - others) for row in rows]
            found[others] = [self._need(s, weights) for s in range(self.m)], weights
        return found

    def _need(self, s: int, weights: Sequence[int]) -> int:
        """How far below `_zero` a token is at most, for either mean."""
        of_max, of_own, itself = (row[s] for row in self.over)
        need = minus(self._zero, self.factors[s] * self.gains[s])
        own = self.factors[self.q] * nth(self.t.own, self.q)
        for weight in weights:
            others = minus(nth(self.t.mass, self.q), weight)
            room = self._zero * others + self._ends(0, weight)[1]
            parts = (
                weight * self.factors[self.m] * of_max
                + own * of_own
                + others * self.factors[s] * itself
            )
            need = max(need, div(minus(room, parts), others) + 1)
        return min(need, 2 * self._zero)


def _pairs(t: Tables, c: Certificate, m: int, *, split: bool) -> Iterator[_Pair]:
    """All queries of a maximum."""
    L, entry, positions = t.bits, nth(c.row("entries"), m), c.nat("positions")
    bits, each, ceiling = (
        c.nat("pickBits"),
        c.nat("picksEach"),
        c.nat("topDirect") + c.nat("topToken"),
    )
    tokens = [lane(L, nth(t.token, s), m) for s in range(m + 1)]
    for q in range(m + 1):
        direct = nth(t.direct, q)
        full, but = nth(c.row("full"), q), nth(c.row("but"), q)
        base = lane(L, direct, m) + entry

        def over(k: int, s: int, base: int = base, direct: int = direct) -> int:
            path = lane(L, direct, s) + lane(L, positions, s) + lane(L, nth(t.token, k), s)
            return ceiling - path + base + tokens[k]

        logs = [lane(L, but if split else full, s) for s in range(m)] + [lane(L, but, m)]
        own = logs[q] if q == m else lane(L, full, q)
        if split:
            own = min(own, lane(L, but, q))
        gains = [y + base + k for y, k in zip(logs, tokens, strict=True)]
        factors = [lane(L, nth(t.tokenLo, q), s) for s in range(m + 1)]
        picks = unpack(bits, each, lane(bits * each, nth(c.row("picks"), m), q))
        rows = (
            [
                [over(k(s), s) for s in range(m)]
                for k in (lambda _: m, lambda _, q=q: q, lambda s: s)
            ]
            if split
            else []
        )
        kind = _SplitPair if split else _Pair
        yield kind(t, q, m, factors, gains, own + base + tokens[q], picks, rows)
