"""The margin of every input's answer, and whether it is right, for one query at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.inputs.members import Bools
from pipeline.model import Model
from pipeline.transformer.accuracy import Logits, blocks
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.near_ties import is_right


@dataclass(frozen=True)
class Judged:
    """All inputs with one query, in the order of `members.Inputs`."""

    query: int
    margin: npt.NDArray[np.float64]
    """The answer's logit less the largest of the others, in float64"""
    right: Bools
    """Exactly"""


def judged(model: Model) -> Iterator[Judged]:
    """All queries, one after the other."""
    exact = circuits(model)
    logits = Logits.of(exact, model.frac)
    for query in range(model.d_vocab):
        margins, verdicts = [], []
        for block in blocks(logits.terms(exact, query), query):
            margin, limit = block.margins()
            right = margin > limit
            for index in np.flatnonzero(np.abs(margin) <= limit):
                right[index] = is_right(exact, model.frac, block.tokens(int(index)))
            margins.append(margin / (block.inner.weight + block.outer_weight) / logits.unit)
            verdicts.append(right)
        yield Judged(query, np.concatenate(margins), np.concatenate(verdicts))
