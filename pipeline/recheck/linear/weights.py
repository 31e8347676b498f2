"""The weights of a theorem, as in `lean/Compact/Linear/Statement.lean`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from pipeline.recheck.natural import power
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor

Rows = list[list[int]]


@dataclass(frozen=True)
class Factor:
    """A stored matrix of a product."""

    name: str
    tensor: Tensor
    rows: int
    """How many rows the product wants it to have."""


@dataclass(frozen=True)
class Weights:
    """The structure `Linear.Weights` in Lean; `adds` is the product of all factors."""

    n_ctx: int
    d_vocab: int
    frac: int
    factors: Sequence[Factor]

    @property
    def unit(self) -> int:
        """What tokens add to logits are integers over this."""
        return power(power(2, self.frac), len(self.factors))

    def columns(self, i: int) -> int:
        """How many columns are read of the factor `i`."""
        return self.factors[i + 1].rows if i + 1 < len(self.factors) else self.d_vocab

    def require_shapes(self) -> None:
        """Refuse what is not `wellFormed`."""
        if self.n_ctx < 1:
            raise Refused("there are no tokens")
        for factor in self.factors:
            if not factor.tensor.has_rows(factor.rows):
                raise Refused(f"{factor.name} does not have the rows that it should have")

    def matrix(self, i: int) -> Rows:
        """The factor `i`, in integers over `2^frac`."""
        return self.factors[i].tensor.matrix(self.columns(i))

    def adds(self) -> Rows:
        """Row `s`: what the token `s` adds to the logits, times `unit`."""
        result = self.matrix(0)
        for i in range(1, len(self.factors)):
            turned = list(map(list, zip(*self.matrix(i), strict=True)))
            turned = turned or [[]] * self.columns(i)
            result = [[sum(map(mul, row, column)) for column in turned] for row in result]
        return result
