"""What a head's tables take, and how fields are read (mirror of `Transformer/Length/HeadsTables.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.emit.theorem import Value
from pipeline.numbers.words import joined, words
from pipeline.transformer.checker.offsets import product_offset
from pipeline.transformer.heads.model import HeadsModel, PlainHead
from pipeline.transformer.length.basic import rounds
from pipeline.transformer.length.circuits import circuits, common_circuits
from pipeline.transformer.length.tables import bit_factors, tables_of


def number(fields: Mapping[str, Value], name: str) -> int:
    value = fields[name]
    assert isinstance(value, int)
    return value


def count(fields: Mapping[str, Value], name: str) -> int:
    """How many entries a list has."""
    value = fields[name]
    assert isinstance(value, list)
    return len(value)


def entry(fields: Mapping[str, Value], name: str, row: int, column: int) -> int:
    """An entry of a list of lists; 0 if there is none."""
    matrix = fields[name]
    assert isinstance(matrix, list)
    found = matrix[row] if row < len(matrix) else []
    assert isinstance(found, list)
    return found[column] if column < len(found) else 0


def shared(model: HeadsModel, fields: Mapping[str, Value]) -> Iterator[tuple[int, int]]:
    """The queries and maxima of which anything is counted."""
    for m in range(model.d_vocab):
        yield from ((q, m) for q in range(m + 1) if entry(fields, "shares", m, q))


def plain(model: HeadsModel, cell_bits: int) -> PlainHead:
    """A plain model of the sizes of a head with its biases."""
    return PlainHead(
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
        cell_bits=cell_bits,
    )


def folded(head: PlainHead) -> int:
    """A head as a plain model: its cells are read and joined."""
    v, p, d, h, bits = head.d_vocab, head.n_ctx, head.d_model, head.d_head, head.cell_bits
    rows = (v + p + h) * joined(bits, d) + 3 * d * joined(bits, h) + d * joined(bits, v)
    return rows + 2 * d * (2 * v + p + 4 * h)


def tables_of_head(model: HeadsModel, fields: Mapping[str, Value]) -> int:
    """`Length.given`: rows are checked, and moved apart in each block."""
    head, bits = plain(model, number(fields, "cellBits")), number(fields, "bits")
    v, p, blocks = model.d_vocab, model.n_ctx, count(fields, "blocks")
    apart = (4 * v + 1) * joined(bits, v) + 2 * v * joined(bits, p)
    slack = v * (7 * rounds(v) + 12) * words(bits, v)
    witness = (v + p) * joined(bits, v) + v * joined(bits, p)
    prec, steps, arg_bits = (number(fields, name) for name in ("prec", "steps", "argBits"))
    checked = folded(head) + witness + tables_of(head, prec, steps, bits, arg_bits)
    return checked + max(1, blocks) * (apart + slack)


def evaluated(model: HeadsModel, fields: Mapping[str, Value], bits: int, cells: int) -> int:
    """`Length.evaluated`: of all heads, every exponential one by one, and rows in lanes of so many bits."""
    heads, head, v, p = len(model.heads), plain(model, cells), model.d_vocab, model.n_ctx
    prec, high = number(fields, "prec"), 4 * number(fields, "steps") + 8
    factors = v * (v + p) * ((6 * high + 13) * words(2 * prec + 3, 1))
    each = folded(head) + circuits(head, *lanes_of(head)) + factors + listed(v, p, bits)
    once = _embedded(head) + common_circuits(head, *lanes_of(head))
    return heads * each - (heads - 1) * once + bit_factors(prec)


def _embedded(head: PlainHead) -> int:
    """Of the cells of a head those that all heads have in common."""
    v, p, d, bits = head.d_vocab, head.n_ctx, head.d_model, head.cell_bits
    return (v + p) * joined(bits, d) + d * joined(bits, v) + 2 * d * (2 * v + p)


def listed(v: int, p: int, bits: int) -> int:
    """Rows of logits are rounded lane by lane, and packed."""
    return (2 * v + p) * (12 * v + joined(bits, v))


def lanes_of(head: PlainHead) -> tuple[int, int]:
    """`scoreLane`, `logitLane`"""
    off, d, h = 1 << (head.cell_bits - 1), head.d_model, head.d_head
    resid, value = 2 * off, product_offset(d, off, off)
    scores = 2 * product_offset(h, product_offset(d, resid, off), value)
    logits = 2 * product_offset(h, value, value) + product_offset(d, resid, off)
    return (2 * scores).bit_length(), (2 * logits).bit_length()


def powers(fields: Mapping[str, Value], k: int) -> int:
    """A power of a sum of levels, and its low digits."""
    return 8 + 3 * words(number(fields, "countBits") * (number(fields, "parts") + 1), k)


def level(fields: Mapping[str, Value]) -> int:
    """A power of one level."""
    return words(number(fields, "countBits"), number(fields, "parts") + 1)
