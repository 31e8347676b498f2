"""The lengths of cubic of the token at one position (mirror of `Transformer/Length/HeadsAnchoredCubic.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.transformer.heads.length.anchored import once, rows_of_pair
from pipeline.transformer.heads.length.head import count, entry, level, number, powers
from pipeline.transformer.heads.length.quartic import row_of
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.length.basic import joined, words


def cubic_last(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubicLast.operations`"""
    return _operations(model, fields, 0, 1)


def cubic_first(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubicFirst.operations`"""
    return _operations(model, fields, 1, model.d_vocab)


def _operations(model: HeadsModel, fields: Mapping[str, Value], start: int, m: int) -> int:
    """`HeadsAnchoredCubic.operationsBy`: free positions begin at `start`; a query has `m` right answers."""
    v, n, heads, row = model.d_vocab, model.n_ctx, number(fields, "heads"), row_of(model, fields)
    k, levels, lane = max(0, n - 1 - start), count(fields, "levels"), number(fields, "lane")
    counted = sum(1 for q in range(v) for j in range(m) if entry(fields, "shares", q, j))
    shorts = heads * (v * (v + n) * (7 * row + 2) + v * _spread(lane, v))
    packed = words(lane, m)
    head = 30 * m + 2 * joined(lane, m) + k * _spread(lane, m) + v * k * (7 * packed + 8)
    query = heads * head + levels * packed * (heads + v * (2 * heads * k + 1))
    each = rows_of_pair(heads, row) + heads * (6 * row + 20)
    each += (6 + level(fields)) * levels + powers(fields, k)
    return once(model, fields) + shorts + v * query + counted * each


def _spread(lane: int, m: int) -> int:
    """`spreadLength`"""
    return 4 * m + joined(lane, m)
