"""A matrix of exact numbers as a Lean definition: one packed natural per row."""

from __future__ import annotations

from collections.abc import Sequence

DEEP = 128
"""Entries of a list beyond which Lean has to be told not to give up on it for its depth."""


def depth(longest: int) -> str:
    """What is said to Lean before a definition with a list of so many entries."""
    return "set_option maxRecDepth 1000000\n\n" if longest > DEEP else ""


def pack_row(row: Sequence[int], bits: int) -> int:
    """Digits in base `2^bits`, first entry lowest, each shifted up by `2^(bits-1)`
    (`Tensor` in `lean/Compact/Tensor.lean`)."""
    packed = 0
    for entry in reversed(row):
        packed = packed << bits | (entry + (1 << (bits - 1)))
    return packed


def render_tensor(name: str, rows: Sequence[Sequence[int]], bits: int) -> str:
    lines = ",\n    ".join(f"nat_lit {pack_row(row, bits):#x}" for row in rows)
    return f"def {name} : Tensor where\n  bits := nat_lit {bits}\n  rows := [\n    {lines}]\n"
