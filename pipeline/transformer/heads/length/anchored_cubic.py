"""The lengths of cubic and mixed of the token at one position (mirror of `Length/HeadsAnchored{Cubic,Mixed}.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.numbers.words import joined, words
from pipeline.transformer.heads.length.anchored import once, pair, rows_of_pair
from pipeline.transformer.heads.length.head import count, entry, level, number, powers
from pipeline.transformer.heads.length.quartic import row_of
from pipeline.transformer.heads.model import HeadsModel


def cubic_last(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubicLast.operations`, `HeadsMixedLast.operations`"""
    return _operations(model, fields, 0, 1)


def cubic_first(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubicFirst.operations`, `HeadsMixedFirst.operations`"""
    return _operations(model, fields, 1, model.d_vocab)


def _operations(model: HeadsModel, fields: Mapping[str, Value], start: int, m: int) -> int:
    """`HeadsAnchoredCubic.operationsBy`: free positions begin at `start`; a query has `m` right answers."""
    v, n, heads, row = model.d_vocab, model.n_ctx, number(fields, "heads"), row_of(model, fields)
    k, levels, lane = max(0, n - 1 - start), count(fields, "levels"), number(fields, "lane")
    counted = [(q, j) for q in range(v) for j in range(m) if entry(fields, "shares", q, j)]
    told = [
        entry(fields, "tokenLevels", *each) if "tokenLevels" in fields else 0 for each in counted
    ]
    shorts = heads * (v * (v + n) * (7 * row + 2) + v * _spread(lane, v))
    packed = words(lane, m)
    head = 24 * m + 2 * joined(lane, m) + k * _spread(lane, m) + v * k * (6 * packed + 7)
    query = heads * head + levels * packed * (heads + v * (2 * heads * k + 1))
    each = rows_of_pair(heads, row) + heads * (5 * row + 16)
    each += (6 + level(fields)) * levels + powers(fields, k)
    pairs = sum(pair(model, fields, start, levels - 1) if levels else each for levels in told)
    return once(model, fields) + shorts + v * query + pairs


def _spread(lane: int, m: int) -> int:
    """`spreadLength`"""
    return 4 * m + joined(lane, m)
