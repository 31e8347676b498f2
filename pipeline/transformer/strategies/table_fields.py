"""The fields of a certificate that say how the model is rounded, and to what: those of `Params`,
`Tables` and `TableWitness` in Lean, in the order in which a structure that extends them has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.numbers.lanes import Lanes
from pipeline.strategy import Kind
from pipeline.transformer.checker.circuits import Circuits
from pipeline.transformer.checker.enclosure import Enclosure
from pipeline.transformer.checker.offsets import offsets
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.checker.witness import table_bits, table_witness

TABLE_FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(("prec", "steps", "shift", "width", "bits", "v", "n"), "nat"),
    **dict.fromkeys(("token", "direct"), "list"),
    "last": "nat",
    **dict.fromkeys(("position", "tokenLo", "own", "mass", "low", "high", "slack"), "list"),
    **dict.fromkeys(("scoreBits", "argBits"), "nat"),
    **dict.fromkeys(("tokenTop", "tokenArg", "posTop", "posArg"), "list"),
    **dict.fromkeys(("tokenLeast", "directLeast", "posLeast", "posRow"), "list"),
}


def packed(rows: Sequence[Sequence[int]], bits: int) -> list[int]:
    """Each row as one natural, in lanes of `bits` bits."""
    lanes = Lanes.of(0, bits)
    return [lanes.pack(row) for row in rows]


def table_fields(
    model: Model, exact: Circuits, enclosure: Enclosure, t: Tables, least_bits: int
) -> dict[str, Value]:
    """The fields, packed in lanes of at least so many bits."""
    params, shifted = enclosure.params, offsets(model)
    witness = table_witness(exact, enclosure)
    bits = max(least_bits, table_bits(exact, shifted, model.frac, params, t, witness.arg_bits))
    (last,) = packed([t.last], bits)
    return {
        "prec": params.prec,
        "steps": params.steps,
        "shift": params.shift,
        "width": params.width,
        "bits": bits,
        "v": t.v,
        "n": t.n,
        "token": packed(t.token, bits),
        "direct": packed(t.direct, bits),
        "last": last,
        "position": packed(t.position, bits),
        "tokenLo": packed(t.token_lo, bits),
        "own": t.own,
        "mass": t.mass,
        "low": packed(t.low, bits),
        "high": packed(t.high, bits),
        "slack": packed(t.slack, bits),
        "scoreBits": bits,
        "argBits": witness.arg_bits,
        "tokenTop": witness.token_top,
        "tokenArg": packed(witness.token_arg, bits),
        "posTop": witness.pos_top,
        "posArg": packed(witness.pos_arg, bits),
        "tokenLeast": witness.token_least,
        "directLeast": witness.direct_least,
        "posLeast": witness.pos_least,
        "posRow": packed(witness.pos_row, bits),
    }
