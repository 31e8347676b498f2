"""The lengths of what is proved of the token at one position (mirror of `HeadsFirst.lean`, `HeadsAnchored.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length.head import entry, evaluated, level, number, powers
from pipeline.transformer.heads.length.quartic import row_of
from pipeline.transformer.heads.model import HeadsModel

TERM_OF = 7


def once(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """The tables of all heads, and what tokens give at each position of each query."""
    v, p, heads = model.d_vocab, model.n_ctx, number(fields, "heads")
    tables = evaluated(model, fields, number(fields, "bits"), number(fields, "cellBits"))
    return tables + heads * v * p * v * TERM_OF


def first(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsFirst.operations`"""
    v, p, heads, row = model.d_vocab, model.n_ctx, number(fields, "heads"), row_of(model, fields)
    counted = sum(1 for q in range(v) for a in range(v) if entry(fields, "shares", q, a))
    shorts = v * (v + p) * (7 * row + 2)
    pair = row * (17 * heads + 11) + heads * (20 + 4 * v * max(0, p - 2)) + 2 * v + 12
    return once(model, fields) + heads * shorts + counted * pair


def quartic_last(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuarticLast.operations`"""
    v = model.d_vocab
    pairs = sum(
        pair(model, fields, 0, entry(fields, "levels", q, 0))
        for q in range(v)
        if entry(fields, "shares", q, 0)
    )
    return once(model, fields) + pairs


def quartic_first(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuarticFirst.operations`"""
    v = model.d_vocab
    pairs = sum(
        pair(model, fields, 1, entry(fields, "levels", q, a))
        for q in range(v)
        for a in range(v)
        if entry(fields, "shares", q, a)
    )
    return once(model, fields) + pairs


def pair(model: HeadsModel, fields: Mapping[str, Value], start: int, levels: int) -> int:
    """`HeadsAnchored.pairLength`: free positions begin at `start`; tokens count whose level may pass."""
    v, heads, row = model.d_vocab, number(fields, "heads"), row_of(model, fields)
    k, bits = max(0, model.n_ctx - 1 - start), number(fields, "levelBits")
    passing = sum(
        1 for s in range(v) if levels >> bits * s & (1 << bits) - 1 <= number(fields, "parts")
    )
    spares = heads * (row * (5 * (start + 1) + 7) + 8 * (start + 1) + 12)
    tokens = heads * k * (row + 2 * v + passing * (11 * row + 12))
    return rows_of_pair(heads, row) + spares + tokens + v * (4 + level(fields)) + powers(fields, k)


def rows_of_pair(heads: int, row: int) -> int:
    """`HeadsAnchored.rowsLength`"""
    return row * (9 * heads + 11) + 12 * heads + 12
