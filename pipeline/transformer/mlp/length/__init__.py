"""The length of a proof about a model with an MLP (mirror of `Transformer/Length/Mlp*.lean`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.emit.theorem import Value
from pipeline.numbers.words import words
from pipeline.transformer.heads.length.brute_force import guessed, once_each, picked, pieces
from pipeline.transformer.heads.length.head import (
    evaluated,
    folded,
    lanes_of,
    listed,
    number,
    plain,
)
from pipeline.transformer.length.circuits import circuits
from pipeline.transformer.mlp.length.sizes import Sizes, neurons
from pipeline.transformer.mlp.model import MlpModel, blocks

ROW_OF_PAIR = 20
ROW_OF_TEST = 5
LEVEL_OF_TOKEN = 12
TEST_OF_TOKEN = 4
LEFT_OF_ROW = 24


def operations(checker: str, model: MlpModel, fields: Mapping[str, Value]) -> int:
    """Operations of a certificate with these fields."""
    by_checker = {"MlpQuartic": _quartic, "MlpCubic": _cubic, "MlpHeads": _heads}
    return by_checker.get(checker, _brute_force)(model, fields)


def _brute_force(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpBruteForce.operations`"""
    v, p, heads, J = model.d_vocab, model.n_ctx, len(model.heads), model.neurons.d_mlp
    bits, cells, parts = (
        number(fields, "bits"),
        number(fields, "cellBits") + 1,
        heads * blocks(model),
    )
    row, inputs = words(bits, v), int(v**p)
    head = plain(model, cells)
    rows = folded(head) + circuits(head, *lanes_of(head)) + listed(v, p, bits)
    once = (heads + parts) * (pieces(v, p, row) + picked(v, p, row)) + parts * rows
    each = (heads + parts) * guessed(p, row) + parts * (10 * row + 11)
    each += J * (2 * row + 2) + once_each(heads, row) + 4 * row
    found = evaluated(model, fields, bits, cells) + neurons(model, fields, bits)
    return found + once + inputs * each


def _quartic(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpQuartic.operations`"""
    s = Sizes(model, fields)
    pairs = sum(
        s.direct + (m + 1) * (s.summed + 3 * s.row) + _tests(s, m, code)
        for m, code in _pairs(model, fields)
    )
    return s.tables + s.blocks * (s.once + s.maxima(4 * s.row_of_neurons * s.v)) + pairs


def _cubic(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpCubic.operations`"""
    s = Sizes(model, fields)
    pairs = sum(
        s.direct + (m + 1) * (s.product + 3 * s.row) + _tests(s, m, code)
        for m, code in _pairs(model, fields)
    )
    return s.tables + s.blocks * (s.once + s.maxima(0)) + pairs


def _heads(model: MlpModel, fields: Mapping[str, Value]) -> int:
    """`MlpHeads.operations`"""
    s = Sizes(model, fields)
    pairs = sum(
        s.direct
        + (m + 1) * (s.summed + LEFT_OF_ROW * s.row_of_neurons + 3 * s.row)
        + _tests(s, m, code)
        for m, code in _pairs(model, fields)
    )
    each = s.tables + s.blocks * (s.once + s.maxima(4 * s.row_of_neurons * s.v)) + pairs
    return len(model.heads) * each


def _pairs(model: MlpModel, fields: Mapping[str, Value]) -> Iterator[tuple[int, int]]:
    """The maximum of each pair that is counted, and its code, less one."""
    levels = fields["levels"]
    assert isinstance(levels, list)
    for m, row in enumerate(levels[: model.d_vocab]):
        assert isinstance(row, list)
        for code in row[: m + 1]:
            assert isinstance(code, int)
            if code:
                yield m, code - 1


def _tests(s: Sizes, m: int, code: int) -> int:
    """The rows of a pair that are compared, and its classes: all, or one that decides for all."""
    tested = 1 if code % 2 else s.p - 1
    each = 10 * s.row + m * (LEVEL_OF_TOKEN + TEST_OF_TOKEN * s.row)
    return ROW_OF_PAIR * s.row + m * ROW_OF_TEST * s.row + tested * each
