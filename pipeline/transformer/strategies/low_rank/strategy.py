"""The search of all low-rank proofs: `lean/Compact/Transformer/Strategy/LowRank.lean`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flint import fmpz_mat

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.chains import Shifted
from pipeline.transformer.checker.classes import Run, count
from pipeline.transformer.checker.enclosure import Params
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.shares import Choice, Rows, Shares, factors, qk_chain, share_rows
from pipeline.transformer.strategies.class_search import MAX_VOCAB, PRECISIONS
from pipeline.transformer.strategies.low_rank.attention import PLAIN, Attention, FittedAttention
from pipeline.transformer.strategies.low_rank.fields import SHARE_FIELDS, read_shares, share_fields
from pipeline.transformer.strategies.low_rank.parts import Directions, mean_row
from pipeline.transformer.strategies.search import loosest

Base = Callable[[Shifted, int], list[int]]

STEPS = range(2, 5)
HALVES = range(4, 33, 2)
"""Half the number of fractional bits of an argument of `exp`."""
WIDTHS = range(8, 33)
"""Bits of the largest margin."""


@dataclass(frozen=True)
class Found:
    """What the search settles on."""

    choice: Choice
    attention: FittedAttention
    shares: Shares
    numbers: Sequence[Sequence[int]]
    """`[m]`: what is said of the ends of a maximum"""
    runs: Sequence[Run]
    bound: int


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
    checker = "LowRank"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The best bound, and the loosest rounding on the grid that reaches it."""
        found = self.find(model, progress)
        return Certificate(
            self.name,
            found.bound,
            {
                **share_fields(
                    found.choice, found.attention, found.shares, found.numbers, found.runs
                ),
                "bound": found.bound,
            },
        )

    def find(self, model: Model, progress: Progress) -> Found:
        """What the certificate is about."""
        finest = self.finest(model, progress)
        progress(f"{finest.bound:,} inputs can be counted; choosing the rounding")
        choice, attention, rows = finest.choice, finest.attention, finest.shares.rows

        def rounded(half: int, steps: int, prec: int, width: int) -> Found:
            return _found(choice, attention, rounded_shares(rows, half, steps, prec, width))

        half, steps, prec, width = (grid[-1] for grid in (HALVES, STEPS, PRECISIONS, WIDTHS))
        found = loosest(STEPS, lambda steps: rounded(half, steps, prec, width), finest)
        steps = found.shares.params.steps
        found = loosest(HALVES, lambda half: rounded(half, steps, prec, width), found)
        half = found.shares.exps.half
        found = loosest(PRECISIONS, lambda prec: rounded(half, steps, prec, width), found)
        prec = found.shares.params.prec
        return loosest(WIDTHS, lambda width: rounded(half, steps, prec, width), found)

    def finest(self, model: Model, progress: Progress) -> Found:
        """The same at the finest rounding of the grid, which reaches the best bound."""
        if model.n_ctx < 2 or not 2 <= model.d_vocab <= MAX_VOCAB:
            raise MalformedInput(
                f"{self.name} needs two positions and 2 to {MAX_VOCAB} tokens",
                cure="use --strategy brute-force",
            )
        progress("multiplying the weights out")
        choice = self.choose(model)
        rows = share_rows(model, choice)
        shares = rounded_shares(rows, HALVES[-1], STEPS[-1], PRECISIONS[-1], WIDTHS[-1])
        progress("choosing how attention is bounded")
        return _found(choice, self.attention.fit(shares), shares)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        """The classes that a certificate with these fields counts, and their tokens."""
        shares, ends = read_shares(model, fields)
        return list(shares.admitted(lambda m: ends[m]))

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `LowRank.Certificate`."""
        return {**SHARE_FIELDS, "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """Evaluated in one go."""
        return []

    def choose(self, model: Model) -> Choice:
        """The directions that are taken off the circuits."""
        W = factors(model)
        base = self.base(W["resid"], model.frac)
        rest = W["resid"] - Shifted(fmpz_mat([base] * model.d_vocab), 0)
        qk = self.qk.part(qk_chain(W), model.frac)
        eu = self.eu.part([rest, W["W_U"]], model.frac)
        entries = [
            *base,
            *(x for peel in [*qk.peels, *eu.peels] for x in [*peel.column, *peel.row]),
        ]
        vec_bits = 2 + max(abs(x).bit_length() for x in entries)
        return Choice(qk, base, eu, vec_bits)


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


def _found(choice: Choice, attention: FittedAttention, shares: Shares) -> Found:
    numbers = [attention.numbers(shares, m) for m in range(shares.v)]
    runs = list(shares.admitted(lambda m: attention.ends(numbers[m])))
    return Found(choice, attention, shares, numbers, runs, count(shares.n, runs))
