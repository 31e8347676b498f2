"""Mixed for the last and the first token: `lean/Compact/Transformer/Strategy/HeadsMixed{Last,First}.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.heads.anchored import LAST, best_class, packed_levels, row_bits
from pipeline.transformer.heads.anchored_check import Anchored, Class
from pipeline.transformer.heads.anchored_cubic import (
    ENDING,
    NUMBER_KINDS,
    CubicAnchored,
    ending,
    number_fields,
)
from pipeline.transformer.heads.anchored_cubic import Found as Cubic
from pipeline.transformer.heads.first import FIRST
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.quartic import FINE_BITS, LEVEL_BITS
from pipeline.transformer.strategies.table_fields import packed

WORTH = 1000
"""Outputs are compared where that counts one more of so many inputs of a query and right answer."""


@dataclass(frozen=True)
class Found(Cubic):
    """What is counted at one rounding."""

    cap: int
    by_outputs: Mapping[tuple[int, int], Class]
    """Of queries and lanes, where tokens are compared output by output."""


class MixedAnchored(CubicAnchored):
    """Cubic where it loses little, else quartic, for each query and right answer."""

    kind = "mixed"

    def _at(
        self, model: HeadsModel, exact: Sequence[Circuits], bits: int, prec: int, progress: Progress
    ) -> Found:
        """What is counted with so many bits."""
        cubic = super()._at(model, exact, bits, prec, progress)
        numbers, heads = cubic.check, cubic.check.heads
        check, cap, bound = Anchored(heads, FINE_BITS, self._start, numbers.parts), 0, 0
        by_outputs = dict[tuple[int, int], Class]()
        full = check.v ** len(check.free)
        for q, row in enumerate(cubic.each):
            progress(f"comparing outputs, {len(heads)} heads, {prec} bits: query {q} of {check.v}")
            terms = [head.terms(q) for head in heads]
            cap = max(cap, check.cap(terms))
            for j, each in enumerate(row):
                inputs = 0 if each is None else numbers.inputs(each, cubic.levels)
                if full - inputs > full // WORTH:
                    found = best_class(check, q, j if self._start else q, terms)
                    if found is not None and found.inputs > inputs + full // WORTH:
                        by_outputs[q, j], inputs = found, found.inputs
                bound += inputs
        return Found(**{**vars(cubic), "bound": bound}, cap=cap, by_outputs=by_outputs)

    def _certificate(self, model: HeadsModel, found: Cubic) -> Certificate:
        assert isinstance(found, Found)
        bits = row_bits(found.cap, self._start, len(found.check.heads))
        chosen = found.by_outputs
        numbers = number_fields(model, found, bits)
        shares = numbers["shares"]
        assert isinstance(shares, list)
        fields: dict[str, Value] = {
            **numbers,
            "shares": [
                [
                    packed([chosen[q, j].shares], FINE_BITS)[0] if (q, j) in chosen else share
                    for j, share in enumerate(row)
                ]
                for q, row in enumerate(shares)
                if isinstance(row, list)
            ],
            "levelBits": LEVEL_BITS,
            "tokenLevels": [
                [
                    packed_levels(chosen[q, j]) + 1 if (q, j) in chosen else 0
                    for j in range(len(row))
                ]
                for q, row in enumerate(found.each)
            ],
            **ending(model, found),
        }
        return Certificate(self.name, found.bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsAnchoredMixed.Certificate`."""
        return {**NUMBER_KINDS, "levelBits": "nat", "tokenLevels": "matrix", **ENDING}


MIXED_LAST = MixedAnchored(
    LAST,
    "HeadsMixedLast",
    0,
    "the last token: cubic, and for queries where it loses much quartic",
    "the task is the last token, and cubic loses much",
)
MIXED_FIRST = MixedAnchored(
    FIRST,
    "HeadsMixedFirst",
    1,
    "the first token: cubic, and for queries and first tokens where it loses much quartic",
    "the task is the first token, and cubic loses much",
)
