"""Prefix-top2: as prefix, with margins from the two largest entries of each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.checker import operations, prefixes
from pipeline.checker.classes import Run
from pipeline.checker.margins import top_two_margins
from pipeline.checker.tables import Tables
from pipeline.emit.theorem import Value
from pipeline.strategies.class_fields import (
    PREFIX_FIELDS,
    margin_fields,
    run_fields,
    size_fields,
)
from pipeline.strategies.class_search import ClassStrategy


class PrefixTop2(ClassStrategy):
    """`lean/Compact/Strategy/PrefixTop2.lean`"""

    name = "prefix-top2"
    summary = "tests prefixes of the tokens, by the two largest entries of each row"
    own_fields = PREFIX_FIELDS

    def admitted(self, t: Tables) -> Iterator[Run]:
        return prefixes.admitted(t, top_two_margins(t))

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {
            **margin_fields(t, top_two_margins(t)),
            **run_fields(t, found),
            **size_fields(t, found),
        }

    def operations(self, t: Tables, found: Sequence[Run]) -> int:
        return operations.top_two_margins(t) + operations.prefixes(t, found)
