"""Mixed: margins, and whole logits for the tokens that they leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.emit.theorem import Value
from pipeline.transformer.checker import mixed
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.margins import exact_margins
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_fields import (
    PREFIX_FIELDS,
    code_fields,
    margin_fields,
    packed_sizes,
)
from pipeline.transformer.strategies.class_search import ClassStrategy


class Mixed(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Mixed.lean`"""

    name = "mixed"
    checker = "Mixed"
    summary = "tests prefixes of the tokens; compares outputs only for the tokens that these leave"
    own_fields = PREFIX_FIELDS

    def admitted(self, t: Tables) -> Iterator[Run]:
        return mixed.admitted(t, exact_margins(t))

    def least_bits(self, t: Tables) -> int:
        return mixed.least_bits(t)

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        margins = exact_margins(t)
        codes: list[list[int]] = [[] for _ in range(t.v)]
        sizes: list[list[int]] = [[] for _ in range(t.v)]
        for each in mixed.decided(t, margins):
            codes[each.m].append(each.code(t.n))
            sizes[each.m] += [each.size, *[0] * (t.n - 1)]
        return {
            **margin_fields(t, margins),
            **code_fields(t, codes),
            **packed_sizes(t, sizes),
        }
