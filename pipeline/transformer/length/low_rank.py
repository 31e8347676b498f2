"""The length of a low-rank proof (mirror of `lean/Compact/Transformer/Length/LowRank.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.transformer.length.basic import ROW_CHECK, Asked, entry, exponential, product
from pipeline.transformer.length.leads import of_class
from pipeline.transformer.length.tables import mass

PAIR = 5
CLASS = 5


def low_rank(a: Asked, first: int = 0) -> int:
    """`first` operations for what first tokens count for, in each step."""
    v, n, ends = a.v, a.n, 2 if a.nat("attention") > 0 else 1
    class_bits, steps_bits = a.bits("classBits"), a.bits("stepsBits")
    total = sum(_block(a, entry(each, 0)) for each in a.rows("blocks"))
    pair_bits, sizes = class_bits * n + 1, a.nats("sizes")
    for q in range(v):
        packed = entry(sizes, q)
        for m in range(q, v):
            code = packed >> (pair_bits * (m - q)) & ((1 << pair_bits) - 1)
            total += PAIR
            if code:
                total += 30 + 36 * ends
            for i in range(a.classes(q, m) if code else 0):
                total += CLASS
                said = (code - 1) >> (class_bits * i) & ((1 << class_bits) - 1)
                if said:
                    count = said & ((1 << steps_bits) - 1)
                    total += 9 * ends + 2 + of_class(a, 22 + first + 9 * ends, count, i + 1)
    return total


def low_rank_mass(a: Asked) -> int:
    return low_rank(a, 3) + len(a.rows("blocks")) * mass(a)


def _block(a: Asked, q: int) -> int:
    """A block of `q` queries, without counting."""
    v, n, p, d, h = a.v, a.n, a.n + 1, a.model.d_model, a.model.d_head
    multiplied = p * _through([q, d, h, d]) + v * _through([d, h, d]) + product(v + p, d, v)
    enclosed = q * d + _enclosed([q, d, h, d, v], a, "qk")
    enclosed += 3 * q * d + 2 * d * v + _enclosed([q, d, v], a, "eu")
    seen = q * (v + p) * (ROW_CHECK + exponentials(a.nat("expHigh"))) + q * (n + 1) * (4 * n + 11)
    seen += q * exponential(a.nat("prec"), a.nat("steps")) + running(v) * q * v
    tested = v * v * (24 * p + 16 if a.nat("attention") > 0 else 16 * p)
    rows = 2 * p * v + q * v + 18 * (q + v) * v + 12 * a.pairs
    return multiplied + enclosed + seen + tested + rows


def exponentials(high: int) -> int:
    """One exponential among those of a matrix (`expRows`)."""
    return 23 + 8 * high


def running(v: int) -> int:
    """One lane of the running maxima of a row."""
    return 1 + 9 * v.bit_length()


def _enclosed(sizes: Sequence[int], a: Asked, name: str) -> int:
    """`Chain.enclose` of factors with these numbers of rows and, last, of columns."""
    r, v = sizes[0], sizes[-1]
    total = 0
    for peel in a.rows(f"{name}Peels"):
        i = entry(peel, 0)
        total += entry(sizes, i) * (3 * entry(sizes, i + 1) + 10) + 4 * r * v
        total += _passed(sizes[: i + 1]) + _passed(sizes[i + 1 :])
    if a.nat("finer"):
        total += _through(sizes) + 3 * r * v
    if a.nat(f"{name}Exact"):
        return total + r * v + v * _through(sizes[:-1])
    return total + sum(_ranges(sizes, plan) for plan in a.nats(f"{name}Plans") or [0])


def _through(sizes: Sequence[int]) -> int:
    """Twice the products of neighbours: one row times factors of these sizes."""
    return sum(2 * rows * columns for rows, columns in pairwise(sizes))


def _passed(sizes: Sequence[int]) -> int:
    """One row times factors of these sizes, or factors times one column: rows are packed anew for each."""
    return sum(3 * rows * columns + 8 * rows + 10 for rows, columns in pairwise(sizes))


def _ranges(sizes: Sequence[int], plan: int) -> int:
    """`Chain.ranges`"""
    r, c, *others = sizes
    if not others:
        return 5 * r * c
    if plan & 1:
        return product(r, c, others[0]) + _ranges([r, *others], plan >> 1)
    return 5 * r * c + _ranges([c, *others], plan >> 1)
