"""The length of a proof with several heads (mirror of `Transformer/Length/Heads*.lean`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.length import operations as plain_operations
from pipeline.transformer.length.basic import Asked, factor, slacks
from pipeline.transformer.length.tables import circuits, tables

FOLDING = 12
ROWS_OF_HEAD = 30
ROWS_ONCE = 14
CLASS_OF_HEAD = 10
TOKEN_OF_HEAD = 10
LEVEL = 12
FIRST_OF_HEAD = 12
ROW_OF_HEAD = 20
SHORT_ROW = 7
LEAD_ROW = 6
LACK_OF_TOKEN = 8
LACK_ONCE = 6
SPARE_OF_HEAD = 8
LEVEL_OF_HEAD = 5
LEVEL_ONCE = 3
TERM_OF = 7
TEST_OF_HEAD = 10
TEST_ONCE = 12
FIRST_ROW_OF_HEAD = 18
FIRST_ROWS_ONCE = 10
TAKES_ONCE = 8
ANCHORED_ROW_OF_HEAD = 14
ANCHORED_ROWS_ONCE = 10
KEY_ROW = 6
SPARE_ROW = 8
ANCHORED_TOKEN_ROW = 12
ANCHORED_TOKEN_ONCE = 12
CUBIC_SHORT_ONCE = 2
CUBIC_SPREAD = 4
CUBIC_SPARE = 30
CUBIC_GAIN_ROW = 8
CUBIC_GAIN_ONCE = 8
CUBIC_LEAD_ROW = 8
CUBIC_HEAD_ONCE = 20
CUBIC_LEVEL_ONCE = 8


def operations(checker: str, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`operations` of a certificate with these fields, by its checker."""
    if checker in _LENGTHS:
        return _LENGTHS[checker](model, fields)
    return plain_operations(checker, _plain(model), fields)


def _quartic(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuartic.operations`."""
    heads, parts = _number(fields, "heads"), _number(fields, "parts")
    pairs = sum(
        _pair(heads, parts, model, q, m, _entry(fields, "levels", q, m))
        for q, m in _shared(model, fields)
    )
    return heads * _head(model, fields) + _first_rows(heads, model.d_vocab) + pairs


def _first_rows(heads: int, v: int) -> int:
    """`HeadsQuartic.firstLength`."""
    return sum(heads * m * FIRST_OF_HEAD * v for m in range(v))


def _cubic(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubic.operations`."""
    heads, parts, levels = _number(fields, "heads"), _number(fields, "parts"), _levels(fields)
    pairs = sum(_cubic_pair(heads, parts, levels, model, q, m) for q, m in _shared(model, fields))
    return heads * (_head(model, fields) + _short_rows(model.d_vocab)) + pairs


def _mixed(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsMixed.operations`."""
    heads, parts, levels = _number(fields, "heads"), _number(fields, "parts"), _levels(fields)
    v, blocks = model.d_vocab, fields["blocks"]
    assert isinstance(blocks, list)
    running = slacks(v) * (len(blocks) * v * v + v * (v - 1) // 2)
    pairs = sum(
        _pair(heads, parts, model, q, m, _entry(fields, "tokenLevels", q, m))
        if way == 0
        else _mixed_pair(heads, parts, levels, model, q, m, way)
        for q, m in _shared(model, fields)
        for way in [_entry(fields, "ways", q, m)]
    )
    once = heads * (_head(model, fields) + _short_rows(v) + running)
    return once + _first_rows(heads, v) + pairs


def _short_rows(v: int) -> int:
    return sum((2 * m + 1) * SHORT_ROW * v for m in range(v))


def _number(fields: Mapping[str, Value], name: str) -> int:
    number = fields[name]
    assert isinstance(number, int)
    return number


def _levels(fields: Mapping[str, Value]) -> int:
    """How many there are."""
    levels = fields["levels"]
    assert isinstance(levels, list)
    return len(levels)


def _entry(fields: Mapping[str, Value], name: str, q: int, m: int) -> int:
    matrix = fields[name]
    assert isinstance(matrix, list)
    row = matrix[m] if m < len(matrix) else []
    assert isinstance(row, list)
    return row[q] if q < len(row) else 0


def _shared(model: HeadsModel, fields: Mapping[str, Value]) -> Iterator[tuple[int, int]]:
    """The queries and maxima of which anything is counted."""
    shares = fields["shares"]
    assert isinstance(shares, list)
    for m in range(model.d_vocab):
        row = shares[m] if m < len(shares) else []
        assert isinstance(row, list)
        for q in range(m + 1):
            if q < len(row) and row[q]:
                yield q, m


def _head(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model + 1, model.d_head + 1
    return FOLDING * d * (2 * v + p + 4 * h) + tables(Asked(_plain(model), fields))


def _plain(model: HeadsModel) -> Model:
    """A plain model of the sizes of a head with its biases."""
    return Model(
        n_ctx=model.n_ctx,
        d_vocab=model.d_vocab,
        d_model=model.d_model + 1,
        d_head=model.d_head + 1,
        frac=model.frac,
        attn_scale=model.attn_scale,
        scale_frac=model.scale_frac,
        tensors={},
        digest=model.digest,
        file_digest=model.file_digest,
    )


def tables_of_head(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`headLength` of strategies that take every exponential."""
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model + 1, model.d_head + 1
    steps = fields["steps"]
    assert isinstance(steps, int)
    found = FOLDING * d * (2 * v + p + 4 * h) + circuits(Asked(_plain(model), fields))
    return found + v * (v + p) * factor(steps) + 8 * v * (2 * v + p)


def _first(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsFirst.operations`."""
    v, p, heads, shares = model.d_vocab, model.n_ctx, len(model.heads), fields["shares"]
    assert isinstance(shares, list)
    counted = sum(1 for row in shares[:v] if isinstance(row, list) for share in row[:v] if share)
    once = tables_of_head(model, fields) + v * (v + p) * SHORT_ROW * v
    pair = v * (FIRST_ROW_OF_HEAD * heads + FIRST_ROWS_ONCE) + heads * (v + 1) * p * TAKES_ONCE
    return heads * (once + v * p * v * TERM_OF) + counted * pair


def _anchored(start: int, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuarticLast.operations`, `HeadsQuarticFirst.operations`: free positions begin at `start`."""
    v, p, heads, shares = model.d_vocab, model.n_ctx, _number(fields, "heads"), fields["shares"]
    assert isinstance(shares, list)
    kept = v if start else 1
    counted = sum(1 for row in shares[:v] if isinstance(row, list) for share in row[:kept] if share)
    once = heads * (tables_of_head(model, fields) + v * p * v * TERM_OF)
    return once + counted * _anchored_pair(start, model, fields)


def _anchored_pair(start: int, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsAnchored.pairLength`."""
    v, p, heads = model.d_vocab, model.n_ctx, _number(fields, "heads")
    k, parts = max(0, p - 1 - start), _number(fields, "parts")
    rows = v * (ANCHORED_ROW_OF_HEAD * heads + ANCHORED_ROWS_ONCE)
    tokens = k * v * (ANCHORED_TOKEN_ROW * v + ANCHORED_TOKEN_ONCE)
    head = v * (SPARE_ROW + KEY_ROW * (start + 1)) + tokens
    return rows + heads * head + LEVEL * v + powers(parts, k)


def _anchored_cubic(start: int, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsCubicLast.operations`, `HeadsCubicFirst.operations`, and those of mixed."""
    v, n, heads = model.d_vocab, model.n_ctx, _number(fields, "heads")
    m, k, levels = v if start else 1, max(0, n - 1 - start), _levels(fields)
    places = [(q, j) for q in range(v) for j in range(m) if _entry(fields, "shares", j, q)]
    mixed = "tokenLevels" in fields
    quartic = sum(1 for q, j in places if mixed and _entry(fields, "tokenLevels", j, q))
    shorts = v * (v + n) * (SHORT_ROW * v + CUBIC_SHORT_ONCE) + v * v * CUBIC_SPREAD
    once = tables_of_head(model, fields) + v * n * v * TERM_OF + shorts
    head = m * (CUBIC_SPARE + k * CUBIC_SPREAD) + v * k * (CUBIC_GAIN_ROW * m + CUBIC_GAIN_ONCE)
    query = heads * head + levels * m * (heads + v * (heads * k + 1))
    rows = v * (ANCHORED_ROW_OF_HEAD * heads + ANCHORED_ROWS_ONCE)
    lane = rows + heads * (CUBIC_LEAD_ROW * v + CUBIC_HEAD_ONCE) + CUBIC_LEVEL_ONCE * levels
    lane += powers(_number(fields, "parts"), k)
    pair = _anchored_pair(start, model, fields)
    return heads * once + v * query + (len(places) - quartic) * lane + quartic * pair


def _brute_force(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsBruteForce.operations`."""
    v, p, heads = model.d_vocab, model.n_ctx, len(model.heads)
    once = heads * (tables_of_head(model, fields) + v * p * v * (6 + 2 * v))
    inputs: int = v**p
    return once + inputs * (heads * (p * (v + 4) + ROW_OF_HEAD * v) + 8 * v + p)


def _pair(heads: int, parts: int, model: HeadsModel, q: int, m: int, code: int) -> int:
    """`HeadsQuartic.pairLength`."""
    v, classes = model.d_vocab, model.n_ctx if q == m else model.n_ctx - 1
    rest = max(0, m - (code >> 1) % 65536)
    tokens, times = (rest + 1, 1) if code % 2 else (m, classes)
    compared = CLASS_OF_HEAD * heads * v + tokens * (LEVEL + TOKEN_OF_HEAD * heads * v)
    counted = sum(powers(parts, k) for k in range(classes))
    return v * (ROWS_OF_HEAD * heads + ROWS_ONCE) + compared * times + counted


def _cubic_pair(heads: int, parts: int, levels: int, model: HeadsModel, q: int, m: int) -> int:
    """`HeadsCubic.pairLength`."""
    each = m * (LEVEL_OF_HEAD * heads + LEVEL_ONCE)
    return _pair_of(heads, parts, levels, model, q, m, m, each)


def _pair_of(
    heads: int, parts: int, levels: int, model: HeadsModel, q: int, m: int, among: int, each: int
) -> int:
    """`HeadsCubic.pairOf`."""
    v, classes = model.d_vocab, model.n_ctx if q == m else model.n_ctx - 1
    rows = v * ((ROWS_OF_HEAD + LEAD_ROW) * heads + ROWS_ONCE)
    counted = 0
    for k in range(classes):
        count = 0 if k == 0 else 1 if k == 1 else levels
        counted += SPARE_OF_HEAD * heads + powers(parts, k) + count * each
    return rows + heads * (LACK_OF_TOKEN * among + LACK_ONCE) + counted


def _mixed_pair(
    heads: int, parts: int, levels: int, model: HeadsModel, q: int, m: int, way: int
) -> int:
    """`HeadsMixed.pairLength`, if tokens are not counted by their outputs."""
    if way == 1:
        return _cubic_pair(heads, parts, levels, model, q, m)
    return _pair_of(heads, parts, levels, model, q, m, 0, TEST_OF_HEAD * heads + TEST_ONCE)


def powers(parts: int, k: int) -> int:
    """A power of a sum of levels, and the sum of its low digits."""
    return k * max(0, k - 1) * (parts + 1) ** 2 + 4 * (parts + 1)


_LENGTHS: Mapping[str, Callable[[HeadsModel, Mapping[str, Value]], int]] = {
    "HeadsBruteForce": _brute_force,
    "HeadsFirst": _first,
    "HeadsQuarticLast": partial(_anchored, 0),
    "HeadsQuarticFirst": partial(_anchored, 1),
    "HeadsCubicLast": partial(_anchored_cubic, 0),
    "HeadsCubicFirst": partial(_anchored_cubic, 1),
    "HeadsMixedLast": partial(_anchored_cubic, 0),
    "HeadsMixedFirst": partial(_anchored_cubic, 1),
    "HeadsQuartic": _quartic,
    "HeadsCubic": _cubic,
    "HeadsMixed": _mixed,
}
