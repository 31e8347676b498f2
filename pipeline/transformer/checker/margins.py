"""Margins: by how much a token leads all others in a row (mirror of `Margins` in
`lean/Compact/Transformer/Minimum/`).

Each is raised by an offset to a natural.  `exact_margins` are the largest that `Check.lean` accepts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.transformer.checker.tables import Tables

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Margins:
    """For each maximum `m` a list for the tokens up to `m`."""

    token: list[list[int]]
    """`[m][k]`, raised by `offset`: attention to the token `k`, and to the row for all positions"""
    direct: list[list[int]]
    """`[m][q]`, raised by `offset`: direct path of the query `q`"""
    own: list[list[int]]
    """`[m][q]`, raised by twice `offset`: the whole path through the query's own position"""


def margin_bits(width: int) -> int:
    """Bits of a margin (`Margins.bits`)."""
    return width + 4


def offset(width: int) -> int:
    """What stands for the margin 0 (`Margins.offset`)."""
    return 2 << width


def exact_margins(t: Tables) -> Margins:
    """Minima over all other outputs, of whole sums of rows."""
    rows, o = _Rows.of(t), offset(t.width)
    own = rows.direct + rows.token + rows.last
    return Margins(
        [_leads(rows.token[: m + 1] + rows.position[m], m, o) for m in range(t.v)],
        [_leads(rows.direct[: m + 1], m, o) for m in range(t.v)],
        [_leads(own[: m + 1], m, 2 * o) for m in range(t.v)],
    )


@dataclass(frozen=True)
class _Rows:
    """The rows of the tables; all sums of them are small."""

    token: Rows
    direct: Rows
    last: Rows
    position: Rows

    @classmethod
    def of(cls, t: Tables) -> _Rows:
        rows = (t.token, t.direct, [t.last], t.position)
        return cls(*(np.array(each, dtype=np.int64) for each in rows))


def _lead(rows: Rows, m: int) -> Rows:
    """By how much `m` leads all others, in each row."""
    lead: Rows = rows[:, m] - np.delete(rows, m, axis=1).max(axis=1)
    return lead


def _leads(rows: Rows, m: int, raised: int) -> list[int]:
    return [raised + int(lead) for lead in _lead(rows, m)]
