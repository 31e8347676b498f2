"""Quartic: whole logits, all outputs of all tokens of a class compared at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import ClassVar

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.sheets import SHIFT_BITS, Layout, Shape, Sheets, parts_for
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_search import ClassStrategy, read_tables
from pipeline.transformer.strategies.table_fields import packed, table_fields

LANES = 1 << 19
"""About so many lanes are compared in one block of maxima: what the kernel has to remember at a time."""
FRONT = 8
"""What is done once for a query and a maximum is as much work as so many rows."""
MOST = (1 << SHIFT_BITS) - 1

SHEET_FIELDS: Mapping[str, Kind] = {
    "laneBits": "nat",
    "shifts": "list",
    **dict.fromkeys(("spareBits", "partBits", "fracBits", "countBits"), "nat"),
    **dict.fromkeys(("parts", "firsts"), "list"),
    "mostRows": "nat",
    "planes": "matrix",
}
"""The fields of `Sheets` in Lean."""


class Quartic(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Quartic.lean`"""

    name = "quartic"
    checker = "Quartic"
    summary = "compares all outputs for each class and token; d_vocab^4 * n_ctx comparisons"
    when = "the bound nearest to the truth where inputs are too many to look at, up to 128 tokens"
    own_fields: ClassVar[Mapping[str, Kind]] = {**SHEET_FIELDS, "blocks": "matrix"}
    alone: ClassVar[float] = 0.5
    """So many times `LANES` are one block.  Two blocks there are never (Lean stops to count steps where there are
    three)."""

    def admitted(self, t: Tables) -> Iterator[Run]:
        """Without rows that tokens share, which costs nothing but work."""
        apart = [[Shape(0, False)] * (m + 1) for m in range(t.v)]
        return Sheets(t, Layout.of(t, parts_for(t.n)), shapes=apart).runs()

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = self.find(model, progress)
        t = found.tables
        progress("choosing the tokens that share a row")
        runs = list(self.sheets(t).runs())
        bound = self.number(t.n, runs)
        fields = {
            **table_fields(model, found.exact, found.enclosure, t, self.least_bits(t)),
            **self.claims(t, runs),
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def sheets(self, t: Tables) -> Sheets:
        return Sheets(t, Layout.of(t, parts_for(t.n)))

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        sheets = self.sheets(t)
        return {**sheet_fields(sheets), "blocks": blocks(sheets, found, self.alone)}

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        parts, firsts, planes = (fields[name] for name in ("parts", "firsts", "planes"))
        assert isinstance(parts, list)
        assert isinstance(firsts, list)
        assert isinstance(planes, list)
        shapes = list[list[Shape | None]]()
        for first, codes in zip(firsts, planes, strict=True):
            assert isinstance(first, int)
            assert isinstance(codes, list)
            shapes.append(
                [
                    Shape(first >> SHIFT_BITS * q & MOST, bool(code & 1)) if code else None
                    for q, code in enumerate(codes)
                ]
            )
        layout = Layout.of(
            t := read_tables(model, fields), [p for p in parts if isinstance(p, int)]
        )
        return list(Sheets(t, layout, shapes).runs())

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]


def sheet_fields(sheets: Sheets) -> dict[str, Value]:
    """What a certificate says of sheets, and the levels of all tokens."""
    t, layout = sheets.t, sheets.layout
    planes: list[list[int]] = [[0] * (m + 1) for m in range(t.v)]
    firsts: list[list[int]] = [[0] * (m + 1) for m in range(t.v)]
    for pair in sheets.pairs:
        planes[pair.m][pair.q], firsts[pair.m][pair.q] = pair.code(), pair.shape.first
    shifts = [[sheets.shift(q, m) for q in range(m + 1)] for m in range(t.v)]
    return {
        "laneBits": layout.lane_bits,
        "shifts": packed(shifts, SHIFT_BITS),
        "spareBits": layout.spare_bits,
        "partBits": layout.part_bits,
        "fracBits": layout.frac_bits,
        "countBits": layout.count_bits,
        "parts": list(layout.parts),
        "firsts": packed(firsts, SHIFT_BITS),
        "mostRows": max((pair.rows for pair in sheets.pairs if pair.levels), default=0),
        "planes": [list(row) for row in planes],
    }


def blocks(sheets: Sheets, found: Sequence[Run], alone: float = 0.5) -> list[list[int]]:
    """Maxima in blocks that take about as long: of each, how many maxima, and the inputs that are counted."""
    t = sheets.t
    inputs, lanes = [0] * t.v, [0] * t.v
    for run in found:
        inputs[run.maximum] += run.count(t.n)
    for pair in sheets.pairs:
        lanes[pair.m] += t.v * (FRONT + len(pair.levels) * pair.rows)
    work = [0, *accumulate(lanes)]
    number = 1 if work[-1] <= alone * LANES else max(3, -(-work[-1] // LANES))
    ends = sorted({bisect_left(work, work[-1] * i // number) for i in range(1, number)} | {t.v})
    return [
        [end - start, sum(inputs[start:end])]
        for start, end in pairwise([0, *(end for end in ends if end > 0)])
    ]
