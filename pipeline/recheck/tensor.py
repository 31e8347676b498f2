"""The structure `Tensor` in Lean, and its definitions in an emitted file, read as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import FIELD, NAME, fields_of
from pipeline.recheck.natural import minus, power
from pipeline.recheck.packed import unpack
from pipeline.recheck.refused import Refused

DEFINED = rf"def ({NAME}) : Tensor where\n((?:{FIELD.pattern})*)\s*"
"""The definition of a tensor: its name, and its fields."""


@dataclass(frozen=True)
class Tensor:
    """Rows of digits in base `2^bits`, each shifted up by `2^(bits-1)`."""

    bits: int
    rows: Sequence[int]

    def has_rows(self, count: int) -> bool:
        return len(self.rows) == count and self.bits >= 1

    @property
    def offset(self) -> int:
        return power(2, minus(self.bits, 1))

    def matrix(self, columns: int) -> list[list[int]]:
        """The entries over `2^frac`, as integers."""
        off = self.offset
        return [[digit - off for digit in unpack(self.bits, columns, row)] for row in self.rows]


def read_tensors(text: str) -> dict[str, Tensor]:
    """The tensors that a text of such definitions defines, by name, in order."""
    defined: dict[str, Tensor] = {}
    for each in re.finditer(DEFINED, text, re.ASCII):
        if each[1] in defined:
            raise Refused(f"{each[1]} is defined twice")
        defined[each[1]] = Tensor(*packed(each[2]))
    return defined


def packed(text: str) -> tuple[int, list[int]]:
    """The two fields of a packed matrix."""
    fields = Certificate(fields_of(text))
    fields.require(("bits",), ("rows",))
    return fields.nat("bits"), fields.row("rows")
