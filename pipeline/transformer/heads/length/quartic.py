"""The length of quartic for several heads (mirror of `Transformer/Length/HeadsQuartic.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.numbers.words import words
from pipeline.transformer.heads.length.head import (
    entry,
    level,
    number,
    powers,
    shared,
    tables_of_head,
)
from pipeline.transformer.heads.model import HeadsModel


def quartic(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuartic.operations`"""
    heads = number(fields, "heads")
    pairs = sum(
        pair(model, fields, q, m, entry(fields, "levels", m, q)) for q, m in shared(model, fields)
    )
    return heads * tables_of_head(model, fields) + first_rows(model, fields) + pairs


def row_of(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """Words of a row."""
    return words(number(fields, "bits"), model.d_vocab)


def first_rows(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuartic.firstLength`"""
    v, row = model.d_vocab, row_of(model, fields)
    return number(fields, "heads") * (v * (v - 1) // 2 * (7 * row + 2) + 2 * v * v)


def rows_of_pair(heads: int, row: int) -> int:
    """`HeadsQuartic.rowsLength`"""
    return row * (21 * heads + 11) + 24 * heads + 20


def pair(model: HeadsModel, fields: Mapping[str, Value], q: int, m: int, code: int) -> int:
    """`HeadsQuartic.pairLength`"""
    heads, row = number(fields, "heads"), row_of(model, fields)
    classes = model.n_ctx if q == m else model.n_ctx - 1
    tokens, times = (max(0, m - (code >> 1) % 65536) + 1, 1) if code % 2 else (m, classes)
    token = heads * (8 * row + 8) + 2 * level(fields) + 5
    compared = heads * (8 * row + 10) + tokens * token
    counted = sum(powers(fields, k) for k in range(classes))
    return rows_of_pair(heads, row) + compared * times + counted
