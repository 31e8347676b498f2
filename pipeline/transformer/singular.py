"""How close attention is to rank one."""

from __future__ import annotations

import numpy as np

from pipeline.model import Model

_ZERO = 1e-12


def singular_value_ratio(model: Model) -> float | None:
    """The first over the second singular value of `(W_E + W_pos[-1]) W_Q W_K^T W_E^T`
    `[d_vocab, d_vocab]`; `None` if the second is zero, up to rounding, or not to be had."""
    try:
        W = {name: np.array(rows, dtype=np.float64) for name, rows in model.tensors.items()}
        scores = (W["W_E"] + W["W_pos"][-1]) @ W["W_Q"] @ (W["W_E"] @ W["W_K"]).T
        values = np.linalg.svd(scores, compute_uv=False)
    except (OverflowError, np.linalg.LinAlgError):
        return None  # float64 does not hold these weights
    if len(values) < 2 or values[1] <= _ZERO * values[0]:
        return None
    return float(values[0] / values[1])
