"""Which strategy to use, if nobody says."""

from __future__ import annotations

from pipeline.families import family_of
from pipeline.family import AnyModel

MOST_INPUTS = 1 << 12
"""So many inputs are looked at one by one: more take Lean a minute."""


def dearest_possible(model: AnyModel) -> str:
    """The first strategy of the model's family, unless that looks at all inputs and there are too many."""
    names = list(family_of(model).strategies)
    few = model.d_vocab**model.n_ctx <= MOST_INPUTS
    return next(name for name in names if few or name != "brute-force" or len(names) == 1)
