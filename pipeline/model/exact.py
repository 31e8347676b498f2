"""The exact numbers of a stored tensor."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.dyadic import FORMATS, Dyadics, NotFinite, decode


def exact(path: Path, name: str, tensor: StoredTensor) -> Dyadics:
    """The numbers, in row order; refuses what is no finite float."""
    if tensor.trouble is not None:
        raise MalformedInput(f"{path}: {name} {tensor.trouble.what}", cure=tensor.trouble.cure)
    if tensor.dtype not in FORMATS:
        raise MalformedInput(
            f"{path}: {name} has entries of type {tensor.dtype}", cure=_cure(tensor.dtype)
        )
    try:
        return decode(tensor.data, tensor.dtype)
    except NotFinite:
        raise MalformedInput(
            f"{path}: {name} has a NaN or infinite entry",
            cure="train again: this model has diverged",
        ) from None


def _cure(dtype: str) -> str:
    if "float8" in dtype or dtype.startswith("F8"):
        return "convert it with .float(), which is exact, and save it again"
    return "save float16, bfloat16, float32 or float64"
