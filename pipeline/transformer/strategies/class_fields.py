"""The fields of a certificate that give runs of classes, margins, and the sizes of prefixes: those of
`Runs` (`lean/Compact/Transformer/Classes/Runs.lean`), of `MarginTable` (`Minimum/Block.lean`) and of
`Prefixes.Claims` (`Minimum/Prefixes.lean`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Protocol

from pipeline.emit.theorem import Value
from pipeline.strategy import Kind
from pipeline.transformer.checker.classes import Run, code, run_bits
from pipeline.transformer.checker.margins import Margins, margin_bits
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.strategies.table_fields import packed

MARGIN_FIELDS: Mapping[str, Kind] = dict.fromkeys(
    ("tokenMargin", "directMargin", "ownMargin"), "list"
)
RUN_FIELDS: Mapping[str, Kind] = {"runBits": "nat", "runs": "list"}
SIZE_FIELDS: Mapping[str, Kind] = {"sizeBits": "nat", "sizes": "list"}
CUBIC_FIELDS = {**MARGIN_FIELDS, **RUN_FIELDS}
PREFIX_FIELDS = {**CUBIC_FIELDS, **SIZE_FIELDS}


class Sized(Protocol):
    """What has so many tokens, and positions less one."""

    @property
    def v(self) -> int: ...

    @property
    def n(self) -> int: ...


def margin_fields(t: Tables, margins: Margins) -> dict[str, Value]:
    """Margins, packed."""
    rows = margins.token, margins.direct, margins.own
    bits = margin_bits(t.width)
    return {name: packed(each, bits) for name, each in zip(MARGIN_FIELDS, rows, strict=True)}


def run_fields(t: Sized, found: Iterable[Run]) -> dict[str, Value]:
    """How the classes fall into runs, packed."""
    return code_fields(t, [[code(t.n, pair) for pair in row] for row in _by_pair(t, found)])


def code_fields(t: Sized, codes: Sequence[Sequence[int]]) -> dict[str, Value]:
    """Codes, for each maximum and query, packed."""
    bits = run_bits(t.n)
    return {"runBits": bits, "runs": packed(codes, bits * t.n + 1)}


def size_fields(t: Sized, found: Iterable[Run]) -> dict[str, Value]:
    """The numbers of tokens that runs admit, packed."""
    return packed_sizes(t, sizes(t, found))


def packed_sizes(t: Sized, rows: Sequence[Sequence[int]]) -> dict[str, Value]:
    """Numbers of tokens, for each maximum `n` places for each query, packed."""
    bits = t.v.bit_length()
    return {"sizeBits": bits, "sizes": packed(rows, bits)}


def sizes(t: Sized, found: Iterable[Run]) -> list[list[int]]:
    """For each maximum, the numbers of tokens of all runs, `n` places for each query."""
    rows = []
    for row in _by_pair(t, found):
        each = [[len(run.tokens) for run in pair if run.first > 0] for pair in row]
        rows.append([size for pair in each for size in [*pair, *[0] * (t.n - len(pair))]])
    return rows


def _by_pair(t: Sized, found: Iterable[Run]) -> list[list[Sequence[Run]]]:
    """The runs of each maximum and query."""
    rows: list[list[Sequence[Run]]] = [[()] * (m + 1) for m in range(t.v)]
    for (query, maximum), pair in groupby(found, key=lambda run: (run.query, run.maximum)):
        rows[maximum][query] = list(pair)
    return rows
