"""The first token, by boxes of inputs: `lean/Compact/Transformer/Strategy/HeadsFirst.lean`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.heads.first_check import Box, Boxes, Head
from pipeline.transformer.heads.model import HeadsModel, cell_bits, plain_heads
from pipeline.transformer.heads.quartic import FINE_BITS, PRECISIONS, STEPS, WIDTH
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.strategies.table_fields import packed
from pipeline.transformer.tasks import words_for

FIRST = "first"
ROOM = FINE_BITS + 10
"""Lanes of rows have so many bits more than a rounded logit."""
LARGEST_PARTS = (4, 16)
"""Of shares that are tried, one may be all but the fourth, or sixteenth, part."""


@dataclass(frozen=True)
class Found:
    """What is counted at one rounding."""

    params: Params
    boxes: Boxes
    each: Sequence[Sequence[Box | None]]
    """`[q][a]`"""

    @property
    def bound(self) -> int:
        return sum(self.boxes.inputs(box) for row in self.each for box in row if box is not None)


class HeadsFirst:
    """For each query and first token, which tokens may stand in between."""

    name = "boxes"
    checker = "HeadsFirst"
    summary = (
        "the first token: one number for each query, first token, other token and head;"
        " heads * d_vocab^3 * n_ctx steps"
    )
    when = "the task is the first token"

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """The coarsest rounding, of some, from which on nothing is gained."""
        if model.task != FIRST:
            raise MalformedInput(
                f"{self.name} proves answers with the first token, not with {words_for(model.task)}",
                cure="use another --strategy, or --task first",
            )
        if model.n_ctx < 2 or model.d_vocab < 2:
            raise MalformedInput(f"{self.name} needs two positions and two tokens")
        progress("multiplying the weights out")
        plain = plain_heads(model)
        exact = [circuits(head) for head in plain]
        bits = max(lane_bits(each, model.frac) for each in exact)

        def at(prec: int) -> Found:
            params = Params(prec, STEPS, max(0, bits - WIDTH + 2), WIDTH)
            heads = [Head(enclose(each, model.frac, params)) for each in exact]
            progress(f"looking at boxes, {len(heads)} heads, {prec} bits")
            boxes = Boxes(heads, FINE_BITS)
            return Found(params, boxes, [_boxes(boxes, q) for q in range(model.d_vocab)])

        found = at(PRECISIONS[0])
        for prec in PRECISIONS[1:]:
            if found.bound == model.d_vocab**model.n_ctx:
                break
            finer = at(prec)
            if finer.bound <= found.bound:
                break
            found = finer
        short_bits, heads = WIDTH + 2, found.boxes.heads
        fields: dict[str, Value] = {
            "prec": found.params.prec,
            "steps": found.params.steps,
            "shift": found.params.shift,
            "width": found.params.width,
            "bits": WIDTH + ROOM,
            "shareBits": FINE_BITS,
            "shares": [
                [packed([box.shares], FINE_BITS)[0] if box is not None else 0 for box in row]
                for row in found.each
            ],
            "leads": [
                [packed([box.leads], short_bits)[0] if box is not None else 0 for box in row]
                for row in found.each
            ],
            "tokenShort": [packed(head.token_short, short_bits) for head in heads],
            "posShort": [packed(head.pos_short, short_bits) for head in heads],
            "heads": len(heads),
            "cellBits": cell_bits(model),
            "bound": found.bound,
        }
        return Certificate(self.name, found.bound, fields)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsFirst.Certificate`."""
        names = ("prec", "steps", "shift", "width", "bits", "shareBits")
        kinds: dict[str, Kind] = dict.fromkeys(names, "nat")
        kinds |= dict.fromkeys(("shares", "leads", "tokenShort", "posShort"), "matrix")
        return {**kinds, **dict.fromkeys(("heads", "cellBits", "bound"), "nat")}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model, and the rest."""
        return ["Bool.and_intro"]


def _boxes(boxes: Boxes, q: int) -> list[Box | None]:
    """The boxes of one query: of some shares, those that count most."""
    terms = [head.terms(q) for head in boxes.heads]
    return [_best(boxes, q, a, terms) for a in range(boxes.v)]


def _best(boxes: Boxes, q: int, a: int, terms: Sequence[list[list[tuple[int, int]]]]) -> Box | None:
    best: Box | None = None
    for shares in _shares(len(boxes.heads)):
        found = boxes.box(q, a, shares, terms)
        if found is not None and (best is None or len(found.tokens) > len(best.tokens)):
            best = found
        if best is not None and len(best.tokens) == boxes.v:
            break
    return best


def _shares(heads: int) -> Iterator[Sequence[int]]:
    """Shares that add up to a little less than all: equal ones, then one that is large."""
    whole = (1 << FINE_BITS) - 1
    yield [whole // heads] * heads
    if heads > 1:
        for part in LARGEST_PARTS:
            small = whole // part // (heads - 1)
            for i in range(heads):
                yield [whole - small * (heads - 1) if j == i else small for j in range(heads)]
