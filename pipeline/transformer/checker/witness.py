"""Witnesses that make the check of the tables fast (mirror of `TableWitness` in
`lean/Compact/Transformer/Classes/Tables.lean`), and the lanes that this check needs.

The arguments are those at which `Enclosure` evaluates exponentials; the indices say where the rows
of the circuits are largest or smallest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.enclosure import Enclosure, Params
from pipeline.transformer.checker.offsets import Offsets
from pipeline.transformer.checker.tables import Tables


@dataclass(frozen=True)
class TableWitness:
    """Plain numbers; the literals of the Lean structure pack the rows of `..._arg` and `pos_row`."""

    arg_bits: int
    token_top: list[int]
    """`[q]`: a key token with the largest score"""
    token_arg: list[list[int]]
    """`[q][k]`: arguments of `exp`"""
    pos_top: list[int]
    """`[q]`: a key position with the largest score"""
    pos_arg: list[list[int]]
    """`[q][p]`: arguments of `exp`"""
    token_least: list[int]
    """`[k]`: an output with the smallest logit when the head attends to the token"""
    direct_least: list[int]
    """`[q]`: an output with the smallest logit of the direct path"""
    pos_least: list[int]
    """`[p]`: an output with the smallest logit when the head attends to the position"""
    pos_row: list[list[int]]
    """`[p][t]`: rounded logits"""


def table_witness(exact: Circuits, enclosure: Enclosure) -> TableWitness:
    """The witnesses for a model's tables."""
    params = enclosure.params

    def arguments(rows: Sequence[Sequence[int]]) -> list[list[int]]:
        num, den = exact.score_num, exact.score_den
        form = params.form
        return [[form.argument((max(row) - score) * num, den) for score in row] for row in rows]

    by_token, by_position = exact.EQKE.tolist(), exact.EQKP.tolist()
    token_arg, pos_arg = arguments(by_token), arguments(by_position)
    return TableWitness(
        arg_bits=max(1, max(map(max, [*token_arg, *pos_arg])).bit_length()),
        token_top=[_where(row, max(row)) for row in by_token],
        token_arg=token_arg,
        pos_top=[_where(row, max(row)) for row in by_position],
        pos_arg=pos_arg,
        token_least=[_where(row, min(row)) for row in exact.EVOU.tolist()],
        direct_least=[_where(row, min(row)) for row in exact.EU.tolist()],
        pos_least=[_where(row, min(row)) for row in exact.PVOU.tolist()],
        pos_row=enclosure.pos_row,
    )


def table_bits(
    exact: Circuits, offsets: Offsets, frac: int, params: Params, t: Tables, arg_bits: int
) -> int:
    """Bits of a lane of tables and of scores: each entry, whatever is rounded to one, and what the bounds of
    exponentials and slacks are made of, leaves the top bit free."""
    widest = max(offsets.EVOU, offsets.PVOU, offsets.EU << (2 * frac))
    scores = max(offsets.EQKE, offsets.EQKP) * exact.score_num << (2 * params.form.half)
    rows = [*t.position, *t.token_lo, *t.low, *t.high, *t.slack]
    highest = max(2 * widest, 2 * scores, exact.score_den << arg_bits, *map(max, rows))
    positions = (t.n + 1).bit_length()
    slacks = max(
        8 + positions + 2 * params.prec,
        2 * params.prec + params.width + positions + 12 - 8 * params.steps,
    )
    return max(highest.bit_length(), params.shift + params.width, params.width + 2, slacks) + 1


def _where(row: Sequence[int], entry: int) -> int:
    return row.index(entry)
