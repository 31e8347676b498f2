"""The lengths of strategies that count classes by tables, and of brute force (mirror of `Length/`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.transformer.length.basic import (
    ROW_CHECK,
    Asked,
    entry,
    exponential,
    factor,
    product,
    slacks,
)

SPARE = 22
APART = 19
APART_PAIR = 64


def circuits(a: Asked) -> int:
    v, p, d, h = a.v, a.n + 1, a.model.d_model, a.model.d_head
    products = [(v, d, h), (v, d, h), (h, d, v), (h, d, v), (h, d, p), (p, d, h)]
    products += [(v, h, v), (v, h, v), (v, d, v), (v, h, p), (p, h, v)]
    return v * d + sum(product(*sizes) for sizes in products)


def tables(a: Asked) -> int:
    """`Tables.check`"""
    v, n = a.v, a.n
    compared = ROW_CHECK * (v * (2 * v + n + 1) + v * (v + n + 1)) + 8 * v * n * v
    factors = v * (v + n + 1) * factor(a.nat("steps")) + a.masses()
    return circuits(a) + compared + factors + v * (slacks(v) * v + 2 * n) + 2 * v * v


def running(a: Asked) -> int:
    return 6 * a.v * a.v + 2 * a.pairs


def brute_force(a: Asked) -> int:
    v, p = a.v, a.n + 1
    rows = v * (v + p) * factor(a.nat("steps")) + 8 * v * (2 * v + p)
    inputs: int = v**p
    return circuits(a) + rows + v * p * v * (6 + 2 * v) + inputs * (p * (v + 1) + 4 * v)


def brute_force_mass(a: Asked) -> int:
    """A weight is read, multiplied with and added for each token of each input."""
    inputs: int = a.v ** (a.n + 1)
    return brute_force(a) + 4 * (a.n + 1) * inputs


def brute_force_loss(a: Asked) -> int:
    """An exponential for each output of each input, and four for the logarithm."""
    v, p = a.v, a.n + 1
    inputs: int = v**p
    each = (v + 4) * (exponential(a.nat("lossPrec"), a.nat("lossSteps")) + 8) + 8 * p + 30
    return brute_force(a) + inputs * each


def leads(a: Asked) -> int:
    """`Leads.check`"""
    return 28 * a.v * a.pairs


def counted(a: Asked, each: Callable[[int], int], more: Callable[[int], int]) -> int:
    """Counting with leads: `each(m)` operations for each level, `more(m)` for each query."""
    parts, count = a.nat("parts"), len(a.nats("levels"))

    def of_class(m: int, c: int) -> int:
        number = count if c > 1 else 1
        terms = 2 * number * (number + max(0, c - 2) * (parts + 1))
        return 18 + number * each(m) + parts + 1 + terms

    return sum(
        (m + 1) * (SPARE + more(m) + sum(of_class(m, c) for c in range(1, a.n))) + of_class(m, a.n)
        for m in range(a.v)
    )


def claimed(a: Asked, more: int) -> int:
    """Counting with leads, from what is claimed of sizes: `more` operations for each query."""
    parts, levels, rows = a.nat("parts"), len(a.nats("levels")), a.nats("sizes")
    size, whole = a.bits("sizeBits"), a.bits("classBits")

    def of_class(c: int, claims: int) -> int:
        number = levels if c > 1 else 1
        k = sum(1 for j in range(number) if claims >> (size * j) & ((1 << size) - 1))
        terms = 2 * k * (k + max(0, c - 2) * (parts + 1))
        return 18 + 5 * number + 23 * k + parts + 1 + terms

    total = 0
    for m in range(a.v):
        row = entry(rows, m)
        for q in range(m + 1):
            claims = row >> (q * whole * a.n)
            total += SPARE + more
            classes = [claims >> (whole * i) & ((1 << whole) - 1) for i in range(a.n - (q < m))]
            total += sum(of_class(i + 1, each) for i, each in enumerate(classes))
    return total


def prefix(a: Asked) -> int:
    return tables(a) + leads(a) + running(a) + claimed(a, 2)


def apart(a: Asked) -> int:
    """`Apart.countBlock`, for all maxima."""
    parts = a.nat("parts") + 1

    def of_class(c: int) -> int:
        return parts + 2 * max(0, c - 1) * parts

    each = sum(of_class(c) for c in range(1, a.n))
    token = APART + 2 * (1 + a.nat("countBits") * a.nat("parts") // 256)
    pairs = sum((m + 1) * (APART_PAIR + token * m + each) + of_class(a.n) for m in range(a.v))
    return pairs + 4 * a.v * a.v


def cubic(a: Asked) -> int:
    return tables(a) + leads(a) + apart(a)


def lacks(a: Asked) -> int:
    """Tokens by what they lack, at each level."""
    return tables(a) + leads(a) + counted(a, lambda m: 10 + 6 * m, lambda m: 9 * m)


def margin(a: Asked) -> int:
    """What a margin adds to counting with leads."""
    cells: int = a.v * a.v * a.v
    return 4 * cells


def prefix_margin(a: Asked) -> int:
    return prefix(a) + margin(a)


def cubic_margin(a: Asked) -> int:
    return lacks(a) + margin(a)


def mass(a: Asked) -> int:
    """What weights of tokens add to counting with leads."""
    each: int = a.v * (4 * (a.n + 1) + 3 * a.v)
    return each


def prefix_mass(a: Asked) -> int:
    levels = counted(a, lambda _: 31, lambda _: 2)
    return tables(a) + leads(a) + running(a) + levels + mass(a)


def cubic_mass(a: Asked) -> int:
    return tables(a) + leads(a) + counted(a, lambda m: 10 + 8 * m, lambda m: 12 * m) + mass(a)


def sheets(a: Asked) -> int:
    """`Length.sheets`: all outputs of all tokens at once."""
    v, planes, firsts, most = a.v, a.rows("planes"), a.nats("firsts"), a.nat("mostRows")

    def pair(m: int, q: int, code: int) -> int:
        if not code:
            return 0
        rows = max(0, m - (entry(firsts, m) >> 16 * q & 0xFFFF)) + 1
        classes = a.classes(q, m)
        tests = (1 if code & 1 else classes) * (7 * v + rows * (12 * v + 75))
        powers = sum(128 * c * c for c in range(1, classes + 1))
        return 6 * v + rows * (5 * v + 8) + tests + powers

    block = (9 + 9 * v.bit_length()) * v * v + 4 * v * most * most
    total = block * len(a.rows("blocks"))
    for m in range(v):
        codes = planes[m] if m < len(planes) else []
        total += 12 * v + 21 * m * v + (m + 1) * (20 + 44 * v)
        total += sum(pair(m, q, entry(codes, q)) for q in range(m + 1))
    return total


def quartic(a: Asked) -> int:
    return tables(a) + sheets(a)


def quartic_margin(a: Asked) -> int:
    cells: int = a.v * a.v * a.v
    return quartic(a) + 3 * cells


def quartic_mass(a: Asked) -> int:
    return quartic(a) + mass(a)


def quartic_region(a: Asked) -> int:
    least, gap = a.nat("least"), a.nat("gap")
    return _region(a, lambda m: m - min(m, max(0, gap - 1)) if m >= least else None)


def quartic_gaps(a: Asked) -> int:
    bits, packed = a.bits("gapBits"), a.nat("gaps")

    def below(m: int) -> int | None:
        gap = packed >> bits * m & (1 << bits) - 1
        return m - min(m, gap - 1) if gap else None

    return _region(a, below)


def _region(a: Asked, below: Callable[[int], int | None]) -> int:
    """`Length.region`: each maximum that is asked for, and each query of the region."""
    v, firsts = a.v, a.nats("firsts")

    def pair(m: int, q: int, k: int) -> int:
        needed = k if a.classes(q, m) else 0
        rows = max(0, needed - 1 - (entry(firsts, m) >> 16 * q & 0xFFFF)) + 1
        return 20 + 44 * v + (7 * v + rows * (20 + 14 * v) if needed else 0)

    total = (9 + 9 * v.bit_length()) * v * v * len(a.rows("blocks"))
    for m in range(v):
        if (k := below(m)) is not None:
            queries = (q for q in range(m + 1) if q == m or q < k)
            total += 12 * v + 21 * m * v + sum(pair(m, q, k) for q in queries)
    return tables(a) + total
