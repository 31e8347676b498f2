"""Levels of tokens, their own outputs apart (mirror of `lean/Compact/Transformer/Apart/`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.leads import Leads, exact_leads, zero
from pipeline.transformer.checker.mixture import Pair
from pipeline.transformer.checker.tables import Tables


def apart_leads(t: Tables) -> Leads:
    """The largest that Lean accepts: those of tokens are over all outputs but their own."""
    token, position = (np.array(rows, dtype=np.int64) for rows in (t.token, t.position))
    leads = exact_leads(t)
    np.fill_diagonal(token, 0)
    base = np.array(leads.base, dtype=np.int64)

    def of_maximum(m: int) -> list[int]:
        rows = token[: m + 1] + position[m] + base
        others = np.delete(rows, m, axis=1).max(axis=1)
        return [zero(t.width) + int(lead) for lead in rows[:, m] - others]

    return replace(leads, token=[of_maximum(m) for m in range(t.v)])


def admitted(t: Tables, leads: Leads, parts: int, bits: int) -> Iterator[Run]:
    """The classes that are counted, and their tokens; rows are packed in lanes of so many bits."""
    for m in range(t.v):
        for q in range(m + 1):
            yield from _of_pair(t, leads, parts, bits, q, m)


def _of_pair(t: Tables, leads: Leads, parts: int, bits: int, q: int, m: int) -> Iterator[Run]:
    """Those of one query and one maximum (`counted`)."""
    pair, z = Pair(t, leads, q, m), zero(t.width)
    every = pair.spare(t.mass[q])
    if not every:
        return
    yield Run(q, m, 0, 0, ())
    classes = with_others(t.n, q, m)
    weight = t.low[q][t.n - max(classes, default=0)]
    spare = min(every, pair.spare(weight))
    whole = t.high[q][1] * parts
    unit = (spare - 1) // whole if spare and whole else 0
    if not unit:
        return
    own = t.token_lo[q][q] * t.own[q]
    alpha, beta = weight * t.token_lo[q][m] // whole, own // whole
    direct = t.direct[q]
    itself = [a + b + c for a, b, c in zip(direct, t.token[m], t.position[m], strict=True)]
    path = [a + b + c for a, b, c in zip(direct, t.token[q], t.last, strict=True)]
    reach_self = itself[m] + z - leads.itself[m][q]
    reach_own = path[m] + z - leads.own[m][q]
    if unit + alpha * reach_self + beta * reach_own >= 1 << bits:
        return
    levels: dict[int, int] = {}
    lead = leads.direct[m][q]
    for s in range(m):
        factor, token, position = t.token_lo[q][s], t.token[s], t.position[m]
        short = max(0, 2 * z - lead - leads.token[m][s])
        ahead = direct[s] + token[s] + position[s] - direct[m] - token[m] - position[m]
        more = unit + alpha * (reach_self - itself[s]) + beta * (reach_own - path[s])
        level = 1 + max(factor * short // unit, factor * max(0, ahead) // more)
        if level <= parts:
            levels[s] = level
    for others in classes if levels else ():
        yield Run(q, m, others, others, tuple(levels), tuple(levels.values()), parts)
