"""Cubic, for any number of heads: `lean/Compact/Transformer/Strategy/HeadsCubic.lean`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.heads.checker import Pair, classes_of, count_levels, pair_of
from pipeline.transformer.heads.cubic_check import (
    SHORT_ROOM,
    Shortfalls,
    leads,
    passing,
    shortfalls,
)
from pipeline.transformer.heads.cubic_shares import best_cubic_shares
from pipeline.transformer.heads.lifts import about_maximum
from pipeline.transformer.heads.model import HeadsModel, plain_heads
from pipeline.transformer.heads.quartic import (
    FINE_BITS,
    LEAST_GAIN,
    PRECISIONS,
    Head,
    HeadsQuartic,
    common,
    head_of,
    heads_table_fields,
)
from pipeline.transformer.heads.shares import SHARE_BITS, Shared
from pipeline.transformer.strategies.mixture import GIVEN_UP, candidates
from pipeline.transformer.strategies.table_fields import packed

BLOCK = 60_000
"""Steps on tokens and levels that one theorem makes, about."""


@dataclass(frozen=True)
class Asked:
    """One query and one maximum: shares, and the rows that they give."""

    shares: Sequence[int]
    pair: Pair

    def inputs(self, short: Sequence[Shortfalls], levels: Levels) -> int:
        """How many inputs are counted."""
        t, total = self.pair.tables[0], 0
        for c in classes_of(t, self.pair.q, self.pair.m):
            found = passing(self.pair, short, c, levels)
            if found is not None:
                total += count_levels(list(found.values()), c, t.n, levels.parts)
        return total


@dataclass(frozen=True)
class Rounded:
    """All heads at one rounding, with good shares."""

    heads: Sequence[Head]
    short: Sequence[Shortfalls]
    asked: Sequence[Sequence[Asked | None]]
    """`[m][q]`"""

    @property
    def tables(self) -> list[Tables]:
        return [head.tables for head in self.heads]

    def inputs(self, m: int, levels: Levels) -> int:
        """How many inputs are counted for a maximum."""
        return sum(each.inputs(self.short, levels) for each in self.asked[m] if each is not None)


ENDING: Mapping[str, Kind] = {
    "heads": "nat", "cellBits": "nat", "blocks": "matrix", "bound": "nat"
}  # fmt: skip
TABLE_KINDS: Mapping[str, Kind] = dict(
    takewhile(lambda each: each[0] != "parts", HeadsQuartic().fields().items())
)
NUMBER_KINDS: Mapping[str, Kind] = {
    **TABLE_KINDS,
    **{"parts": "nat", "levels": "list", "countBits": "nat", "shareBits": "nat"},
    **dict.fromkeys(("shares", "leads", "tokenShort", "ownShort"), "matrix"),
}
"""The fields that say what `number_fields` does, but for those at the end."""


class HeadsCubic:
    """For each query, maximum and other token, one number for each head."""

    name = "cubic"
    checker = "HeadsCubic"
    summary = "compares one number for each query, maximum, token and head; heads * d_vocab^3 steps"
    when = "several heads, 32 tokens or more, where quartic is over the budget; heads should share their work evenly"

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """The bound that good shares of the heads give."""
        model = about_maximum(model, self.name)
        found = rounded(model, self.name, progress)
        v, n = model.d_vocab, model.n_ctx - 1
        progress("choosing the levels")
        levels, counts = best_levels(v, n, lambda each: [found.inputs(m, each) for m in range(v)])
        bound = sum(counts)
        fields: dict[str, Value] = {
            **number_fields(found, levels),
            "blocks": _blocks(counts, len(levels.levels), len(found.heads)),
            "bound": bound,
        }
        return Certificate(self.name, bound, {name: fields[name] for name in self.fields()})

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsCubic.Certificate`."""
        return {**NUMBER_KINDS, **ENDING}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model; the tables head by head; the maxima block by block."""
        heads, blocks = fields["heads"], fields["blocks"]
        assert isinstance(heads, int)
        assert isinstance(blocks, list)
        return [
            "Bool.and_intro",
            *["HeadsQuartic.nextHead"] * (heads - 1),
            "HeadsQuartic.lastHead",
            *["Blocks.next"] * len(blocks),
        ]


def rounded(model: HeadsModel, name: str, progress: Progress) -> Rounded:
    """The coarsest rounding that loses nothing (in floats), and good shares, for a strategy of this name."""
    if model.n_ctx < 2 or model.d_vocab < 2:
        raise MalformedInput(f"{name} needs two positions and two tokens")
    progress("multiplying the weights out")
    exact, v = common(plain_heads(model)), model.d_vocab

    def at(prec: int) -> tuple[float, Sequence[Sequence[Shared]], list[Head], list[Shortfalls]]:
        heads = [head_of(*each, prec) for each in exact]
        tables = [head.tables for head in heads]
        short = [shortfalls(t) for t in tables]
        progress(f"sharing the margin among {len(heads)} heads, {prec} bits")
        best = [[best_cubic_shares(tables, short, q, m) for q in range(m + 1)] for m in range(v)]
        return sum(each.score for row in best for each in row), best, heads, short

    score, best, heads, short = at(PRECISIONS[0])
    for prec in PRECISIONS[1:]:
        finer = at(prec)
        if finer[0] <= score * (1 + LEAST_GAIN):
            break
        score, best, heads, short = finer
    tables = [head.tables for head in heads]
    asked = [
        [asked_of(tables, q, m, each.shares) for q, each in enumerate(row)]
        for m, row in enumerate(best)
    ]
    return Rounded(heads, short, asked)


def asked_of(tables: Sequence[Tables], q: int, m: int, shares: Sequence[int]) -> Asked | None:
    """One query and one maximum, with these shares; none if the rows that they give are refused."""
    fine = [min(share << (FINE_BITS - SHARE_BITS), (1 << FINE_BITS) - 1) for share in shares]
    pair = pair_of(tables, q, m, FINE_BITS, fine)
    return None if pair is None else Asked(fine, pair)


def best_levels(
    v: int, n: int, counted: Callable[[Levels], Sequence[int]]
) -> tuple[Levels, Sequence[int]]:
    """As few levels as give nearly the best bound, and what is counted with them."""
    tried = [(each, counted(each)) for each in candidates(n)]
    most = max(sum(counts) for _, counts in tried)
    lost = v ** (n + 1) // GIVEN_UP
    return next(each for each in tried if most - sum(each[1]) <= lost)


def number_fields(found: Rounded, levels: Levels) -> dict[str, Value]:
    """What is said of heads, levels, shares, leads and shortfalls."""
    tables = found.tables
    n, short_bits = tables[0].n, tables[0].width + SHORT_ROOM
    return {
        **heads_table_fields(found.heads, n),
        "parts": levels.parts,
        "levels": list(levels.levels),
        "countBits": ((tables[0].v + 1) ** n).bit_length() + 1,
        "shareBits": FINE_BITS,
        "shares": [[_packed(each, FINE_BITS) for each in row] for row in found.asked],
        "leads": [
            [packed([leads(each.pair)], short_bits)[0] if each is not None else 0 for each in row]
            for row in found.asked
        ],
        "tokenShort": [packed(each.token, short_bits) for each in found.short],
        "ownShort": [packed(each.own, short_bits) for each in found.short],
        "heads": len(tables),
        "cellBits": found.heads[0].model.cell_bits,
    }


def _packed(asked: Asked | None, bits: int) -> int:
    return 0 if asked is None else packed([asked.shares], bits)[0]


def _blocks(counts: Sequence[int], levels: int, heads: int) -> list[list[int]]:
    """Consecutive maxima that one theorem checks, and the inputs counted."""
    blocks: list[list[int]] = []
    work = list(accumulate(heads * (m + 1) * (4 * m + 8 * levels) for m in range(len(counts))))
    start, done = 0, 0
    for m, so_far in enumerate(work):
        if so_far - done >= BLOCK or m == len(counts) - 1:
            blocks.append([m + 1 - start, sum(counts[start : m + 1])])
            start, done = m + 1, so_far
    return blocks
