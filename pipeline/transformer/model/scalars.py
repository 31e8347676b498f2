"""Settings that are stored as arrays: `n_heads`, `use_attn_scale`, ... among the tensors of an npz file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.model.container import Container, StoredTensor
from pipeline.transformer.model.names import belongs
from pipeline.transformer.model.rules import is_setting

_TYPES = {
    "BOOL": "?", "U8": "<u1", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip


def without_scalars(container: Container) -> Container:
    """The same with single numbers that are settings moved to the metadata."""
    said = {
        name: np.frombuffer(tensor.data, _TYPES[tensor.dtype])[0].item()
        for name, tensor in container.tensors.items()
        if _says(name, tensor)
    }
    tensors = {name: each for name, each in container.tensors.items() if name not in said}
    return replace(container, tensors=tensors, metadata={**container.metadata, **said})


def _says(name: str, tensor: StoredTensor) -> bool:
    single = tensor.shape in ((), (1,)) and tensor.dtype in _TYPES and tensor.trouble is None
    return single and not belongs(name) and is_setting(name)
