"""The lengths of cubic and mixed for several heads (mirror of `Length/HeadsCubic.lean`, `HeadsMixed.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.numbers.words import joined, words
from pipeline.transformer.heads.length.head import (
    count,
    entry,
    level,
    number,
    powers,
    shared,
    tables_of_head,
)
from pipeline.transformer.heads.length.quartic import first_rows, pair, row_of, rows_of_pair
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.length.basic import rounds


def cubic(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubic.operations`"""
    heads = number(fields, "heads")
    pairs = sum(_cubic_pair(model, fields, q, m) for q, m in shared(model, fields))
    return heads * (tables_of_head(model, fields) + _short_rows(model, fields)) + pairs


def mixed(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsMixed.operations`"""
    heads, v = number(fields, "heads"), model.d_vocab
    running = _running(number(fields, "bits"), v) * count(fields, "blocks") * v
    running += sum(_running(number(fields, "width") + 2, m) for m in range(v))
    pairs = sum(
        _mixed_pair(model, fields, q, m, entry(fields, "ways", m, q))
        for q, m in shared(model, fields)
    )
    once = heads * (tables_of_head(model, fields) + _short_rows(model, fields) + running)
    return once + first_rows(model, fields) + pairs


def _running(bits: int, v: int) -> int:
    """Running maxima of a row (`Prefix.greatestOf`)."""
    return (7 * rounds(v) + 3) * words(bits, v) + 12


def _short_rows(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """The shortfalls of all maxima, of one head."""
    return model.d_vocab**2 * (7 * row_of(model, fields) + 2)


def _cubic_pair(model: HeadsModel, fields: Mapping[str, Value], q: int, m: int) -> int:
    """`HeadsCubic.pairLength`"""
    each = number(fields, "heads") * (5 + 3 * words(_lack_bits(fields), m)) + 6
    return _pair_of(model, fields, q, m, m, each)


def _lack_bits(fields: Mapping[str, Value]) -> int:
    return number(fields, "prec") + number(fields, "width") + 3


def _pair_of(
    model: HeadsModel, fields: Mapping[str, Value], q: int, m: int, among: int, each: int
) -> int:
    """`HeadsCubic.pairOf`"""
    heads, row, one = number(fields, "heads"), row_of(model, fields), number(fields, "bits")
    classes, levels = model.n_ctx if q == m else model.n_ctx - 1, count(fields, "levels")
    rows = rows_of_pair(heads, row) + heads * 5 * row
    lack = heads * (3 * among + joined(_lack_bits(fields), among) + 12)
    counted = 0
    for k in range(classes):
        distinguished = 0 if k == 0 else 1 if k == 1 else levels
        counted += 8 * heads * words(one, 1) + powers(fields, k)
        counted += distinguished * (each + level(fields))
    return rows + lack + counted


def _mixed_pair(model: HeadsModel, fields: Mapping[str, Value], q: int, m: int, way: int) -> int:
    """`HeadsMixed.pairLength`"""
    if way == 0:
        return pair(model, fields, q, m, entry(fields, "tokenLevels", m, q))
    if way == 1:
        return _cubic_pair(model, fields, q, m)
    return _pair_of(model, fields, q, m, 0, 10 * number(fields, "heads") + 12)
