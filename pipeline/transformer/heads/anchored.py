"""Quartic for the last and the first token: `lean/Compact/Transformer/Strategy/HeadsQuartic{Last,First}.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.enclosure import Params
from pipeline.transformer.heads.anchored_check import Anchored, Class
from pipeline.transformer.heads.anchored_search import AnchoredStrategy
from pipeline.transformer.heads.first import FIRST, shares_to_try
from pipeline.transformer.heads.model import HeadsModel, cell_bits
from pipeline.transformer.heads.quartic import (
    FINE_BITS,
    LEVEL_BITS,
    PARTS,
    WIDTH,
)
from pipeline.transformer.strategies.table_fields import packed

LAST = "last"
NONE = (1 << LEVEL_BITS) - 1
"""Above all parts: the token is not counted."""


@dataclass(frozen=True)
class Found:
    """What is counted at one rounding."""

    params: Params
    check: Anchored
    cap: int
    each: Sequence[Sequence[Class | None]]
    """`[q][a]`; of the last token, `[q][0]`"""

    @property
    def bound(self) -> int:
        return sum(each.inputs for row in self.each for each in row if each is not None)


class QuarticAnchored(AnchoredStrategy[Found]):
    """For each query, right answer, other token and free position, all outputs compared at once, head by head."""

    kind = "quartic"

    def _at(
        self, model: HeadsModel, exact: Sequence[Circuits], bits: int, prec: int, progress: Progress
    ) -> Found:
        """What is counted with so many bits."""
        params, heads = self.rounded(model, exact, bits, prec)
        check, each, cap = Anchored(heads, FINE_BITS, self._start, PARTS), [], 0
        for q in range(model.d_vocab):
            progress(f"comparing outputs, {len(heads)} heads, {prec} bits: query {q} of {check.v}")
            terms = [head.terms(q) for head in heads]
            cap = max(cap, check.cap(terms))
            answers = range(check.v) if self._start else [q]
            each.append([best_class(check, q, a, terms) for a in answers])
        return Found(params, check, cap, each)

    def _certificate(self, model: HeadsModel, found: Found) -> Certificate:
        free, heads = len(found.check.free), found.check.heads
        fields: dict[str, Value] = {
            "prec": found.params.prec,
            "steps": found.params.steps,
            "shift": found.params.shift,
            "width": found.params.width,
            "bits": row_bits(found.cap, self._start, len(heads)),
            "shareBits": FINE_BITS,
            "levelBits": LEVEL_BITS,
            "parts": PARTS,
            "countBits": ((model.d_vocab + 1) ** free).bit_length() + 1,
            "shares": [[_shares(each) for each in row] for row in found.each],
            "levels": [[packed_levels(each) for each in row] for row in found.each],
            "heads": len(heads),
            "cellBits": cell_bits(model),
            "bound": found.bound,
        }
        return Certificate(self.name, found.bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsAnchored.Certificate`."""
        names = ("prec", "steps", "shift", "width", "bits", "shareBits", "levelBits", "parts")
        kinds: dict[str, Kind] = dict.fromkeys((*names, "countBits"), "nat")
        kinds |= dict.fromkeys(("shares", "levels"), "matrix")
        return {**kinds, **dict.fromkeys(("heads", "cellBits", "bound"), "nat")}


def best_class(
    check: Anchored, q: int, a: int, terms: Sequence[list[list[tuple[int, int]]]]
) -> Class | None:
    """Of some shares, those that count most."""
    best: Class | None = None
    for shares in shares_to_try(len(check.heads)):
        found = check.class_of(q, a, shares, terms)
        if found is not None and (best is None or found.inputs > best.inputs):
            best = found
        if best is not None and best.inputs == check.v ** len(check.free):
            break
    return best


def row_bits(cap: int, start: int, heads: int) -> int:
    """Bits of a lane that holds what keys give, none of which gives more than `cap`."""
    most = PARTS * (2 + start) * cap
    return max(most.bit_length() + 1, WIDTH + (heads + 2).bit_length() + 2)


def _shares(found: Class | None) -> int:
    return 0 if found is None else packed([found.shares], FINE_BITS)[0]


def packed_levels(found: Class | None) -> int:
    """Of all tokens."""
    if found is None:
        return 0
    return packed([[NONE if each is None else each for each in found.levels]], LEVEL_BITS)[0]


QUARTIC_LAST = QuarticAnchored(
    LAST,
    "HeadsQuarticLast",
    0,
    "the last token: for each query, each other token at each position, all outputs at once, head by head;"
    " heads * d_vocab^2 * n_ctx row operations",
    "the task is the last token",
)
QUARTIC_FIRST = QuarticAnchored(
    FIRST,
    "HeadsQuarticFirst",
    1,
    "the first token: for each query and first token, each other token at each position, all outputs at once, head"
    " by head; heads * d_vocab^3 * n_ctx row operations",
    "the task is the first token, and boxes loses much",
)
