"""The model as the proof sees it: integers over a common power of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model import Assumption

Rows = list[list[int]]


@dataclass(frozen=True)
class Linear:
    """Each token adds its row of the product of all `factors` to the logits.

    Entry `[i][j]` of a tensor stands for `tensors[name][i][j] / 2**frac`; rows of the first factor are tokens, columns
    of the last are outputs, whichever way round the file has them.
    """

    family: ClassVar[str] = "linear"
    n_ctx: int
    d_vocab: int
    frac: int
    tensors: Mapping[str, Rows]
    """By their names in Lean, in the order in which they are multiplied."""
    digest: str
    file_digest: str
    assumed: tuple[Assumption, ...] = ()
    """Nothing: its architecture is the statement's."""
    notes: tuple[str, ...] = ()

    def bits(self, name: str) -> int:
        """The least `bits >= 1` with `-2**(bits-1) <= e < 2**(bits-1)` for all entries `e`."""
        return 1 + max(
            ((e if e >= 0 else ~e).bit_length() for row in self.tensors[name] for e in row),
            default=0,
        )

    @property
    def unit(self) -> int:
        """What tokens add to logits are integers over this (`unitOf` in Lean)."""
        return int(2 ** (self.frac * len(self.tensors)))

    def added(self) -> Rows:
        """What tokens add to logits, times `unit`."""
        first, *others = self.tensors.values()
        rows = first
        for other in others:
            columns = list(zip(*other, strict=True))
            rows = [
                [sum(a * b for a, b in zip(row, column, strict=True)) for column in columns]
                for row in rows
            ]
        return rows
