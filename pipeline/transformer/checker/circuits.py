"""The model's circuits as exact integers (mirror of `lean/Compact/Transformer/Circuit/Compute.lean`).

Names and meaning follow Gross et al., arXiv 2406.11779, section 3: the QK circuit says where the
last position attends, the OV circuit what it then reads, the direct path what it knows by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from flint import fmpz_mat

from pipeline.model import Model

IntMatrix = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Circuits:
    """Exact integer matrices; the real number is the entry over the power of two given."""

    EQKE: IntMatrix
    """`[d_vocab, d_vocab]` over `2^(4 frac)`: score of key token k for query token q, unscaled."""
    EQKP: IntMatrix
    """`[d_vocab, n_ctx]` over `2^(4 frac)`: score of position p for query token q, unscaled."""
    EVOU: IntMatrix
    """`[d_vocab, d_vocab]` over `2^(4 frac)`: logits that attending to token k contributes."""
    PVOU: IntMatrix
    """`[n_ctx, d_vocab]` over `2^(4 frac)`: logits that attending to position p contributes."""
    EU: IntMatrix
    """`[d_vocab, d_vocab]` over `2^(2 frac)`: direct path of query token q, last position."""
    score_num: int
    score_den: int
    """Scores are the entries of EQKE and EQKP times `score_num / score_den`, which is
    `2^scale_frac / (attn_scale * 2^(4 frac))`."""


def circuits(model: Model) -> Circuits:
    """Multiply the weights out, exactly."""
    W = {name: fmpz_mat(rows) for name, rows in model.tensors.items()}
    resid = W["W_E"] + _repeated(model.tensors["W_pos"][-1], model.d_vocab)
    query = resid * W["W_Q"]
    out = W["W_O"] * W["W_U"]
    return Circuits(
        EQKE=_entries(query * (W["W_E"] * W["W_K"]).transpose()),
        EQKP=_entries(query * (W["W_pos"] * W["W_K"]).transpose()),
        EVOU=_entries(W["W_E"] * W["W_V"] * out),
        PVOU=_entries(W["W_pos"] * W["W_V"] * out),
        EU=_entries(resid * W["W_U"]),
        score_num=1 << model.scale_frac,
        score_den=model.attn_scale << (4 * model.frac),
    )


def _repeated(row: Sequence[int], times: int) -> fmpz_mat:
    return fmpz_mat([list(row)] * times)


def _entries(matrix: fmpz_mat) -> IntMatrix:
    """As Python integers."""
    entries = np.empty((matrix.nrows(), matrix.ncols()), dtype=object)
    for i, row in enumerate(matrix.tolist()):
        entries[i, :] = [int(entry) for entry in row]
    return entries
