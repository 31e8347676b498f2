"""The network as the proof sees it: integers over a common power of two, and the table of its group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model import Assumption

Rows = list[list[int]]

SIDES = (("W_L", ("W_E_L", "W_in_L")), ("W_R", ("W_E_R", "W_in_R")), ("W_U", ("W_out", "W_U")))


@dataclass(frozen=True)
class Network:
    """`logits(x, y) = relu(W_L[x] + W_R[y] + b) W_U + b_U`, with exact weights.

    Entry `[i][j]` of a tensor stands for `tensors[name][i][j] / 2**frac`; `matrices` says of `W_L`, `W_R` and `W_U`
    which tensor each is, or of which two it is the product.  `table[x][y]` is the number of `x * y`.
    """

    family: ClassVar[str] = "network"
    group: str
    order: int
    width: int
    frac: int
    table: Rows
    tensors: Mapping[str, Rows]
    matrices: Mapping[str, tuple[str, ...]]
    digest: str
    file_digest: str
    assumed: tuple[Assumption, ...] = ()
    """Nothing: its architecture is the statement's."""
    notes: tuple[str, ...] = ()

    @property
    def n_ctx(self) -> int:
        """An input is a pair."""
        return 2

    @property
    def d_vocab(self) -> int:
        """Tokens are elements."""
        return self.order

    def bits(self, name: str) -> int:
        """The least `bits >= 1` with `-2**(bits-1) <= e < 2**(bits-1)` for all entries `e`."""
        return 1 + max(
            ((e if e >= 0 else ~e).bit_length() for row in self.tensors[name] for e in row),
            default=0,
        )
