"""Prefix and mixed, for several heads: `lean/Compact/Transformer/Strategy/HeadsMixed.lean`.

One checker: a certificate names, for each query and maximum, the way in which tokens are counted.
`prefix` names prefixes always; `mixed` the cheapest way that loses little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.heads.checker import Firsts, classes_of
from pipeline.transformer.heads.cubic import (
    BLOCK,
    ENDING,
    NUMBER_KINDS,
    Asked,
    HeadsCubic,
    Rounded,
    best_levels,
    number_fields,
    rounded,
)
from pipeline.transformer.heads.lifts import about_maximum
from pipeline.transformer.heads.mixed_check import Prefixes, claimed
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.quartic import BLOCK as ROWS_BLOCK
from pipeline.transformer.heads.quartic import LEVEL_BITS, compared, packed_levels
from pipeline.transformer.heads.shares import best_shares

LOST = 200
"""A cheaper way is taken if no more than one of so many inputs of the query and maximum is lost."""
BY_ROWS, BY_NUMBERS, BY_PREFIXES = 0, 1, 2
"""The ways; what is added to the last says how long prefixes are."""


@dataclass(frozen=True)
class Way:
    """How the tokens of one query and one maximum are counted."""

    asked: Asked | None
    way: int
    inputs: int
    token_levels: int = 0


NOTHING = Way(None, BY_NUMBERS, 0)


class ByHead:
    """What both strategies share."""

    name: str
    summary: str
    when: str
    plain: str
    """The strategy for one head."""
    checker = "HeadsMixed"

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """The bound that good shares of the heads give."""
        if len(model.heads) == 1:
            raise MalformedInput(
                f"{self.name} takes models with several heads", cure=f"use --strategy {self.plain}"
            )
        model = about_maximum(model, self.name)
        found = rounded(model, self.name, progress)
        v, n = model.d_vocab, model.n_ctx - 1
        progress("choosing the levels")
        levels, _ = best_levels(v, n, lambda each: [self._inputs(found, m, each) for m in range(v)])
        bits, count = v.bit_length(), len(levels.levels)
        sizes = _Sizes(bits, bits * count)
        ways: list[list[Way]] = []
        for m in range(v):
            progress(f"counting, {len(found.heads)} heads: maximum {m} of {v}")
            ways.append([self._way(found, levels, sizes, q, m) for q in range(m + 1)])
        found = replace(found, asked=[[each.asked for each in row] for row in ways])
        blocks = _blocks(ways, len(found.heads), n, count)
        bound = sum(inputs for _, inputs in blocks)
        fields: dict[str, Value] = {
            **number_fields(found, levels),
            "ways": [[each.way for each in row] for row in ways],
            "levelBits": LEVEL_BITS,
            "tokenLevels": [[each.token_levels for each in row] for row in ways],
            "sizeBits": sizes.size_bits,
            "classBits": sizes.class_bits,
            "blocks": [[size, inputs] for size, inputs in blocks],
            "bound": bound,
        }
        return Certificate(self.name, bound, {name: fields[name] for name in self.fields()})

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsMixed.Certificate`."""
        own: dict[str, Kind] = {"ways": "matrix", "levelBits": "nat", "tokenLevels": "matrix"}
        own |= {"sizeBits": "nat", "classBits": "nat"}
        return {**NUMBER_KINDS, **own, **ENDING}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model; the tables head by head; the maxima block by block."""
        return HeadsCubic().joints(fields)

    def _inputs(self, found: Rounded, m: int, levels: Levels) -> int:
        """What the levels count for a maximum, to choose them."""
        return sum(
            Prefixes(each.pair, found.short).inputs(levels)
            for each in found.asked[m]
            if each is not None
        )

    def _way(self, found: Rounded, levels: Levels, sizes: _Sizes, q: int, m: int) -> Way:
        """How one query and one maximum is counted."""
        asked = found.asked[m][q]
        if asked is None:
            return NOTHING
        prefixes = Prefixes(asked.pair, found.short)
        inputs = prefixes.inputs(levels)
        return Way(asked, sizes.way(prefixes, levels), inputs) if inputs else NOTHING


class PrefixByHead(ByHead):
    """One test for all tokens below a bound, in each head, for each level of each class."""

    name = "prefix-by-head"
    plain = "prefix"
    summary = "tests prefixes of the tokens, head by head (several heads); heads * d_vocab^2 * n_ctx tests of numbers"
    when = "several heads and the shortest proof; loses most where heads do different work"


class MixedByHead(ByHead):
    """Prefixes, numbers or rows, whichever is the cheapest that loses little."""

    name = "mixed-by-head"
    plain = "mixed"
    summary = (
        "tests prefixes of the tokens, head by head (several heads);"
        " numbers or whole outputs where these lose inputs"
    )
    when = "several heads: nearly quartic's bound, shorter where prefixes of the tokens suffice"

    def _way(self, found: Rounded, levels: Levels, sizes: _Sizes, q: int, m: int) -> Way:
        n, heads = found.tables[0].n, found.tables
        every = (m + 1) ** n - (0 if q == m else m**n)
        enough = every - every // LOST
        by_prefixes = super()._way(found, levels, sizes, q, m)
        if by_prefixes.inputs >= enough:
            return by_prefixes
        asked = found.asked[m][q]
        by_numbers = NOTHING
        if asked is not None:
            by_numbers = Way(asked, BY_NUMBERS, asked.inputs(found.short, levels))
        if by_numbers.inputs >= enough:
            return by_numbers
        rows = compared(heads, q, m, best_shares(heads, q, m).shares, Firsts(heads, m))
        if rows is None:
            return max(by_prefixes, by_numbers, key=_inputs_of)
        by_rows = Way(Asked(rows.shares, rows.pair), BY_ROWS, rows.inputs, packed_levels(rows, m))
        best = max(by_rows, by_numbers, by_prefixes, key=_inputs_of)
        lost = every // LOST
        return next(
            each for each in (by_prefixes, by_numbers, by_rows) if each.inputs >= best.inputs - lost
        )


def _inputs_of(way: Way) -> int:
    return way.inputs


@dataclass(frozen=True)
class _Sizes:
    """How prefixes are packed: bits of one, and of those of a class."""

    size_bits: int
    class_bits: int

    def way(self, prefixes: Prefixes, levels: Levels) -> int:
        """The number that names prefixes."""
        packed, pair = 0, prefixes.pair
        for c in classes_of(pair.tables[0], pair.q, pair.m)[1:]:
            for i, size in enumerate(claimed(prefixes.sizes(c, levels))):
                packed |= size << (self.class_bits * (c - 1) + self.size_bits * i)
        return BY_PREFIXES + packed


def _blocks(
    ways: Sequence[Sequence[Way]], heads: int, n: int, levels: int
) -> list[tuple[int, int]]:
    """Consecutive maxima that one theorem checks, and the inputs counted."""
    blocks: list[tuple[int, int]] = []
    size, count, work = 0, 0, 0.0
    for m, row in enumerate(ways):
        size += 1
        count += sum(map(_inputs_of, row))
        for each in row:
            rows, numbers = 32 * m * n * heads / ROWS_BLOCK, heads * (4 * m + 8 * levels) / BLOCK
            work += rows if each.way == BY_ROWS else numbers
        if work >= 1:
            blocks.append((size, count))
            size, count, work = 0, 0, 0.0
    return [*blocks, (size, count)] if size else blocks
