"""Levels of tokens, their own outputs apart (`lean/Compact/Transformer/Apart`).

Written from the Lean definitions: inputs are counted by going through sums of levels, and rows are lists of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Group, Levelled
from pipeline.recheck.natural import div, minus, nth, power
from pipeline.recheck.packed import lane, unpack
from pipeline.recheck.transformer.leads import Asked


def without(bits: int, token: int, row: int) -> int:
    """A row of a token without its own output."""
    return minus(row, lane(bits, row, token) << bits * token)


def of_query(asked: Asked, c: Certificate) -> Iterator[Group]:
    """The inputs with one query and one maximum (`counted`)."""
    t, q, m, parts = asked.t, asked.q, asked.m, c.nat("parts")
    every = asked.spare(nth(t.mass, q))
    if every == 0:
        return
    yield Levelled(q, m, t.n, 0, (), parts)
    most = t.n - (q != m)
    weight = lane(t.bits, nth(t.low, q), minus(t.n, most))
    spare = min(every, asked.spare(weight))
    whole = lane(t.bits, nth(t.high, q), 1) * parts
    unit = div(minus(spare, 1), whole)
    if not unit:
        return
    levels = tuple(_levels(asked, parts, weight, whole, unit))
    for others in range(1, most + 1):
        yield Levelled(q, m, t.n, others, levels, parts)


def _levels(
    asked: Asked, parts: int, weight: int, whole: int, unit: int
) -> Iterator[tuple[int, int]]:
    """The tokens that take no more than all parts, with their levels (`gradesAt`)."""
    t, q, m = asked.t, asked.q, asked.m

    def row(packed: int) -> list[int]:
        return unpack(t.bits, t.v, packed)

    direct, position = row(nth(t.direct, q)), row(nth(t.position, m))
    itself = row(nth(t.direct, q) + nth(t.token, m) + nth(t.position, m))
    path = row(nth(t.direct, q) + nth(t.token, q) + t.last)
    alpha = div(weight * asked.factor(m), whole)
    beta = div(asked.factor(q) * nth(t.own, q), whole)
    reach_self = minus(itself[m] + asked.zero, asked.itself)
    reach_own = minus(path[m] + asked.zero, asked.own)
    if unit + alpha * reach_self + beta * reach_own >= power(2, t.bits):
        return
    for s in range(m):
        factor, token = asked.factor(s), nth(t.token, s)
        here, there = (direct[i] + lane(t.bits, token, i) + position[i] for i in (s, m))
        more = unit + alpha * minus(reach_self, itself[s]) + beta * minus(reach_own, path[s])
        level = 1 + max(
            div(asked.lack(factor, asked.token[s]), unit), div(factor * minus(here, there), more)
        )
        if level <= parts:
            yield s, level
