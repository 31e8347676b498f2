"""The length of a quartic proof with several heads (mirror of `Transformer/Length/HeadsQuartic.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.length.basic import Asked, factor
from pipeline.transformer.length.tables import circuits, tables

FOLDING = 12
ROWS_OF_HEAD = 30
ROWS_ONCE = 14
CLASS_OF_HEAD = 10
TOKEN_OF_HEAD = 10
LEVEL = 12
ROW_OF_HEAD = 20


def operations(checker: str, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuartic.operations` of a certificate with these fields."""
    if checker == "HeadsBruteForce":
        return _brute_force(model, fields)
    assert checker == "HeadsQuartic"
    heads, parts, shares = fields["heads"], fields["parts"], fields["shares"]
    assert isinstance(heads, int)
    assert isinstance(parts, int)
    assert isinstance(shares, list)
    total = heads * _head(model, fields)
    for m in range(model.d_vocab):
        row = shares[m] if m < len(shares) else []
        assert isinstance(row, list)
        for q in range(m + 1):
            if q < len(row) and row[q]:
                total += _pair(heads, parts, model, q, m)
    return total


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


def _brute_force(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsBruteForce.operations`."""
    v, p, d, h, heads = (
        model.d_vocab,
        model.n_ctx,
        model.d_model + 1,
        model.d_head + 1,
        len(model.heads),
    )
    steps = fields["steps"]
    assert isinstance(steps, int)
    tables_of_head = FOLDING * d * (2 * v + p + 4 * h) + circuits(Asked(_plain(model), fields))
    tables_of_head += v * (v + p) * factor(steps) + 8 * v * (2 * v + p)
    once = heads * (tables_of_head + v * p * v * (6 + 2 * v))
    inputs: int = v**p
    return once + inputs * (heads * (p * (v + 4) + ROW_OF_HEAD * v) + 8 * v + p)


def _pair(heads: int, parts: int, model: HeadsModel, q: int, m: int) -> int:
    v, classes = model.d_vocab, model.n_ctx if q == m else model.n_ctx - 1
    each = CLASS_OF_HEAD * heads * v + m * (LEVEL + TOKEN_OF_HEAD * heads * v)
    counted = sum(each + powers(parts, k) for k in range(classes))
    return v * (ROWS_OF_HEAD * heads + ROWS_ONCE) + counted


def powers(parts: int, k: int) -> int:
    """A power of a sum of levels, and the sum of its low digits."""
    return k * max(0, k - 1) * (parts + 1) ** 2 + 4 * (parts + 1)
