"""What an operation on a row of lanes counts for in a length (mirror of `lean/Compact/Packed/Words.lean`)."""

from __future__ import annotations


def words(bits: int, lanes: int) -> int:
    """Words of 256 digits that so many lanes take: what one operation on such a row counts for."""
    return (bits * lanes + 255) // 256


def joined(bits: int, lanes: int) -> int:
    """Rows of 1, 2, ... lanes: joining entries one by one."""
    return lanes + bits * lanes * (lanes + 1) // 512
