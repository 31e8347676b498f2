"""Cubic, for a model with one head and an MLP: `lean/Compact/Transformer/Strategy/MlpCubic.lean`.

Quartic's rows (`quartic.py`), but what is left of ReLUs is taken off the margin over all other outputs alike, by the
largest coefficient of each neuron: one number for each query, maximum and token instead of one for each output, too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from pipeline.emit.theorem import Value
from pipeline.transformer.mlp.model import MlpModel, block_size
from pipeline.transformer.mlp.quartic import MlpQuartic, Prepared
from pipeline.transformer.mlp.quartic_rows import MlpRows, Rows

KEPT = (12, 40_000)
"""Of each token of each query and maximum the kernel keeps so many numbers as long as a column, and other bytes."""
TESTED = (25, 25_000)
"""Of each test of it: so many numbers as long as a row, and other bytes."""


@dataclass(frozen=True)
class CubicRows(MlpRows):
    """The rows of this strategy."""

    def over(self, m: int) -> Rows:
        """The largest coefficient, less that of the maximum, for all outputs but that."""
        return [[0 if t == m else max(row) - row[m] for t in range(len(row))] for row in self.outs]


class MlpCubic(MlpQuartic):
    """For each query and maximum each neuron by a slope, and each other token, with one number for all outputs."""

    name = "cubic"
    checker = "MlpCubic"
    summary = "as quartic, but what ReLUs may lose is one number for all outputs; d_vocab^3 row operations"
    when = "an MLP and one head, where quartic takes too long; it proves less"

    def prepared(self, model: MlpModel) -> Prepared:
        """Quartic's tables, other rows."""
        found = super().prepared(model)
        of_rows = {each.name: getattr(found.rows, each.name) for each in fields(MlpRows)}
        return replace(found, rows=CubicRows(**of_rows))

    def cell_bytes(self, model: MlpModel, lane: int, bits: Value) -> int:
        """What the kernel keeps of one token of one query and maximum."""
        assert isinstance(bits, int)
        v, last = model.d_vocab, model.neurons.d_mlp - 1
        column, row = lane * (last + last // block_size(model) + 2) // 8, bits * v // 8
        (columns, rest), (tests, others) = KEPT, TESTED
        return columns * column + rest + (model.n_ctx - 1) * (tests * row + others)
