"""Cubic for the last and the first token: `lean/Compact/Transformer/Strategy/HeadsCubic{Last,First}.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.enclosure import Params
from pipeline.transformer.heads.anchored import LAST
from pipeline.transformer.heads.anchored_check import Terms
from pipeline.transformer.heads.anchored_cubic_check import AnchoredCubic, CubicClass
from pipeline.transformer.heads.anchored_search import AnchoredStrategy
from pipeline.transformer.heads.cubic_check import SHORT_ROOM
from pipeline.transformer.heads.first import FIRST, ROOM, shares_to_try
from pipeline.transformer.heads.model import HeadsModel, cell_bits
from pipeline.transformer.heads.quartic import FINE_BITS, LEAST_GAIN, PARTS, WIDTH
from pipeline.transformer.strategies.table_fields import packed

MANY_LEVELS = (0, 1, 2, 4, 6, 8, 12, 16, 20, 24, 32, 40, PARTS)
"""Of all parts; they are distinguished if a few do not count nearly as much."""


@dataclass(frozen=True)
class Found:
    """What is counted at one rounding."""

    params: Params
    check: AnchoredCubic
    half: int
    each: Sequence[Sequence[CubicClass | None]]
    """`[q][a]`; of the last token, `[q][0]`"""
    levels: Sequence[int]
    bound: int


class CubicAnchored(AnchoredStrategy[Found]):
    """For each query, right answer, other token and free position, one number for each head."""

    kind = "cubic"

    def _at(
        self, model: HeadsModel, exact: Sequence[Circuits], bits: int, prec: int, progress: Progress
    ) -> Found:
        """What is counted with so many bits."""
        params, heads = self.rounded(model, exact, bits, prec)
        check, each, half = AnchoredCubic(heads, FINE_BITS, self._start, PARTS), [], 0
        for q in range(model.d_vocab):
            progress(f"what tokens take, {len(heads)} heads, {prec} bits: query {q} of {check.v}")
            terms = [head.terms(q) for head in heads]
            half = max(half, check.half(terms))
            answers = range(check.v) if self._start else [q]
            each.append([_best(check, q, a, terms) for a in answers])
        counted = [found for row in each for found in row if found is not None]
        levels, bound = _levels(check, counted)
        return Found(params, check, half, each, levels, bound)

    def _certificate(self, model: HeadsModel, found: Found) -> Certificate:
        heads = len(found.check.heads)
        room = max(WIDTH + ROOM, WIDTH + (heads + 2).bit_length() + 2)
        fields = {**number_fields(model, found, room), **ending(model, found)}
        return Certificate(self.name, found.bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsAnchoredCubic.Certificate`."""
        return {**NUMBER_KINDS, **ENDING}


NUMBER_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("prec", "steps", "shift", "width", "bits", "shareBits"), "nat"),
    **{"parts": "nat", "countBits": "nat", "lane": "nat", "levels": "list"},
    **dict.fromkeys(("shares", "leads", "tokenShort", "posShort"), "matrix"),
}
ENDING: Mapping[str, Kind] = {"heads": "nat", "cellBits": "nat", "bound": "nat"}


def number_fields(model: HeadsModel, found: Found, bits: int) -> dict[str, Value]:
    """What is said of shares, leads, shortfalls and levels; lanes of rows have so many bits."""
    check, heads = found.check, range(len(found.check.heads))
    free, short_bits = len(check.free), WIDTH + SHORT_ROOM
    return {
        "prec": found.params.prec,
        "steps": found.params.steps,
        "shift": found.params.shift,
        "width": found.params.width,
        "bits": bits,
        "shareBits": FINE_BITS,
        "parts": PARTS,
        "countBits": ((model.d_vocab + 1) ** free).bit_length() + 1,
        "lane": max(found.half.bit_length() + 2, model.d_vocab.bit_length()),
        "levels": list(found.levels),
        "shares": [[_shares(each) for each in row] for row in found.each],
        "leads": [
            packed([[each.leads[i] if each else 0 for each in row] for i in heads], short_bits)
            for row in found.each
        ],
        "tokenShort": [packed(each, short_bits) for each in check.token_short],
        "posShort": [packed(each, short_bits) for each in check.pos_short],
    }


def ending(model: HeadsModel, found: Found) -> dict[str, Value]:
    """What stands at the end of a certificate."""
    return {
        "heads": len(found.check.heads),
        "cellBits": cell_bits(model),
        "bound": found.bound,
    }


def _shares(found: CubicClass | None) -> int:
    return 0 if found is None else packed([found.shares], FINE_BITS)[0]


def _best(check: AnchoredCubic, q: int, a: int, terms: Terms) -> CubicClass | None:
    """Of some shares, those that count most."""
    best, most = None, 0
    for shares in shares_to_try(len(check.heads)):
        found = check.class_of(q, a, shares, terms)
        inputs = 0 if found is None else check.inputs(found, MANY_LEVELS)
        if inputs > most:
            best, most = found, inputs
        if most == check.v ** len(check.free):
            break
    return best


def _levels(check: AnchoredCubic, counted: Sequence[CubicClass]) -> tuple[Sequence[int], int]:
    """As few levels as count nearly most, and the bound: one, of equal parts for all free positions, if that is."""
    free = max(1, len(check.free))
    found = []
    for levels in ([PARTS // free], MANY_LEVELS):
        found.append((levels, sum(check.inputs(each, levels) for each in counted)))
    most = max(bound for _, bound in found)
    return next(each for each in found if most - each[1] <= LEAST_GAIN / 10 * most)


CUBIC_LAST = CubicAnchored(
    LAST,
    "HeadsCubicLast",
    0,
    "the last token: one number for each query, other token, position and head; heads * d_vocab^2 * n_ctx steps",
    "the task is the last token",
)
CUBIC_FIRST = CubicAnchored(
    FIRST,
    "HeadsCubicFirst",
    1,
    "the first token: one number for each query, first token, other token, position and head, of all first tokens at"
    " once; heads * d_vocab^2 * n_ctx row operations",
    "the task is the first token",
)
