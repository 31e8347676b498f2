"""The length of brute force for several heads (mirror of `Transformer/Length/HeadsBruteForce.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.numbers.words import words
from pipeline.transformer.heads.length.head import evaluated, number
from pipeline.transformer.heads.model import HeadsModel


def brute_force(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsBruteForce.operations`"""
    v, p, heads, bits = model.d_vocab, model.n_ctx, len(model.heads), lanes(model, fields)
    row, inputs = words(bits, v), int(v**p)
    once = evaluated(model, fields, bits, number(fields, "cellBits"))
    each = heads * guessed(p, row) + once_each(heads, row)
    return once + heads * (pieces(v, p, row) + picked(v, p, row)) + inputs * each


def lanes(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsBruteForce.lanes`"""
    width = number(fields, "width")
    return (
        2 * number(fields, "prec")
        + 2 * width
        + model.n_ctx.bit_length()
        + len(model.heads).bit_length()
        + 2
    )


def pieces(v: int, p: int, row: int) -> int:
    """A row for each token at each position of each query, of one head."""
    return v * p * v * (2 * row + 6)


def picked(v: int, p: int, row: int) -> int:
    """A token is picked: its row is added, of one head."""
    return sum(int(v**k) * (row + 4) for k in range(1, p + 1))


def guessed(p: int, row: int) -> int:
    """What is asked of one head of one input."""
    return 10 * row + 3 * p + 9


def once_each(heads: int, row: int) -> int:
    """The rows of all heads together, of one input."""
    return (heads + 7) * row + 12
