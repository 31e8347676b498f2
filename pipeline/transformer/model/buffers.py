"""Constants that are stored among the weights: the attention mask, and what hidden scores are replaced by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor

IGNORED_BELOW = -1e4
"""TransformerLens hides scores behind -inf, older versions behind -1e5."""

_CURE = "the theorem is about full causal attention: give a model whose last position sees all positions"
_TYPES = {
    "BOOL": "?", "U8": "<u1", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "U16": "<u2", "U32": "<u4", "U64": "<u8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip


def check_buffers(path: Path, stored: Mapping[str, StoredTensor], n_ctx: int) -> list[str]:
    """Refuse a mask that hides a position from the last one; notes on what else it does."""
    notes = []
    if "mask" in stored:
        notes = _check_mask(path, stored["mask"], n_ctx)
    if "IGNORE" in stored:
        values = _array(path, "IGNORE", stored["IGNORE"])
        if values.size != 1 or not float(values.ravel()[0]) <= IGNORED_BELOW:
            raise MalformedInput(
                f"{path}: IGNORE is {_few(values)}, which does not hide a score",
                cure="it has to be -inf, or at most -10000, as in TransformerLens",
            )
    return notes


def _check_mask(path: Path, tensor: StoredTensor, n_ctx: int) -> list[str]:
    mask = _array(path, "mask", tensor)
    if mask.size == 0:  # newer TransformerLens makes the causal mask when it is needed
        return []
    while mask.ndim > 2 and mask.shape[0] == 1:
        mask = mask[0]
    if mask.shape != (n_ctx, n_ctx):
        raise MalformedInput(
            f"{path}: the mask has shape {list(tensor.shape)}, expected [{n_ctx}, {n_ctx}] from W_pos",
            cure="store the mask of the model's own context, or leave it out",
        )
    seen = _visible(path, mask)
    if not bool(seen[-1].all()):
        hidden = ", ".join(map(str, np.flatnonzero(~seen[-1])[:5].tolist()))
        raise MalformedInput(
            f"{path}: the mask hides position {hidden} from the last position, as in local attention",
            cure=f"{_CURE} (in the mask, true means that a position is seen)",
        )
    if not np.array_equal(seen, np.tril(np.ones((n_ctx, n_ctx), dtype=bool))):
        return [
            "the stored mask is not the causal one; the answer is read at the last position, which it shows all"
        ]
    return []


def _visible(path: Path, mask: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """The mask as truth values: which position (column) a position (row) sees."""
    values = set(np.unique(mask).astype(float).tolist())
    if values <= {0.0, 1.0} and (mask.dtype.kind in "biu" or 1.0 in values):
        return mask.astype(bool)
    if (
        mask.dtype.kind == "f"
        and all(v == 0 or v <= IGNORED_BELOW for v in values)
        and len(values) > 1
    ):
        return np.asarray(mask == 0)  # added to the scores
    raise MalformedInput(
        f"{path}: the mask holds {_few(mask)}, neither truth values nor 0 and -inf",
        cure="store it as booleans, true where a position is seen, or leave it out",
    )


def _array(path: Path, name: str, tensor: StoredTensor) -> npt.NDArray[Any]:
    if tensor.trouble is not None:
        raise MalformedInput(f"{path}: {name} {tensor.trouble.what}", cure=tensor.trouble.cure)
    if 0 in tensor.shape:
        return np.zeros(tensor.shape, dtype=bool)
    if tensor.dtype == "BF16":  # the upper half of a float32
        wide = np.frombuffer(tensor.data, "<u2").astype("<u4") << np.uint32(16)
        return wide.view("<f4").reshape(tensor.shape)
    if tensor.dtype not in _TYPES:
        raise MalformedInput(
            f"{path}: {name} has entries of type {tensor.dtype}",
            cure="store it as booleans or floats",
        )
    return np.frombuffer(tensor.data, _TYPES[tensor.dtype]).reshape(tensor.shape)


def _few(values: npt.NDArray[Any]) -> str:
    shown = ", ".join(f"{value:g}" for value in np.unique(values.astype(float))[:3].tolist())
    return shown + (", ..." if np.unique(values).size > 3 else "")
