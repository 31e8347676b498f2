"""By how much a token leads all others in a row (mirror of `lean/Compact/Mixture/Leads.lean`).

Each is raised by `zero` to a natural.  A row `base`, the mean of the direct paths, is moved from these to the rows
of tokens: leads of parts add up to less than the lead of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.tables import Tables

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Leads:
    """For each maximum `m` a list for the tokens up to `m`."""

    base: list[int]
    token: list[list[int]]
    """`[m][k]`: attention to the token `k`, and to the row for all positions; with the base"""
    direct: list[list[int]]
    """`[m][q]`: direct path of the query `q`, without the base"""
    own: list[list[int]]
    """`[m][q]`: the whole path through the query's own position"""
    itself: list[list[int]]
    """`[m][q]`: the whole path through the maximum (`self` in Lean)"""


def lead_bits(width: int) -> int:
    """Bits of a lead (`Leads.bits`)."""
    return width + 4


def zero(width: int) -> int:
    """What stands for the lead 0 (`Leads.zero`)."""
    return 4 << width


def exact_leads(t: Tables) -> Leads:
    """The largest that Lean accepts.  What is added to all other outputs on direct paths, leads lack."""
    token, direct, position = (
        np.array(rows, dtype=np.int64) for rows in (t.token, t.direct, t.position)
    )
    base: Rows = direct.mean(axis=0).astype(np.int64)
    own = direct + token + np.array(t.last, dtype=np.int64)

    def leads(rows: Rows, m: int, less: int = t.units) -> list[int]:
        others = np.delete(rows, m, axis=1).max(axis=1)
        return [zero(t.width) + int(lead) - less for lead in rows[:, m] - others]

    maxima = range(t.v)
    return Leads(
        [int(entry) for entry in base],
        [leads(token[: m + 1] + position[m] + base, m, 0) for m in maxima],
        [leads(direct[: m + 1] - base, m) for m in maxima],
        [leads(own[: m + 1], m) for m in maxima],
        [leads(direct[: m + 1] + token[m] + position[m], m) for m in maxima],
    )
