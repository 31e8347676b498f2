"""What strategies that count classes need of a model (mirror of `lean/Compact/Transformer/Classes/`).

A class holds the inputs with one query token, one maximum and a number of positions that do not hold
the maximum.  Tables are rounded further than an `Enclosure`: one row stands for all positions, and
one slack for all inputs of a query and a maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.transformer.checker.enclosure import Enclosure


@dataclass(frozen=True)
class Tables:
    """Plain numbers; indices as in the Lean structure `Tables`, whose literals pack the rows."""

    v: int
    n: int
    """Positions less one: the index of the query's own position."""
    width: int
    prec: int
    token: list[list[int]]
    """`[k][t]`"""
    direct: list[list[int]]
    """`[q][t]`"""
    last: list[int]
    """`[t]`, at the query's own position"""
    position: list[list[int]]
    """`[m][t]`, in place of all other positions when the maximum is `m`"""
    token_lo: list[list[int]]
    """`[q][k]`"""
    own: list[int]
    """`[q]`"""
    mass: list[int]
    """`[q]`"""
    low: list[list[int]]
    """`[q][k]`: the least weight of `k` of the other positions"""
    high: list[list[int]]
    """`[q][k]`: the greatest weight of `k` of the other positions"""
    slack: list[list[int]]
    """`[q][m]`"""
    units: int = 0
    """For a claim of a margin: for each maximum, so much is added to all other outputs of the direct paths
    (`Classes/RaisedTables.lean`)"""


def position_row(enclosure: Enclosure, m: int) -> list[int]:
    """The largest of the positions' rows, each shifted to be `2^width` at `m`
    (`positionRow` in `Classes/Position.lean`)."""
    top = 1 << enclosure.params.width
    rows = enclosure.pos_row[:-1]
    shifted = [[entry + top - row[m] for entry in row] for row in rows]
    return [max((row[t] for row in shifted), default=0) for t in range(len(enclosure.token_row))]


def slack_row(enclosure: Enclosure, q: int) -> list[int]:
    """What rounding may cost an input with the query `q`, by its maximum (`Classes/Slack.lean`)."""
    of_factor, of_gap, at_query = _slack(enclosure, q)
    worst = accumulate(
        (of_factor * e.lo + of_gap * (e.hi - e.lo) for e in enclosure.token_exp[q]), max
    )
    return [each + at_query for each in worst]


def slack_numbers(enclosure: Enclosure) -> tuple[list[int], list[int], list[int]]:
    """For each query: what rounding costs for each unit of a token's factor, for each unit between its bounds,
    and at the query's own position."""
    each = [_slack(enclosure, q) for q in range(len(enclosure.token_exp))]
    return [a for a, _, _ in each], [b for _, b, _ in each], [own for _, _, own in each]


def _slack(enclosure: Enclosure, q: int) -> tuple[int, int, int]:
    ceiling = 3 << enclosure.params.width
    *others, own = enclosure.pos_exp[q]
    top = max((f.hi for f in others), default=0)
    gap = max((f.hi - f.lo for f in others), default=0)
    n, e = len(others), enclosure.token_exp[q][q]
    at_query = (e.hi * own.hi - e.lo * own.lo) * ceiling + 3 * (e.hi * own.hi)
    return n * (gap * ceiling + 3 * top), n * (top * ceiling + 3 * top), at_query


def least_weights(lows: Sequence[int]) -> list[int]:
    """The least weight of `0, 1, ...` positions."""
    return [0, *accumulate(sorted(lows))]


def greatest_weights(lows: Sequence[int]) -> list[int]:
    """The greatest weight of `0, 1, ...` positions."""
    return [0, *accumulate(sorted(lows, reverse=True))]


def tables(enclosure: Enclosure) -> Tables:
    """The tables of a narrow enclosure."""
    v, n = len(enclosure.token_row), len(enclosure.pos_row) - 1
    lows = [[f.lo for f in row[:-1]] for row in enclosure.pos_exp]
    return Tables(
        v=v,
        n=n,
        width=enclosure.params.width,
        prec=enclosure.params.prec,
        token=enclosure.token_row,
        direct=enclosure.direct_row,
        last=enclosure.pos_row[-1],
        position=[position_row(enclosure, m) for m in range(v)],
        token_lo=[[e.lo for e in row] for row in enclosure.token_exp],
        own=[row[-1].lo for row in enclosure.pos_exp],
        mass=[sum(row) for row in lows],
        low=[least_weights(row) for row in lows],
        high=[greatest_weights(row) for row in lows],
        slack=[slack_row(enclosure, q) for q in range(v)],
    )
