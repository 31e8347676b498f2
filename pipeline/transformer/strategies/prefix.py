"""Prefix: leads, and one test for all tokens below a bound, for each level of each class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pipeline.emit.theorem import Value
from pipeline.strategy import Kind
from pipeline.transformer.checker import prefix
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import Leads
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.mixture import LEAD_FIELDS, LeadStrategy
from pipeline.transformer.strategies.table_fields import packed


def claimed(sizes: Sequence[int]) -> list[int]:
    """What is claimed at each level: nothing where there are no more tokens than before, as that is quicker to see."""
    before = [0, *sizes]
    return [size if size > last else 0 for last, size in zip(before, sizes, strict=False)]


class Prefix(LeadStrategy):
    """`lean/Compact/Transformer/Strategy/Prefix.lean`"""

    name = "prefix"
    checker = "Prefix"
    summary = "tests prefixes of the tokens; d_vocab^2 * n_ctx tests of numbers"
    when = (
        "the larger tokens attract more attention: some hundredths below cubic, at half its length"
    )
    own_fields: ClassVar[Mapping[str, Kind]] = {
        **LEAD_FIELDS,
        **{"sizeBits": "nat", "classBits": "nat", "sizes": "list"},
        "blocks": "matrix",
    }

    def graded(self, t: Tables, leads: Leads, levels: Levels) -> Iterator[Run]:
        return prefix.admitted(t, leads, levels)

    def own_claims(self, t: Tables, levels: Levels, found: Sequence[Run]) -> dict[str, Value]:
        bits, number = t.v.bit_length(), len(levels.levels)
        rows = [
            [
                size
                for query in row
                for each in query
                for size in [*claimed(each), *[0] * (number - len(each))]
            ]
            for row in prefix.sizes(t, levels, found)
        ]
        return {"sizeBits": bits, "classBits": bits * number, "sizes": packed(rows, bits)}
