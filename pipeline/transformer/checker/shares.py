"""Shares: classes counted from enclosed circuits (mirror of `lean/Compact/Transformer/Share/`).

Margins are numbers `g` that stand for `(g - origin) * 2^shift`, rounded down.  A margin is known as
`up - down`, only one of which is not 0, and the weight that it is multiplied with by two bounds, so that
no sign has to be guessed.  What the positions with the maximum, and the query, can spare is divided into parts, and
tokens are counted by the levels that they take (`pipeline/transformer/checker/mixture.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from flint import fmpz_mat

from pipeline.model import Model
from pipeline.transformer.checker.chains import (
    Enclosed,
    Part,
    Peel,
    Shifted,
    enclose_finer,
    entries,
    take_off,
)
from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.enclosure import Interval, Params, exp_neg
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import greatest_weights, least_weights


class End(NamedTuple):
    """Margins at other positions and at the query's own: with the row of the maximum, and without."""

    same: int
    other: int
    own_same: int
    own_other: int


@dataclass(frozen=True)
class Choice:
    """How a model is enclosed."""

    qk: Part
    eu_base: Sequence[int]
    eu: Part
    vec_bits: int
    finer: int = 0
    """Factors are multiplied by `2^finer` before parts are taken off."""


@dataclass(frozen=True)
class Rows:
    """The enclosed circuits; `...off` is what Lean shifts the entries up by."""

    scores: Enclosed
    pos_scores: Shifted
    token: Shifted
    pos: Shifted
    base: Shifted
    direct: Enclosed
    num: int
    """What the base and the direct path are multiplied with to have the unit of the others."""
    score_num: int
    score_den: int

    @cached_property
    def gaps(self) -> tuple[list[list[int]], list[list[int]]]:
        """By how much scores are below the greatest of their row: of tokens and of positions."""
        return _below_greatest(self.scores.rows), _below_greatest(self.pos_scores)

    def arguments(self, half: int) -> tuple[list[list[int]], list[list[int]]]:
        """The same in units of `2^-(2 half)`: arguments of `exp`, of tokens and of positions."""
        num = self.score_num << (2 * half)
        token, pos = (
            [[gap * num // self.score_den for gap in row] for row in part] for part in self.gaps
        )
        return token, pos

    @cached_property
    def token_rows(self) -> list[list[int]]:
        """`[k][t]`, shifted."""
        return _shifted(self.token)

    @cached_property
    def common_rows(self) -> list[list[int]]:
        """`[p][t]`, shifted: a position's own row and the base of the direct path."""
        (base,) = _shifted(self.base)
        return [
            [x + self.num * b for x, b in zip(row, base, strict=True)] for row in _shifted(self.pos)
        ]

    @cached_property
    def direct_rows(self) -> list[list[int]]:
        """`[q][t]`, shifted: what is left of the direct path."""
        return [[self.num * x for x in row] for row in _shifted(self.direct.rows)]


def _below_greatest(matrix: Shifted) -> list[list[int]]:
    return [[max(row) - x for x in row] for row in entries(matrix.mat)]


def _shifted(matrix: Shifted) -> list[list[int]]:
    return [[x + matrix.off for x in row] for row in entries(matrix.mat)]


def factors(model: Model) -> dict[str, Shifted]:
    """The weights, and `resid`, the residual stream at the last position for each query."""
    W = {
        name: Shifted(fmpz_mat(rows), 1 << (model.bits(name) - 1))
        for name, rows in model.tensors.items()
    }
    last = Shifted(fmpz_mat([model.tensors["W_pos"][-1]] * model.d_vocab), W["W_pos"].off)
    return {**W, "resid": W["W_E"] + last}


def qk_chain(W: dict[str, Shifted]) -> list[Shifted]:
    """The factors of the scores of tokens."""
    return [W["resid"], W["W_Q"], W["W_K"].transpose(), W["W_E"].transpose()]


def share_rows(model: Model, choice: Choice) -> Rows:
    """`shareRows`"""
    W = factors(model)
    keys = W["W_K"].transpose() * W["W_pos"].transpose()
    out = [W["W_V"], W["W_O"], W["W_U"]]

    def logits(tensor: str) -> Shifted:
        return W[tensor] * out[0] * out[1] * out[2]

    ones = Peel(0, [1] * model.d_vocab, choice.eu_base)
    left, _, base = take_off([W["resid"], W["W_U"]], ones, choice.vec_bits)
    direct = enclose_finer(left, choice.eu, choice.vec_bits, choice.finer)
    if choice.eu.whole:
        off = (W["resid"] * W["W_U"]).off + base.off
        direct = Enclosed(Shifted(direct.rows.mat, off), direct.rest)
    return Rows(
        scores=enclose_finer(qk_chain(W), choice.qk, choice.vec_bits, choice.finer),
        pos_scores=W["resid"] * W["W_Q"] * keys,
        token=logits("W_E"),
        pos=logits("W_pos"),
        base=base,
        direct=direct,
        num=1 << (2 * model.frac),
        score_num=1 << model.scale_frac,
        score_den=model.attn_scale << (4 * model.frac),
    )


class Tops(NamedTuple):
    """A row, where it is largest, and its two largest entries, rounded up (and with something added)."""

    row: Sequence[int]
    first: int
    second: int
    top: int
    next: int

    def others(self, m: int) -> int:
        """The largest of the other entries."""
        return self.next if m == self.first else self.top


@dataclass(frozen=True)
class Seen:
    """What is known of one query (`Seen` in Lean)."""

    token: list[Interval]
    large: list[int]
    own: Interval
    mass: int
    spread: int
    heaviest: int
    low: list[int]
    high: list[int]
    unit: int
    direct: Tops


class Room(NamedTuple):
    """What one end knows of other tokens in one class (`Room`): their margin, without that of the token, and one
    more than what can be spared, 0 if nothing."""

    other: int
    spare: int


class Pair(NamedTuple):
    """What all classes of one query and one maximum share, for one end (`SharePair`): margins, without
    those of other tokens."""

    same: int
    own: int
    other: int

    def room(self, s: Seen, high_unit: int, m: int, low: int, high: int) -> Room:
        """What can be spared, if the positions with the maximum weigh between `low` and `high`."""
        terms = (
            (self.same, low * s.token[m].lo, high * s.token[m].hi),
            (self.own, s.own.lo, s.own.hi),
        )
        up = sum(low * margin for margin, low, _ in terms if margin > 0)
        down = sum(high * -margin for margin, _, high in terms if margin < 0)
        return Room(self.other, max(0, s.unit * up - high_unit * down))


@dataclass(frozen=True)
class Shares:
    """The check of a model that is enclosed and rounded in one way."""

    rows: Rows
    params: Params
    """`shift` bits are dropped from margins, and `2^width` stands for the margin 0."""
    exps: ExpParams
    """How exponentials of scores are bounded."""

    @property
    def v(self) -> int:
        return self.rows.token.mat.nrows()

    @property
    def n(self) -> int:
        """Positions less one."""
        return self.rows.pos.mat.nrows() - 1

    @property
    def origin(self) -> int:
        return 1 << self.params.width

    @cached_property
    def tops(self) -> list[Tops]:
        """`[k]`: of the row of a token."""
        return [self._tops(row, 0) for row in self.rows.token_rows]

    @cached_property
    def seen(self) -> list[Seen]:
        """`[q]`"""
        token, pos = self.rows.arguments(self.exps.half)
        return [self._seen(q, token[q], pos[q]) for q in range(self.v)]

    @property
    def mass(self) -> list[int]:
        return [s.mass for s in self.seen]

    @property
    def low(self) -> list[list[int]]:
        return [s.low for s in self.seen]

    @property
    def high(self) -> list[list[int]]:
        return [s.high for s in self.seen]

    def _tops(self, row: Sequence[int], extra: int) -> Tops:
        second, first = sorted(range(len(row)), key=lambda t: row[t])[-2:]
        return Tops(row, first, second, self.up(row[first]) + extra, self.up(row[second]) + extra)

    def up(self, x: int) -> int:
        return (x + (1 << self.params.shift) - 1) >> self.params.shift

    def _seen(self, q: int, token_args: Sequence[int], pos_args: Sequence[int]) -> Seen:
        r = self.rows
        token, pos = ([self.exps.bounds(y) for y in row] for row in (token_args, pos_args))
        others = [f.lo for f in pos[:-1]]
        return Seen(
            token=token,
            large=list(accumulate((e.hi for e in token), max)),
            own=Interval(token[q].lo * pos[-1].lo, token[q].hi * pos[-1].hi),
            mass=sum(others),
            spread=sum(f.hi for f in pos[:-1]) - sum(others),
            heaviest=max((f.hi for f in pos[:-1]), default=0),
            low=least_weights(others),
            high=greatest_weights(others),
            unit=exp_neg(self.params, r.scores.rest[q] * r.score_num, r.score_den).lo,
            direct=self._tops(r.direct_rows[q], self.up(r.num * r.direct.rest[q])),
        )

    def margins(self, m: int) -> list[int]:
        """Of the tokens up to the maximum."""
        shift, tops = self.params.shift, self.tops[: m + 1]
        return [self.origin + (T.row[m] >> shift) - T.others(m) for T in tops]

    def pair(self, q: int, m: int, T: int, e: End) -> Pair:
        """`SharePair.of`; `T` is the margin of the token `q`."""
        direct, zero = self.seen[q].direct, self.origin
        A, B = direct.row[m] >> self.params.shift, direct.others(m)
        own = e.own_same + A - (zero + B) if q == m else e.own_other + T + A - (2 * zero + B)
        return Pair(e.same + A - (zero + B), own, e.other + A - (2 * zero + B))

    def admitted(self, ends: Callable[[int], Sequence[End]], levels: Levels) -> Iterator[Run]:
        """The classes that are counted, and their tokens, given the ends of each maximum."""
        for m in range(self.v):
            yield from self.admitted_at(m, ends(m), levels)

    def admitted_at(self, m: int, ends: Sequence[End], levels: Levels) -> Iterator[Run]:
        """Those of one maximum."""
        margins = self.margins(m)
        least = list(accumulate(margins, min))
        for q in range(m + 1):
            pairs = [self.pair(q, m, margins[q], e) for e in ends]
            yield from self._counted(q, m, pairs, least, levels)

    def passed(self, said: Iterable[Run], ends: Callable[[int], Sequence[End]]) -> Iterator[Run]:
        """Those of these classes that are counted: all but the ones without other tokens that do not pass."""
        alone = {
            (run.query, run.maximum)
            for run in self.admitted(ends, Levels(1, [0]))
            if run.first == 0
        }
        return (run for run in said if run.first or (run.query, run.maximum) in alone)

    def _counted(
        self, q: int, m: int, pairs: Sequence[Pair], least: Sequence[int], levels: Levels
    ) -> Iterator[Run]:
        """Those of one query and one maximum."""
        s, high_unit = self.seen[q], 1 << self.params.prec
        whole = high_unit * s.heaviest * levels.parts

        def rooms(low: int, high: int) -> list[Room]:
            return [P.room(s, high_unit, m, low, high) for P in pairs]

        if all(room.spare for room in rooms(s.mass, s.mass + s.spread)):
            yield Run(q, m, 0, 0, ())
        for others in with_others(self.n, q, m):
            of_class = rooms(s.low[self.n - others], s.high[self.n - others] + s.spread)
            if not all(room.spare for room in of_class):
                continue
            tokens: dict[int, int] = {}
            for level in levels.of_class(others):
                size = self._size(s, of_class, whole, level, least[:m])
                tokens.update((token, level) for token in range(len(tokens), size))
            if tokens:
                yield Run(q, m, others, others, tuple(tokens), tuple(tokens.values()), levels.parts)

    def _size(
        self, s: Seen, rooms: Sequence[Room], whole: int, level: int, least: Sequence[int]
    ) -> int:
        """How many tokens take no more than the level (`sizeOf`)."""

        def fails(last: int) -> bool:
            """Do the tokens up to `last` take more?  Then so do more of them."""
            return any(
                s.large[last] * max(0, -(room.other + least[last])) * whole
                > level * (room.spare - 1)
                for room in rooms
            )

        return bisect_left(range(len(least)), True, key=fails)
