"""The length of the check of tables (mirror of `lean/Compact/Transformer/Length/Tables.lean`)."""

from __future__ import annotations

from pipeline.model import Model
from pipeline.numbers.words import joined, words
from pipeline.transformer.length.basic import Asked, rounds
from pipeline.transformer.length.circuits import circuits


def exponentials(bits: int, r: int, c: int, high: int) -> int:
    """The bounds of the exponentials of `r` rows of `c` lanes, whose arguments have `high` bits above the low ones."""
    return (13 + 4 * high) * words(bits, r * c) + 3 * joined(bits * c, r)


def bit_factors(prec: int) -> int:
    """The factors of single bits, and what the bounds err by, once for a matrix."""
    return prec * (2 * words(4 * prec, 1) + 2) + 60


def checked_row(bits: int, c: int) -> int:
    """`Frame.risesAs` or `Frame.fallsAs` of a row of `c` lanes."""
    return 15 * words(bits, c) + 6


def tables(a: Asked) -> int:
    """`Tables.check`"""
    return tables_of(a.model, a.nat("prec"), a.nat("steps"), a.bits("bits"), a.nat("argBits"))


def tables_of(model: Model, prec: int, steps: int, bits: int, arg_bits: int) -> int:
    """`Length.tables`: lanes of so many bits, arguments of exponentials of so many."""
    v, p, high = model.d_vocab, model.n_ctx, max(0, arg_bits - 4 * steps)
    n, row = p - 1, words(bits, v)
    checked = (3 * v + p) * checked_row(bits, v) + v * checked_row(bits, p)
    query = (21 + 7 * rounds(v)) * row + 20 + p * (4 * n + 11) + 2 * n * words(bits, p)
    found = checked + v * (2 + n * (7 * row + 2)) + v * query + bit_factors(prec)
    factors = exponentials(bits, v, v, high) + exponentials(bits, v, p, high)
    return circuits(model, bits, bits) + found + factors


def mass(a: Asked) -> int:
    """What weights of tokens add to counting."""
    each: int = a.v * (4 * (a.n + 1) + 3 * a.v)
    return each
