"""The fields of a certificate that give margins, and the sizes of prefixes: those of `MarginTable`
(`lean/Compact/Minimum/Block.lean`) and of `Prefixes.Claims` (`Prefixes.lean`).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.checker import prefixes
from pipeline.checker.margins import Margins, margin_bits
from pipeline.checker.tables import Tables
from pipeline.emit.theorem import Value
from pipeline.strategies.base import Kind
from pipeline.strategies.table_fields import packed

MARGIN_FIELDS: Mapping[str, Kind] = dict.fromkeys(
    ("tokenMargin", "directMargin", "ownMargin"), "list"
)
PREFIX_FIELDS: Mapping[str, Kind] = {**MARGIN_FIELDS, "sizeBits": "nat", "sizes": "list"}


def margin_fields(t: Tables, margins: Margins) -> dict[str, Value]:
    """Margins, packed."""
    rows = margins.token, margins.direct, margins.own
    bits = margin_bits(t.width)
    return {name: packed(each, bits) for name, each in zip(MARGIN_FIELDS, rows, strict=True)}


def prefix_fields(t: Tables, margins: Margins) -> dict[str, Value]:
    """Margins and the largest sizes of prefixes that pass, packed."""
    sizes, bits = prefixes.sizes(t, prefixes.admitted(t, margins)), t.v.bit_length()
    return {**margin_fields(t, margins), "sizeBits": bits, "sizes": packed(sizes, bits)}
