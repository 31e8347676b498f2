"""The lengths of quartic proofs (mirror of `Quartic*.lean` in `lean/Compact/Transformer/Length/`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.numbers.words import joined, words
from pipeline.transformer.length.basic import Asked, entry, rounds
from pipeline.transformer.length.tables import mass, tables


def quartic(a: Asked) -> int:
    return tables(a) + sheets(a)


def quartic_margin(a: Asked) -> int:
    return quartic(a) + 3 * a.v * a.v * words(a.bits("bits"), a.v)


def quartic_mass(a: Asked) -> int:
    return quartic(a) + mass(a)


def sheets(a: Asked) -> int:
    """`Length.sheets`: all outputs of all tokens at once."""
    v, planes, firsts, pair = a.v, a.rows("planes"), a.nats("firsts"), _pair(a)
    total = (_block(a) + _grids(a)) * len(a.rows("blocks"))
    for m in range(v):
        codes = planes[m] if m < len(planes) else []
        total += _maximum(a, m)
        for q in range(m + 1):
            total += pair
            if code := entry(codes, q):
                rows = max(0, m - (entry(firsts, m) >> 16 * q & 0xFFFF)) + 1
                total += _classes(a, a.classes(q, m), code, rows)
    return total


def _row(a: Asked) -> int:
    """A row of a sheet."""
    return words(a.bits("laneBits"), a.v)


def _sheet(a: Asked, rows: int) -> int:
    return words(a.bits("laneBits") * (a.v + 1), rows)


def _powers(a: Asked, count: int) -> int:
    return words(16 * a.nat("countBits"), count)


def _block(a: Asked) -> int:
    """`Frame.of` and `Asked.of`"""
    v, lane = a.v, a.bits("laneBits")
    running = (7 * rounds(v) + 3) * words(a.bits("bits"), v) + 12
    return 2 * v * joined(lane, v) + joined(lane * (v + 1), v) + v * running


def _grids(a: Asked) -> int:
    most = a.nat("mostRows")
    wide = joined(a.bits("laneBits") * (a.v + 1), most)
    return 14 * wide + 7 * joined(16 * a.nat("countBits"), most)


def _maximum(a: Asked, m: int) -> int:
    row = _row(a)
    return 2 * joined(a.bits("laneBits"), a.v) + 7 * _sheet(a, m) + m * (7 * row + 2) + 2 * row + 20


def _pair(a: Asked) -> int:
    return 25 + 29 * _row(a)


def _classes(a: Asked, last: int, code: int, rows: int) -> int:
    """One query and one maximum, with a code that is not 0."""
    lane, row, sheet = a.bits("laneBits"), _row(a), _sheet(a, rows)
    gaps = 3 * sheet + 4 * row + 10 * rows + joined(lane, rows)
    test = 8 * sheet + 12 * words(lane, rows) + 5 * row + 14 * _powers(a, rows) + 14
    powers = sum(20 + 3 * _powers(a, c) for c in range(1, last + 1))
    return gaps + (1 if code & 1 else last) * test + powers


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
    v, firsts, row = a.v, a.nats("firsts"), _row(a)

    def pair(m: int, q: int, k: int) -> int:
        needed = k if a.classes(q, m) else 0
        rows = max(0, needed - 1 - (entry(firsts, m) >> 16 * q & 0xFFFF)) + 1
        return _pair(a) + (10 + 8 * row + rows * (14 + 9 * row) if needed else 0)

    total = _block(a) * len(a.rows("blocks"))
    for m in range(v):
        if (k := below(m)) is not None:
            queries = (q for q in range(m + 1) if q == m or q < k)
            total += _maximum(a, m) + sum(pair(m, q, k) for q in queries)
    return tables(a) + total
