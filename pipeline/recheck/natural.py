"""Arithmetic of Lean's `Nat` where it differs from Python's, and its limits.

The kernel evaluates `Nat.pow` up to the exponent `2^24` only.  Beyond that, and for numbers of more than `2^26` bits,
nothing is evaluated here either.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recheck.refused import BeyondLimits

MAX_EXPONENT = 1 << 24
MAX_BITS = 1 << 26


def minus(a: int, b: int) -> int:
    """`Nat.sub`: truncated at 0."""
    return a - b if a > b else 0


def div(a: int, b: int) -> int:
    """`Nat.div`: by 0 it gives 0."""
    return a // b if b else 0


def power(base: int, exponent: int) -> int:
    """`Nat.pow`"""
    if exponent > MAX_EXPONENT or base.bit_length() * exponent > MAX_BITS:
        raise BeyondLimits(
            f"a power with an exponent of {exponent.bit_length()} bits is beyond what is evaluated"
        )
    return int(base**exponent)


def shift_left(a: int, bits: int) -> int:
    """`Nat.shiftLeft`"""
    if a and a.bit_length() + bits > MAX_BITS:
        raise BeyondLimits("a number of more than 2^26 bits is beyond what is evaluated")
    return a << bits if a else 0


def log2(a: int) -> int:
    """`Nat.log2`, where `log2 0 = 0`."""
    return max(a.bit_length() - 1, 0)


def nth(xs: Sequence[int], i: int, default: int = 0) -> int:
    """`nth default xs i`: the entry, or the default beyond the end of the list."""
    return xs[i] if i < len(xs) else default
