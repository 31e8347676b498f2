"""Cubic: one number for each query, maximum and token, its own output apart from the others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import ClassVar

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.apart import admitted, apart_leads
from pipeline.transformer.checker.classes import Run
from pipeline.transformer.checker.leads import lead_bits
from pipeline.transformer.checker.mixture import count_bits
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.class_search import ClassStrategy, read_tables
from pipeline.transformer.strategies.mixture import LEAD_FIELDS
from pipeline.transformer.strategies.table_fields import packed, table_fields

ROOM = 8
"""Bits of a lane beyond those of a factor and a logit: weights of several positions."""
PARTS = 4
"""Parts of what can be spared, for each other position; a token takes one at least."""
STEPS = 1 << 15
"""About so many tokens are looked at in one block of maxima."""


class Cubic(ClassStrategy):
    """`lean/Compact/Transformer/Strategy/Cubic.lean`"""

    name = "cubic"
    checker = "Cubic"
    summary = "compares two numbers for each query, maximum and token; d_vocab^3 steps"
    when = "a bound near the truth where d_vocab^4 is too much: 128 tokens and more"
    own_fields: ClassVar[Mapping[str, Kind]] = {
        **{key: kind for key, kind in LEAD_FIELDS.items() if key != "levels"},
        "blocks": "matrix",
    }
    levels: ClassVar[None] = None
    """None may be given: all are distinguished."""

    def least_bits(self, t: Tables) -> int:
        return t.prec + t.width + t.n.bit_length() + ROOM

    def admitted(self, t: Tables) -> Iterator[Run]:
        return admitted(t, apart_leads(t), PARTS * t.n, self.least_bits(t))

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        t, parts, bits = read_tables(model, fields), fields["parts"], fields["bits"]
        assert isinstance(parts, int)
        assert isinstance(bits, int)
        return list(admitted(t, apart_leads(t), parts, bits))

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = self.find(model, progress)
        t = found.tables
        table = table_fields(model, found.exact, found.enclosure, t, self.least_bits(t))
        bits = table["bits"]
        assert isinstance(bits, int)
        runs = list(admitted(t, apart_leads(t), PARTS * t.n, bits))
        bound = self.number(t.n, runs)
        fields: dict[str, Value] = {**table, **self.claims(t, runs), "bound": bound}
        (fields["base"],) = packed([apart_leads(t).base], bits)
        return Certificate(self.name, bound, fields)

    def claims(self, t: Tables, found: Sequence[Run]) -> dict[str, Value]:
        leads, bits = apart_leads(t), lead_bits(t.width)
        return {
            "base": 0,
            "tokenLead": packed(leads.token, bits),
            "directLead": packed(leads.direct, bits),
            "ownLead": packed(leads.own, bits),
            "selfLead": packed(leads.itself, bits),
            "parts": PARTS * t.n,
            "countBits": count_bits(t),
            "blocks": self.blocks(t, found),
        }

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]

    def blocks(self, t: Tables, found: Sequence[Run]) -> list[list[int]]:
        """Maxima in blocks that take about as long: of each, how many maxima, and the inputs that are counted."""
        inputs = [0] * t.v
        for run in found:
            inputs[run.maximum] += self.number(t.n, [run])
        work = [0, *accumulate((m + 1) * (m + 1) for m in range(t.v))]
        parts = -(-work[-1] // STEPS)
        ends = sorted({bisect_left(work, work[-1] * i // parts) for i in range(1, parts)} | {t.v})
        return [
            [end - start, sum(inputs[start:end])]
            for start, end in pairwise([0, *(end for end in ends if end > 0)])
        ]
