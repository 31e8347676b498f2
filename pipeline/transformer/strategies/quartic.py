"""Quartic: whole logits, all outputs of all tokens of a class compared at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, groupby, pairwise
from typing import ClassVar

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Kind
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.sheets import SHIFT_BITS, Layout, Sheets, code, parts_for
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_search import ClassStrategy, read_tables
from pipeline.transformer.strategies.table_fields import packed

LANES = 1 << 22
"""About so many lanes are compared in one block of maxima: what the kernel has to remember at a time."""

SHEET_FIELDS: Mapping[str, Kind] = {
    "laneBits": "nat",
    "shifts": "list",
    **dict.fromkeys(("spareBits", "partBits", "fracBits", "countBits"), "nat"),
    "parts": "list",
    "planes": "matrix",
}
"""The fields of `Sheets` in Lean."""


class Quartic(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Quartic.lean`"""

    name = "quartic"
    checker = "Quartic"
    summary = "compares all outputs for each class and token; d_vocab^4 * n_ctx comparisons"
    own_fields: ClassVar[Mapping[str, Kind]] = {**SHEET_FIELDS, "blocks": "matrix"}

    def admitted(self, t: Tables) -> Iterator[Run]:
        return self.sheets(t).runs()

    def sheets(self, t: Tables) -> Sheets:
        return Sheets(t, Layout.of(t, parts_for(t.n)))

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        return {**sheet_fields(self.sheets(t), found), "blocks": blocks(t, found)}

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        t, parts = read_tables(model, fields), fields["parts"]
        assert isinstance(parts, list)
        each = [part for part in parts if isinstance(part, int)]
        return list(Sheets(t, Layout.of(t, each)).runs())

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]


def sheet_fields(sheets: Sheets, found: Sequence[Run]) -> dict[str, Value]:
    """What a certificate says of sheets, and the levels of all tokens."""
    t, layout = sheets.t, sheets.layout
    planes: list[list[int]] = [[0] * (m + 1) for m in range(t.v)]
    for (q, m), runs in groupby(found, key=lambda run: (run.query, run.maximum)):
        planes[m][q] = code(m, list(runs))
    shifts = [[sheets.shift(q, m) for q in range(m + 1)] for m in range(t.v)]
    return {
        "laneBits": layout.lane_bits,
        "shifts": packed(shifts, SHIFT_BITS),
        "spareBits": layout.spare_bits,
        "partBits": layout.part_bits,
        "fracBits": layout.frac_bits,
        "countBits": layout.count_bits,
        "parts": list(layout.parts),
        "planes": [list(row) for row in planes],
    }


def blocks(t: Tables, found: Sequence[Run]) -> list[list[int]]:
    """Maxima in blocks that take about as long: of each, how many maxima, and the inputs that are counted."""
    inputs = [0] * t.v
    for run in found:
        inputs[run.maximum] += run.count(t.n)
    # every query up to `m` is compared with every token below it, in all outputs, in each class
    each = max(1, t.n - 1)
    work = [0, *accumulate(each * t.v * m * (m + 1) for m in range(t.v))]
    number = -(-work[-1] // LANES) or 1
    ends = sorted({bisect_left(work, work[-1] * i // number) for i in range(1, number)} | {t.v})
    return [
        [end - start, sum(inputs[start:end])]
        for start, end in pairwise([0, *(end for end in ends if end > 0)])
    ]
