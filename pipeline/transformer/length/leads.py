"""The lengths of strategies that count classes with leads (mirror of `Mixture.lean`, `Prefix*.lean`, `Cubic*.lean`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.numbers.words import joined, words
from pipeline.transformer.length.basic import Asked, entry, rounds
from pipeline.transformer.length.tables import mass, tables


def leads(a: Asked) -> int:
    """`Leads.check`, for all maxima"""
    row = words(a.bits("bits"), a.v)
    return 4 * a.pairs * (4 * row + 6) + a.v * (12 * row + 20)


def running(a: Asked) -> int:
    """Running maxima of the factors of each query, and running minima of leads, in all blocks."""
    each = a.v * ((7 * rounds(a.v) + 3) * words(a.bits("bits"), a.v) + 12) + 2 * a.pairs
    return len(a.rows("blocks")) * each


def of_class(a: Asked, each: int, count: int, c: int) -> int:
    """A class with `c` other tokens: `each` and a power for each level, and a power of their sum."""
    bits, parts = a.nat("countBits"), a.nat("parts") + 1
    levels = count * (each + 4 * words(bits, parts))
    return 8 * words(a.bits("bits"), 1) + 12 + levels + 3 * words(bits * parts, c)


def spare(a: Asked) -> int:
    """A query and a maximum, and the class without other tokens."""
    return 20 * words(a.bits("bits"), 1) + 12


def counted(a: Asked, each: Callable[[int], int], more: Callable[[int], int]) -> int:
    """Counting with leads: `each(m)` operations for each level, `more(m)` for each query."""
    count, total = len(a.nats("levels")), 0
    for m in range(a.v):
        level = each(m)
        classes = [of_class(a, level, count if c > 1 else 1, c) for c in range(1, a.n + 1)]
        total += (m + 1) * (spare(a) + more(m) + sum(classes[: a.n - 1]))
        total += classes[-1] if classes else of_class(a, level, 1, 1)
    return total


def claimed(a: Asked) -> int:
    """Counting with leads, from what is claimed of sizes."""
    levels, rows = len(a.nats("levels")), a.nats("sizes")
    size, whole = a.bits("sizeBits"), a.bits("classBits")

    def claims_of(c: int, said: int) -> int:
        number = levels if c > 1 else 1
        k = sum(1 for j in range(number) if said >> (size * j) & ((1 << size) - 1))
        return number + of_class(a, 10, k, c)

    total = 0
    for m in range(a.v):
        row = entry(rows, m)
        for q in range(m + 1):
            claims = row >> (q * whole * a.n)
            classes = [claims >> (whole * i) & ((1 << whole) - 1) for i in range(a.n - (q < m))]
            total += spare(a) + sum(claims_of(i + 1, each) for i, each in enumerate(classes))
    return total


def prefix(a: Asked) -> int:
    return tables(a) + leads(a) + running(a) + claimed(a)


def prefix_margin(a: Asked) -> int:
    return prefix(a) + margin(a)


def prefix_mass(a: Asked) -> int:
    return tables(a) + leads(a) + running(a) + counted(a, lambda _: 14, lambda _: 2) + mass(a)


def margin(a: Asked) -> int:
    """What a margin adds: rows of direct paths are raised and tested for each maximum."""
    return a.v * words(a.bits("bits"), a.v) * (2 * a.v + 8)


def apart(a: Asked) -> int:
    """`Apart.countBlock`, for all maxima"""
    v, bits, count, parts = a.v, a.bits("bits"), a.nat("countBits"), a.nat("parts")
    token = 11 + 2 * words(bits, 1) + 2 * words(count, parts + 2)
    classes = [5 + 3 * words(count * (parts + 1), c) for c in range(1, a.n)]
    last = 5 + 3 * words(count * (parts + 1), a.n)
    maximum = 3 * v + joined(bits, v) + 4 * words(bits, v) + 10 + last
    pair = 22 * words(bits, 1) + 26 + sum(classes)
    pairs = sum((m + 1) * (pair + 9 * words(bits, m) + token * m) for m in range(v))
    return v * maximum + pairs


def cubic(a: Asked) -> int:
    return tables(a) + leads(a) + apart(a)


def cubic_margin(a: Asked) -> int:
    """Tokens by what they lack, at each level."""
    W = a.nat("prec") + a.nat("width") + 5
    return tables(a) + leads(a) + _lacks(a, W, 3) + margin(a)


def cubic_mass(a: Asked) -> int:
    W = a.nat("prec") + a.nat("width") + 5 + a.nat("weightBits")
    return tables(a) + leads(a) + _lacks(a, W, 5) + mass(a)


def _lacks(a: Asked, bits: int, rows: int) -> int:
    """Counting with what tokens lack, in lanes of so many bits: so many rows for each level."""
    return counted(a, lambda m: 14 + rows * words(bits, m), lambda m: 3 * m + joined(bits, m) + 4)
