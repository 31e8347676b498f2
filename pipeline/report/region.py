"""Which share of the inputs with one query and one maximum is certified."""

from __future__ import annotations

from collections.abc import Iterable
from math import comb

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.classes import Run, with_others

Floats = npt.NDArray[np.float64]


def certified(v: int, n: int, runs: Iterable[Run]) -> Floats:
    """`[q, m]`: certified inputs over all, NaN where the query would be above the maximum; `n`
    positions before the query's."""
    counts = np.full((v, v), np.nan)
    for m in range(v):
        counts[: m + 1, m] = 0
    for run in runs:
        counts[run.query, run.maximum] += run.count(n) / class_size(n, run.query, run.maximum)
    return counts


def class_size(n: int, q: int, m: int) -> int:
    """All inputs with this query and this maximum."""
    return 1 + sum(comb(n, c) * int(m**c) for c in with_others(n, q, m))
