"""Rows with long lanes and short entries, written without the gaps between entries (`lean/Compact/Packed/Widen.lean`).

Lanes have room for sums and products of entries, so that most of a row is zeros: written without these a certificate is
a third as long, and Lean reads it so much faster.  What Lean evaluates is the same list of naturals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDENING = "Compact.Packed.Widen"
"""The Lean module that moves entries apart."""

WORTH_IT = 1 << 12
"""A list whose numbers have fewer bits in all is written as it is."""


@dataclass(frozen=True)
class Dense:
    """A list of rows without gaps."""

    wide: int
    """Bits of a lane of the rows that are meant."""
    narrow: int
    """Bits of an entry, and of a lane of these rows."""
    doublings: int
    """Rows have at most two to this power entries."""
    rows: Sequence[int]


def entries(row: int, bits: int) -> list[int]:
    """The lanes of a row, as far as there are any that are not zero."""
    mask = (1 << bits) - 1
    return [row >> i & mask for i in range(0, row.bit_length(), bits)]


def dense(rows: Sequence[int], wide: int) -> Dense | None:
    """The rows without gaps; None if that is not a quarter shorter."""
    if wide < 1 or sum(row.bit_length() for row in rows) < WORTH_IT:
        return None
    lanes = [entries(row, wide) for row in rows]
    narrow = max(entry.bit_length() for row in lanes for entry in row)
    if max(map(len, lanes)) < 2 or 4 * narrow > 3 * wide:
        return None
    packed = [sum(entry << (narrow * i) for i, entry in enumerate(row)) for row in lanes]
    return Dense(wide, narrow, (max(map(len, lanes)) - 1).bit_length(), packed)
