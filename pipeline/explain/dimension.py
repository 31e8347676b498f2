"""The unexplained dimension of a proof in parts: how many numbers its case analysis takes as they are.

After Gross et al.: `v^2` for OV and `2 n v` for the positions, which are always multiplied out; for QK and for the
direct path `v^2` if they are multiplied out, else the entries of the columns and rows that are taken off them.  For
low-rank-qk that is the reference's `2 v + 2 d`; for the direct path the reference counts `W_U` as well, this does not.
"""

from __future__ import annotations

from pipeline.model import Model
from pipeline.transformer.checker.chains import Part
from pipeline.transformer.checker.shares import Choice


def unexplained(model: Model, choice: Choice | None) -> int:
    """Of a choice of parts; `None` multiplies everything out."""
    v = model.d_vocab
    if choice is None:
        return 3 * v**2 + 2 * model.n_ctx * v
    qk = _numbers(choice.qk, v)
    direct = _numbers(choice.eu, v) + (0 if choice.eu.exact else model.d_model)
    return v**2 + qk + direct + 2 * model.n_ctx * v


def _numbers(part: Part, v: int) -> int:
    if part.exact:
        return v**2
    return sum(len(peel.column) + len(peel.row) for peel in part.peels)
