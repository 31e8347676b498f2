"""Functions on naturals that are computed on numbers instead of by their definitions.

Rule: `f m n` with numbers m, n reduces to the number (or truth value) given here, once `determined` has found the
theorem that says that the definition of `f` is this function.  Until then `f` is a definition like any other.
(Lean's kernel computes the same functions by their names alone: `src/kernel/type_checker.cpp`, `reduce_nat`.)
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd

MAX_EXPONENT = 1 << 24
"""Lean's bound too: beyond it, powers and shifts to the left are left to their definitions."""

Result = int | bool | None
"""None: too large to compute."""


def _sub(m: int, n: int) -> int:
    return m - n if m > n else 0


def _div(m: int, n: int) -> int:
    if n & (n - 1) == 0:  # a power of two: Python's division is slow on large numbers
        return m >> (n.bit_length() - 1) if n else 0
    return m // n


def _mod(m: int, n: int) -> int:
    if n & (n - 1) == 0:
        return m & (n - 1) if n else m
    return m % n


def _power(m: int, n: int) -> int | None:
    if m == 2:
        return 1 << n if n <= MAX_EXPONENT else None
    return m**n if n <= MAX_EXPONENT else None


def _shift_left(m: int, n: int) -> int | None:
    return m << n if n <= MAX_EXPONENT else None


BINARY: dict[str, Callable[[int, int], Result]] = {
    "Nat.add": lambda m, n: m + n,
    "Nat.sub": _sub,
    "Nat.mul": lambda m, n: m * n,
    "Nat.pow": _power,
    "Nat.div": _div,
    "Nat.mod": _mod,
    "Nat.gcd": gcd,
    "Nat.beq": lambda m, n: m == n,
    "Nat.ble": lambda m, n: m <= n,
    "Nat.land": lambda m, n: m & n,
    "Nat.lor": lambda m, n: m | n,
    "Nat.xor": lambda m, n: m ^ n,
    "Nat.shiftLeft": _shift_left,
    "Nat.shiftRight": lambda m, n: m >> n,
}


def log2(n: int) -> int:
    """Rounded down; log2 0 = 0."""
    return max(n.bit_length() - 1, 0)


UNARY: dict[str, Callable[[int], Result]] = {"Nat.log2": log2}
