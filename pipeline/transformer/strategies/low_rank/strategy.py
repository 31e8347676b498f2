"""The search of all low-rank proofs: `lean/Compact/Transformer/Strategy/LowRank.lean`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import ceil, e, log2

from flint import fmpz_mat

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.chains import Shifted, finer
from pipeline.transformer.checker.classes import Run, count
from pipeline.transformer.checker.enclosure import Params
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.shares import Choice, Rows, Shares, factors, qk_chain, share_rows
from pipeline.transformer.strategies.class_search import PRECISIONS
from pipeline.transformer.strategies.low_rank.attention import PLAIN, Attention, FittedAttention
from pipeline.transformer.strategies.low_rank.fields import (
    SHARE_FIELDS,
    read_runs,
    read_shares,
    share_fields,
)
from pipeline.transformer.strategies.low_rank.parts import Directions, mean_row
from pipeline.transformer.strategies.mixture import PARTS, candidates
from pipeline.transformer.strategies.search import loosest

Base = Callable[[Shifted, int], list[int]]
Number = Callable[[int, Iterable[Run]], int]

STEPS = range(2, 5)
HALVES = range(4, 33, 2)
"""Half the number of fractional bits of an argument of `exp`."""
PEEL_FRAC = 28
"""Parts are taken off on a grid of `2^-28` at least, however coarse that of the weights is."""
SPARE_BITS, MOST_BITS = 40, 1 << 10
"""What exponentials have beyond the range of the scores, and at most."""
WIDTHS = range(8, 33)
"""Bits of the largest margin."""
FEW_POSITIONS = 4
"""Positions before the query's, up to which these levels are tried: rounding is chosen with the first, and the
fewest of the others are taken that lose no more than one of `GIVEN_UP` inputs against the last."""
LEVELS = (
    (0, 16, 24, 32, 48),
    (0, 1, 4, 12, 24, 36, 44, 47, 48),
    (0, 1, 2, 5, 9, 16, 24, 32, 39, 43, 46, 47, 48),
)
GIVEN_UP = 4000
STEPS_OF_A_BLOCK = 1 << 16
"""About so many tests of numbers are made in one block of queries."""


@dataclass(frozen=True)
class Found:
    """What the search settles on."""

    choice: Choice
    attention: FittedAttention
    shares: Shares
    numbers: Sequence[Sequence[int]]
    """`[m]`: what is said of the ends of a maximum"""
    levels: Levels
    runs: Sequence[Run]
    number: Number
    """What is counted of runs."""

    @cached_property
    def bound(self) -> int:
        """What is counted of all runs."""
        return self.number(self.shares.n, self.runs)

    def fields(self) -> dict[str, Value]:
        """The fields of the certificate."""
        return {
            **share_fields(
                self.choice,
                self.attention,
                self.shares,
                self.numbers,
                self.levels.parts,
                self.runs,
            ),
            "blocks": blocks(self.shares, self.runs, self.number),
            "bound": self.bound,
        }

    def with_levels(self, levels: Levels) -> Found:
        """The same, counted by other levels."""
        return _found(self.choice, self.attention, self.shares, levels, self.number)


@dataclass(frozen=True)
class LowRank:
    """A choice of parts."""

    name: str
    summary: str
    qk: Directions
    eu: Directions
    attention: Attention = PLAIN
    base: Base = mean_row
    """The row that all queries are taken to have in common in the direct path."""
    levels: Levels | None = None
    """How classes are counted; none: by the fewest of those tried that give nearly the best bound."""
    may_lose: float = 0
    """What share of all inputs a coarser rounding of exponentials may lose."""
    when: str = "to see what this explanation is worth"
    checker = "LowRank"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The best bound, and the loosest rounding on the grid that reaches it."""
        found = self.find(model, progress)
        return Certificate(self.name, found.bound, found.fields())

    def find(self, model: Model, progress: Progress) -> Found:
        """What the certificate is about."""
        finest = self._finest(model, progress)
        progress(f"a count of {finest.bound:,} can be reached; choosing the rounding")
        choice, attention, rows = finest.choice, finest.attention, finest.shares.rows

        def rounded(half: int, steps: int, prec: int, width: int) -> Found:
            shares = rounded_shares(rows, half, steps, prec, width)
            return _found(choice, attention, shares, finest.levels, self.number)

        grids = HALVES, STEPS, precisions(rows), WIDTHS
        half, steps, prec, width = (grid[-1] for grid in grids)
        found = loosest(STEPS, lambda steps: rounded(half, steps, prec, width), finest)
        steps = found.shares.params.steps
        spare = int(self.may_lose * self.everything(model))
        found = loosest(HALVES, lambda half: rounded(half, steps, prec, width), found, spare)
        half = found.shares.exps.half
        found = loosest(precisions(rows), lambda prec: rounded(half, steps, prec, width), found)
        prec = found.shares.params.prec
        found = loosest(WIDTHS, lambda width: rounded(half, steps, prec, width), found)
        if self.levels is not None:
            return found
        progress(f"a count of {found.bound:,} can be reached; choosing the levels")
        lost = self.everything(model) // GIVEN_UP
        return found.with_levels(fewest(found.shares, found.with_levels, lost))

    def finest(self, model: Model, progress: Progress) -> Found:
        """The same at the finest rounding of the grid and by most levels, which reaches the best bound."""
        found = self._finest(model, progress)
        return found.with_levels(self.levels or tried_levels(found.shares.n)[-1])

    def _finest(self, model: Model, progress: Progress) -> Found:
        """At the finest rounding, by few levels."""
        if model.n_ctx < 2 or model.d_vocab < 2:
            raise MalformedInput(
                f"{self.name} needs two positions and two tokens",
                cure="use --strategy brute-force",
            )
        progress("multiplying the weights out")
        choice = self.choose(model)
        rows = share_rows(model, choice)
        shares = finest_shares(rows)
        progress("choosing how attention is bounded")
        levels = self.levels or tried_levels(shares.n)[0]
        return _found(choice, self.attention.fit(shares, levels), shares, levels, self.number)

    def number(self, n: int, runs: Iterable[Run]) -> int:
        """What a certificate counts of these classes: their inputs."""
        return count(n, runs)

    def everything(self, model: Model) -> int:
        """What it would count if all inputs passed."""
        whole: int = model.d_vocab**model.n_ctx
        return whole

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        """The classes that a certificate with these fields counts, and their tokens."""
        shares, ends = read_shares(model, fields)
        said = read_runs(fields, shares.n, shares.v)
        return list(shares.passed(said, lambda m: ends[m]))

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `LowRank.Certificate`."""
        return {**SHARE_FIELDS, "blocks": "matrix", "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Each block of queries."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]

    def choose(self, model: Model) -> Choice:
        """The directions that are taken off the circuits."""
        W = factors(model)
        base = self.base(W["resid"], model.frac)
        rest = W["resid"] - Shifted(fmpz_mat([base] * model.d_vocab), 0)
        more = max(0, PEEL_FRAC - model.frac)
        qk = self.qk.part(finer(qk_chain(W), more), model.frac + more)
        eu = self.eu.part(finer([rest, W["W_U"]], more), model.frac + more)
        entries = [
            *base,
            *(x for peel in [*qk.peels, *eu.peels] for x in [*peel.column, *peel.row]),
        ]
        vec_bits = 2 + max(abs(x).bit_length() for x in entries)
        return Choice(qk, base, eu, vec_bits, more if qk.peels or eu.peels else 0)


def precisions(rows: Rows) -> range:
    """Bits of exponentials: at the finest, so many that the least of them has `SPARE_BITS` bits of its own."""
    gaps = max(max(map(max, part)) for part in rows.gaps)
    bits = ceil(gaps * rows.score_num / rows.score_den * log2(e)) + SPARE_BITS
    step, most = PRECISIONS.step, max(PRECISIONS[-1], min(bits, MOST_BITS))
    return range(PRECISIONS.start, most + step, step)


def finest_shares(rows: Rows) -> Shares:
    """At the finest rounding of the grid."""
    return rounded_shares(rows, HALVES[-1], STEPS[-1], precisions(rows)[-1], WIDTHS[-1])


def rounded_shares(rows: Rows, half: int, steps: int, prec: int, width: int) -> Shares:
    """With so many bits of arguments, steps and bits of exponentials, and about `width` bits of margins."""
    lanes = [
        max(map(max, table)) - min(map(min, table))
        for table in (rows.token_rows, rows.common_rows, rows.direct_rows)
    ]
    shift = max(0, max(lanes).bit_length() - width)
    highest = 2 * (rows.token.off + rows.pos.off + rows.num * rows.base.off)
    params = Params(prec, steps, shift, 2 + (highest >> shift).bit_length())
    greatest = max(max(map(max, part)) for part in rows.arguments(half))
    return Shares(rows, params, ExpParams(prec, half, max(0, greatest.bit_length() - half)))


def tried_levels(n: int) -> list[Levels]:
    """For `n` positions before the query's."""
    if n > FEW_POSITIONS:
        first, *others = candidates(n)
        return [first, first, *others]
    return [Levels(PARTS, each) for each in LEVELS]


def fewest(shares: Shares, counted: Callable[[Levels], Found], lost: int) -> Levels:
    """The fewest levels that lose no more than that against the best bound."""
    tried = [counted(each) for each in tried_levels(shares.n)[1:]]
    most = max(found.bound for found in tried)
    return next(found.levels for found in tried if most - found.bound <= lost)


def blocks(shares: Shares, found: Sequence[Run], number: Number) -> list[list[int]]:
    """Queries in blocks that take about as long: of each, how many queries, and what is counted."""
    v, n = shares.v, shares.n
    inputs, work = [0] * v, [v] * v
    for run in found:
        inputs[run.query] += number(n, [run])
        work[run.query] += 2 + len(set(run.levels))
    before = [0, *accumulate(work)]
    parts = -(-before[-1] // STEPS_OF_A_BLOCK) or 1
    ends = sorted({bisect_left(before, before[-1] * i // parts) for i in range(1, parts)} | {v})
    return [
        [end - start, sum(inputs[start:end])]
        for start, end in pairwise([0, *(end for end in ends if end > 0)])
    ]


def _found(
    choice: Choice, attention: FittedAttention, shares: Shares, levels: Levels, number: Number
) -> Found:
    numbers = [attention.numbers(shares, m) for m in range(shares.v)]
    runs = list(shares.admitted(lambda m: attention.ends(numbers[m]), levels))
    return Found(choice, attention, shares, numbers, levels, runs, number)
