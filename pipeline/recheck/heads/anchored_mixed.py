"""The first or the last token, by numbers or output by output
(`lean/Compact/Transformer/Strategy/HeadsAnchoredMixed/Check.lean`)."""

from __future__ import annotations

from functools import partial

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads import anchored_cubic
from pipeline.recheck.heads.anchored import ByOutputs, Class, each_pair
from pipeline.recheck.heads.anchored_cubic import ByNumbers
from pipeline.recheck.heads.quartic import entry
from pipeline.recheck.heads.weights import Weights

NATS = (*anchored_cubic.NATS, "levelBits")
MATRICES = (*anchored_cubic.MATRICES, "tokenLevels")


def _count(label: str, start: int, w: Weights, c: Certificate) -> Counted:
    """The inputs that pass; free positions begin at `start`."""
    c.require(NATS, ("levels",), MATRICES)
    numbers = ByNumbers.of(label, start, w, c)
    outputs = ByOutputs(**vars(numbers))

    def class_of(q: int, a: int, place: int) -> Class | None:
        """`countOne`"""
        levels = entry(c.matrix("tokenLevels"), q, place)
        if levels:
            return outputs.class_with(q, a, place, levels - 1)
        return numbers.class_of(q, a, place)

    if not numbers.shorts_right():
        return Counted.of([])
    return Counted.of(each_pair(numbers, class_of))


count_last = partial(_count, "last", 0)
count_first = partial(_count, "first", 1)
