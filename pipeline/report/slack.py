"""Where the gap between bound and truth is lost: a ladder of relaxations.

Each rung is a set of inputs that contains the next one, from those answered correctly down to those
that the certificate counts; what a rung loses is the difference.  So the losses are not negative and add
up to the gap.  They depend on the order, which is that of the proofs' argument.  For an input with the
query `q` and the maximum `m`, with `p_i` the factor of position `i` and, for each other output `t`,

    g(y) = exp(token score of y) * (lead of m over t in direct path, OV of y and OV of the position),

the margin against `t` is `sum_i p_i g(x_i) + own`, where `own` is the query's position.  An input is in

| rung | if |
| --- | --- |
| truth | all margins are positive, each position with its own row of OV |
| positions in OV | the same with the least lead of all positions but the query's, output by output |
| averaging | so it is when all its tokens below `m` are made equal to any one of them |
| positions in QK | so it is wherever they stand: at the extreme weights of as many positions with `m` |
| rounding | so the checker's tables say, with their slack, and for classes that it decides together |
| output minimum | the leads are minimised over outputs in direct path and OV by themselves (cubic) |
| prefix sets | what passes is a prefix of the tokens, tested at once (prefix) |
| two largest outputs | leads are sums of the leads in each row, and attention is bounded as it is (prefix-top2) |
| rest of QK | of the scores of tokens only a part of low rank is known, and bounds of the rest |
| rest of the direct path | so it is with the direct path |
| levels | an explanation counts classes by its own levels, or rounds coarser than it would have to |
| other | the strategy counts it: what this list does not know of other strategies |

The rungs above a low-rank proof are those of models that are rounded as little as the searches ever do.
Truth is exact (`pipeline.transformer.accuracy`), from `rounding` on the mirrors of the Lean checkers count,
exactly, and the last rung is the proved bound itself.  The three between are counted in float64; where an
input ties to the last bits a count may be off by one, and it is kept between its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, combinations
from math import comb

import numpy as np
import numpy.typing as npt

from pipeline.report.subject import Subject, admitted
from pipeline.report.trace import Entry
from pipeline.strategy import Strategy
from pipeline.transformer.accuracy import enumerable
from pipeline.transformer.checker.circuits import IntMatrix
from pipeline.transformer.checker.classes import count, with_others
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.low_rank import LowRank
from pipeline.transformer.strategies.low_rank.explained import ByTables, Explained
from pipeline.transformer.strategies.low_rank.presets import EXACT
from pipeline.transformer.strategies.mixture import LeadStrategy

Floats = npt.NDArray[np.float64]

OV, AVERAGING, QK = "positions in OV", "averaging", "positions in QK"
ROUNDING, OUTPUTS, PREFIXES, TOP_TWO = (
    "rounding",
    "output minimum",
    "prefix sets",
    "two largest outputs",
)
REST_QK, REST_EU, LEVELS, OTHER = "rest of QK", "rest of the direct path", "levels", "other"
RUNGS = (OV, AVERAGING, QK, ROUNDING, OUTPUTS, PREFIXES, TOP_TWO, REST_QK, REST_EU, LEVELS, OTHER)

MEANINGS = {
    OV: "every position but the query's adds the least lead that any of them adds, output by output",
    AVERAGING: "an input counts if it would be right with all its tokens below the maximum made equal to"
    " any one of them",
    QK: "wherever these tokens stand",
    ROUNDING: "rounded tables with their slack, and classes that are decided together",
    OUTPUTS: "leads are minimised over the outputs path by path",
    PREFIXES: "tokens are tested as a prefix, with its least lead and its extreme weight",
    TOP_TWO: "leads are sums of the leads in each row",
    REST_QK: "of the scores of tokens only a part of low rank is known, the rest by bounds",
    REST_EU: "the same of the direct path",
    LEVELS: "an explanation counts by levels of its own, or rounds coarser than it has to",
    OTHER: "what else the strategy relaxes",
}
"""In words; the table above is more precise."""

CHAIN = {"quartic": ROUNDING, "cubic": OUTPUTS, "prefix": PREFIXES}
"""Strategies each of which certifies, given the same tables, a part of what the one before does, and the
relaxation by which it differs."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Ladder:
    """How many inputs each rung of one proof loses, in the order of `RUNGS`."""

    entry: Entry
    lost: dict[str, int]


class Slack:
    """The ladders of one model."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._by_parts: dict[object, int] = {}

    def ladder(self, entry: Entry) -> Ladder | None:
        """What each relaxation loses; `None` where the truth is not known."""
        row = entry.row
        if row.right is None or row.bound is None or not enumerable(self._subject.model):
            return None
        strategy = STRATEGIES.get(row.strategy)
        lost = self.losses(strategy, row.bound, row.right, lambda: self._subject.tables(entry))
        return Ladder(entry, lost)

    def losses(
        self,
        strategy: Strategy | None,
        bound: int,
        right: int,
        tables: Callable[[], Tables | None],
    ) -> dict[str, int]:
        """The same of a proof that has this bound, and these tables if it has any."""
        rungs = [(name, max(bound, size)) for name, size in self._above(strategy, tables)]
        last = _last(strategy)
        rungs = [each for each in rungs if RUNGS.index(each[0]) < RUNGS.index(last)]
        sizes = accumulate([right, *(size for _, size in rungs), bound], min)
        before = next(sizes)
        lost = dict.fromkeys(RUNGS, 0)
        for (name, _), size in zip([*rungs, (last, 0)], sizes, strict=True):
            lost[name], before = before - size, size
        return lost

    def _above(
        self, strategy: Strategy | None, tables: Callable[[], Tables | None]
    ) -> Iterator[tuple[str, int]]:
        """The sizes of the rungs, as far as they are known."""
        name = "" if strategy is None else strategy.name
        if name == "brute-force" or self._subject.model.n_ctx < 2:
            return
        yield from self.real
        if isinstance(strategy, Explained) and isinstance(strategy.base, ClassStrategy):
            name, strategy = strategy.base.name, None
        if isinstance(strategy, LowRank | Explained):
            yield from self.finest
        if isinstance(strategy, LowRank):
            whole = replace(strategy, levels=None, may_lose=0)
            for rung, part in (
                (TOP_TWO, replace(whole, qk=EXACT, eu=EXACT)),
                (REST_QK, replace(whole, eu=EXACT)),
                (REST_EU, whole),
            ):
                if RUNGS.index(rung) < RUNGS.index(_last(strategy)):
                    yield rung, self._low_rank(part)
            return
        t = tables()
        if t is None:
            return
        for checked, rung in CHAIN.items():
            yield rung, count(t.n, admitted(checked, t))
            if checked == name or name not in CHAIN:
                return

    def _low_rank(self, strategy: LowRank) -> int:
        """What a choice of parts certifies when it is rounded as little as it ever is."""
        parts = strategy.qk, strategy.eu, strategy.attention, strategy.base
        if parts not in self._by_parts:
            self._by_parts[parts] = strategy.finest(self._subject.model, lambda _: None).bound
        return self._by_parts[parts]

    @cached_property
    def finest(self) -> Sequence[tuple[str, int]]:
        """The rungs of the tables that are rounded least."""
        t = self._subject.finest
        return [(rung, count(t.n, admitted(name, t))) for name, rung in CHAIN.items()]

    @cached_property
    def real(self) -> Sequence[tuple[str, int]]:
        """The rungs without rounding."""
        totals = dict.fromkeys((OV, AVERAGING, QK), 0)
        paths = _Paths.of(self._subject)
        for m in range(self._subject.model.d_vocab):
            for q in range(m + 1):
                pair = _Pair.of(paths, q, m)
                totals[OV] += pair.mixed()
                totals[AVERAGING] += pair.averaged()
                totals[QK] += pair.anywhere()
        return list(totals.items())


def _last(strategy: Strategy | None) -> str:
    """The relaxation by which a strategy differs from the one before."""
    name = "" if strategy is None else strategy.name
    if isinstance(strategy, Explained) and isinstance(strategy.base, LeadStrategy):
        # what a certificate says of levels is all that is known of one that is verified
        own = strategy.base.levels is not None or not isinstance(strategy, ByTables)
        return LEVELS if own else CHAIN[strategy.base.name]
    if isinstance(strategy, LowRank):
        if strategy.levels is not None or strategy.may_lose:
            return LEVELS
        return REST_EU if strategy.eu != EXACT else REST_QK if strategy.qk != EXACT else TOP_TWO
    return CHAIN.get(name, ROUNDING if name == "brute-force" else OTHER)


@dataclass(frozen=True)
class _Paths:
    """The circuits in float64: logits, and factors of scores relative to the largest of the query."""

    direct: Floats
    token: Floats
    position: Floats
    by_token: Floats
    by_position: Floats

    @classmethod
    def of(cls, subject: Subject) -> _Paths:
        exact, unit = subject.exact, 2.0 ** (-2 * subject.model.frac)

        def factors(scores: IntMatrix) -> Floats:
            below = scores - scores.max(axis=1, keepdims=True)
            scaled: Floats = below.astype(np.float64) * (exact.score_num / exact.score_den)
            factor: Floats = np.exp(scaled)
            return factor

        return cls(
            direct=exact.EU.astype(np.float64) * unit,
            token=exact.EVOU.astype(np.float64) * unit * unit,
            position=exact.PVOU.astype(np.float64) * unit * unit,
            by_token=factors(exact.EQKE),
            by_position=factors(exact.EQKP),
        )


@dataclass(frozen=True)
class _Pair:
    """The inputs of one query and one maximum `m`; the last axis is the other outputs."""

    others: range
    """How many positions may hold tokens below `m`"""
    weights: Floats
    """`[position]` but the query's"""
    below: Floats
    """`[y, t]`: `g` of the tokens below `m`"""
    maximum: Floats
    """`[t]`: `g(m)`"""
    own: Floats
    """`[t]`"""

    @classmethod
    def of(cls, paths: _Paths, q: int, m: int) -> _Pair:
        def lead(rows: Floats) -> Floats:
            return rows[..., m, None] - np.delete(rows, m, axis=-1)

        *others, last = paths.position
        direct, least = lead(paths.direct[q]), lead(np.array(others)).min(axis=0)
        rows = direct + lead(paths.token[: m + 1])
        g = paths.by_token[q, : m + 1, None] * (rows + least)
        own = paths.by_position[q, -1] * paths.by_token[q, q] * (rows[q] + lead(last))
        n = len(others)
        return cls(with_others(n, q, m), paths.by_position[q, :-1], g[:m], g[m], own)

    def mixed(self) -> int:
        """Inputs that are right when all positions have the least row of OV."""
        total = self._alone()
        for chosen in self._placements():
            terms = [self.weights[i] * self.below for i in chosen]
            total += _count(terms, self._rest(chosen), len(self.below))
        return total

    def averaged(self) -> int:
        """Those that stay so when their tokens below the maximum are made equal."""
        total = self._alone()
        for chosen in self._placements():
            margins = self.weights[list(chosen)].sum() * self.below + self._rest(chosen)
            total += _passing(margins) ** len(chosen)
        return total

    def anywhere(self) -> int:
        """Those that stay so wherever these tokens stand."""
        n, mass, total = len(self.weights), self.weights.sum(), self._alone()
        ordered = np.sort(self.weights)
        for c in self.others:
            ends = ordered[: n - c].sum(), ordered[c:].sum()
            both = [U * self.maximum + (mass - U) * self.below + self.own for U in ends]
            total += comb(n, c) * _passing(np.minimum(*both)) ** c
        return total

    def _alone(self) -> int:
        """The one input without tokens below the maximum."""
        return int((self.weights.sum() * self.maximum + self.own > 0).all())

    def _placements(self) -> Iterator[tuple[int, ...]]:
        """Where tokens below the maximum can stand, if there are any."""
        for c in self.others:
            yield from combinations(range(len(self.weights)), c)

    def _rest(self, chosen: tuple[int, ...]) -> Floats:
        """The margins without the positions chosen."""
        rest: Floats = np.delete(self.weights, chosen).sum() * self.maximum + self.own
        return rest


def _passing(margins: Floats) -> int:
    """Tokens with no margin that is not positive."""
    return int((margins > 0).all(axis=1).sum())


def _count(terms: Sequence[Floats], rest: Floats, tokens: int) -> int:
    """In how many ways a row can be taken from each of the terms so that all sums are positive."""
    if not tokens:
        return 0 if terms else int((rest > 0).all())
    lowest, highest = rest.copy(), rest.copy()
    for term in terms:
        lowest += term.min(axis=0)
        highest += term.max(axis=0)
    if not (highest > 0).all():
        return 0
    close = lowest <= 0  # the outputs that decide
    if not close.any():
        return int(tokens ** len(terms))
    terms, sums = [term[:, close] for term in terms], rest[close]
    if len(terms) > 1 and tokens ** len(terms) * len(sums) > _BLOCK:
        return sum(_count(terms[1:], sums + row, tokens) for row in terms[0])
    for term in terms:
        sums = (sums[..., None, :] + term).reshape(-1, term.shape[1])
    return int((sums > 0).all(axis=1).sum())
