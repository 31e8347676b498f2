"""Quartic: whole logits, one representative input for each class and token."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import ClassVar

from pipeline.emit.theorem import Value
from pipeline.strategy import Kind
from pipeline.transformer.checker import quartic
from pipeline.transformer.checker.classes import Run, count
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_fields import RUN_FIELDS, run_fields
from pipeline.transformer.strategies.class_search import ClassStrategy

LANES = 1 << 22
"""About so many lanes are compared in one block of maxima: what the kernel has to remember at a time."""


class Quartic(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Quartic.lean`"""

    name = "quartic"
    checker = "Quartic"
    summary = "compares all outputs for each class and token; d_vocab^4 * n_ctx comparisons"
    own_fields: ClassVar[Mapping[str, Kind]] = {**RUN_FIELDS, "blocks": "matrix"}

    def admitted(self, t: Tables) -> Iterator[Run]:
        return quartic.admitted(t)

    def least_bits(self, t: Tables) -> int:
        return quartic.least_bits(t)

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {**run_fields(t, found), "blocks": blocks(t, found)}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Quartic.next"] * len(each)]


def blocks(t: Tables, found: Sequence[Run]) -> list[list[int]]:
    """Maxima in blocks that take about as long: of each, how many maxima, and the inputs that are counted."""
    inputs = [0] * t.v
    for run in found:
        inputs[run.maximum] += count(t.n, [run])
    # every query up to `m` is compared with every token below it, in all outputs
    work = [0, *accumulate(t.v * m * (m + 1) for m in range(t.v))]
    number = -(-work[-1] // LANES) or 1
    ends = sorted({bisect_left(work, work[-1] * i // number) for i in range(1, number)} | {t.v})
    return [
        [end - start, sum(inputs[start:end])]
        for start, end in pairwise([0, *(end for end in ends if end > 0)])
    ]
