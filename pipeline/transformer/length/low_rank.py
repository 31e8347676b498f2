"""The length of a low-rank proof (mirror of `lean/Compact/Transformer/Length/LowRank.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.transformer.length.basic import CLASS, ROW_CHECK, Asked, entry, exponential, product


def low_rank(a: Asked) -> int:
    v, p, d, h = a.v, a.n + 1, a.model.d_model, a.model.d_head
    mean = a.nat("attention") > 0
    ends = 2 if mean else 1
    multiplied = p * _through([v, d, h, d]) + v * _through([d, h, d]) + product(v + p, d, v)
    enclosed = v * d + _enclosed([v, d, h, d, v], a, "qk")
    enclosed += 3 * v * d + 2 * d * v + _enclosed([v, d, v], a, "eu")
    seen = v * (v + p) * (ROW_CHECK + exponentials(a.nat("expHigh"))) + a.masses()
    seen += v * exponential(a.nat("steps")) + running(v) * v * v
    tested = v * v * (24 * p + 16 if mean else 16 * p)
    total = multiplied + enclosed + 2 * p * v + v * v + seen + 18 * v * v + tested
    for q, m, code in a.codes():
        total += 29 + 45 * ends
        if code:
            total += a.over_runs(q, m, code - 1, 30 + 16 * ends, CLASS)
    return total


def exponentials(high: int) -> int:
    """One exponential among those of a matrix (`expRows`)."""
    return 23 + 8 * high


def running(v: int) -> int:
    """One lane of the running maxima and minima of a row."""
    return 2 + 18 * v.bit_length()


def _enclosed(sizes: Sequence[int], a: Asked, name: str) -> int:
    """`Chain.enclose` of factors with these numbers of rows and, last, of columns."""
    r, v = sizes[0], sizes[-1]
    total = 0
    for peel in a.rows(f"{name}Peels"):
        i = entry(peel, 0)
        total += 3 * entry(sizes, i) * entry(sizes, i + 1) + 4 * r * v
        total += _through(sizes[: i + 1]) + _through(sizes[i + 1 :])
    if a.nat(f"{name}Exact"):
        return total + r * v + v * _through(sizes[:-1])
    return total + sum(_ranges(sizes, plan) for plan in a.nats(f"{name}Plans") or [0])


def _through(sizes: Sequence[int]) -> int:
    """Twice the products of neighbours: one row times factors of these sizes, or factors times one column."""
    return sum(2 * rows * columns for rows, columns in pairwise(sizes))


def _ranges(sizes: Sequence[int], plan: int) -> int:
    """`Chain.ranges`"""
    r, c, *others = sizes
    if not others:
        return 3 * r * c
    if plan & 1:
        return product(r, c, others[0]) + _ranges([r, *others], plan >> 1)
    return 5 * r * c + _ranges([c, *others], plan >> 1)
