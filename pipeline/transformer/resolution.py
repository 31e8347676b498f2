"""A common denominator that leaves room for rounding.

Checkers charge up to one unit of `2^(-4 frac)` for rounding a logit, rounded or not.  For trained
weights, with `frac` about 30, that is nothing; for weights that are small integers it would be
more than the margins.  The same numbers over a larger power of two have finer units.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Model

LEAST_FRAC = 16


def refine(model: Model) -> Model:
    """The same model with `frac` at least `LEAST_FRAC`."""
    extra = LEAST_FRAC - model.frac
    if extra <= 0:
        return model
    tensors = {
        name: [[entry << extra for entry in row] for row in rows]
        for name, rows in model.tensors.items()
    }
    return replace(model, frac=LEAST_FRAC, tensors=tensors)
