"""Prefix: margins, and one test for each class, of all tokens below a bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.emit.theorem import Value
from pipeline.transformer.checker import prefixes
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.margins import exact_margins
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_fields import (
    PREFIX_FIELDS,
    margin_fields,
    run_fields,
    size_fields,
)
from pipeline.transformer.strategies.class_search import ClassStrategy


class Prefix(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Prefix.lean`"""

    name = "prefix"
    checker = "Prefix"
    summary = "tests prefixes of the tokens; d_vocab^2 * n_ctx tests of numbers"
    own_fields = PREFIX_FIELDS

    def admitted(self, t: Tables) -> Iterator[Run]:
        return prefixes.admitted(t, exact_margins(t))

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {
            **margin_fields(t, exact_margins(t)),
            **run_fields(t, found),
            **size_fields(t, found),
        }
