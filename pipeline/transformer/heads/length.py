"""The length of a quartic proof with several heads (mirror of `Transformer/Length/HeadsQuartic.lean`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.length.basic import Asked
from pipeline.transformer.length.tables import tables

FOLDING = 12
ROWS_OF_HEAD = 30
ROWS_ONCE = 14
CLASS_OF_HEAD = 10
TOKEN_OF_HEAD = 10
LEVEL = 12


def operations(checker: str, model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`HeadsQuartic.operations` of a certificate with these fields."""
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
    plain = Model(
        n_ctx=p,
        d_vocab=v,
        d_model=d,
        d_head=h,
        frac=model.frac,
        attn_scale=model.attn_scale,
        scale_frac=model.scale_frac,
        tensors={},
        digest=model.digest,
        file_digest=model.file_digest,
    )
    return FOLDING * d * (2 * v + p + 4 * h) + tables(Asked(plain, fields))


def _pair(heads: int, parts: int, model: HeadsModel, q: int, m: int) -> int:
    v, classes = model.d_vocab, model.n_ctx if q == m else model.n_ctx - 1
    each = CLASS_OF_HEAD * heads * v + m * (LEVEL + TOKEN_OF_HEAD * heads * v)
    counted = sum(each + powers(parts, k) for k in range(classes))
    return v * (ROWS_OF_HEAD * heads + ROWS_ONCE) + counted


def powers(parts: int, k: int) -> int:
    """A power of a sum of levels, and the sum of its low digits."""
    return k * max(0, k - 1) * (parts + 1) ** 2 + 4 * (parts + 1)
