"""Which share of the inputs with one maximum and one gap is certified.

The gap of an input is how far its largest other token lies below the maximum: regions are made of such inputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from pipeline.report.region import Floats
from pipeline.transformer.checker.classes import Run

MOST = 16
"""Gaps from this on are one; inputs that hold nothing but the maximum are among them."""


def certified_by_gap(v: int, n: int, runs: Iterable[Run]) -> Floats:
    """`[m, g - 1]`: certified inputs with the maximum `m` and the gap `g` over all, NaN where there are none; the query
    has `n` positions before it."""
    found = [[0] * MOST for _ in range(v)]
    for run in runs:
        within = [_within(n, run, run.maximum - gap) for gap in range(1, MOST + 1)]
        for place, many in enumerate([*(a - b for a, b in pairwise(within)), within[-1]]):
            found[run.maximum][place] += many
    shares = np.full((v, MOST), np.nan)
    for m, row in enumerate(found):
        everything = [_all_within(n, m, m - gap) for gap in range(1, MOST + 1)]
        sizes = [*(a - b for a, b in pairwise(everything)), everything[-1]]
        for place, (many, size) in enumerate(zip(row, sizes, strict=True)):
            if size:
                shares[m, place] = many / size
    return shares


def _within(n: int, run: Run, most: int) -> int:
    """The inputs of a run whose other tokens are at most this."""
    if run.query != run.maximum and run.query > most:
        return 0
    kept = [place for place, token in enumerate(run.tokens) if token <= most]
    levels = tuple(run.levels[place] for place in kept) if run.levels else ()
    if run.levels and not kept:
        return int(run.first == 0)
    tokens = tuple(run.tokens[place] for place in kept)
    return run._replace(tokens=tokens, levels=levels).count(n)


def _all_within(n: int, m: int, most: int) -> int:
    """All inputs with the maximum `m` whose other tokens are at most this."""
    others = max(0, min(m - 1, most) + 1)
    return int((others + 1) ** (n + 1) - others ** (n + 1))
