"""A torch tensor of any layout, device and type as its exact numbers, or why it has none."""

from __future__ import annotations

import math
from typing import Any

from pipeline.model.container import StoredTensor, Trouble

_CURE_SAVE = "save `model.state_dict()` with torch.save, or use .safetensors"


def byte_size(tensor: Any) -> int:
    """What the tensor takes when it is laid out in full."""
    try:
        return int(math.prod(tensor.shape) * tensor.dtype.itemsize)
    except Exception:  # a layout without a shape of its own, such as nested tensors: refused below
        return 0


def stored(tensor: Any) -> StoredTensor:
    """The tensor as stored; its trouble if its numbers cannot be had exactly."""
    import torch

    dtypes = {
        torch.float16: "F16",
        torch.bfloat16: "BF16",
        torch.float32: "F32",
        torch.float64: "F64",
        torch.bool: "BOOL",
        torch.uint8: "U8",
        torch.int8: "I8",
        torch.int16: "I16",
        torch.int32: "I32",
        torch.int64: "I64",
    }
    name = str(getattr(tensor, "dtype", "unknown")).removeprefix("torch.")
    try:
        trouble = _trouble(tensor)
        shape = tuple(int(size) for size in tensor.shape) if trouble is None else _shape(tensor)
        if trouble is not None or tensor.dtype not in dtypes:
            return StoredTensor(name, shape, b"", trouble)
        plain = tensor.detach()
        if plain.layout != torch.strided:
            plain = (
                plain.to_dense()
            )  # sparse or blocked: zeros and entries are put where they belong
        plain = plain.resolve_conj().resolve_neg().cpu().contiguous()
        data = plain.flatten().view(torch.uint8).numpy().tobytes()
    except Exception as error:  # kinds of tensors that nobody has met here
        kind = f"{type(tensor).__name__}, {getattr(tensor, 'layout', 'of no layout')}"
        what = f"cannot be laid out as plain numbers ({kind}: {type(error).__name__})"
        return StoredTensor(name, _shape(tensor), b"", Trouble(what, _CURE_SAVE))
    return StoredTensor(dtypes[tensor.dtype], shape, data)


def _trouble(tensor: Any) -> Trouble | None:
    """What keeps a tensor from having exact numbers of its own."""
    if tensor.device.type == "meta":
        return Trouble(
            "has no data: it is on the device meta", "load the weights into the model, then save it"
        )
    if tensor.is_quantized:
        return Trouble(
            "is quantized, and its numbers depend on how it is unpacked",
            "save `tensor.dequantize()`, which is what the model computes with",
        )
    if tensor.is_nested:
        return Trouble("is a nested tensor, not a matrix", "save each tensor by itself")
    if tensor.is_complex():
        return Trouble(
            "has complex entries", "the theorem is about real weights: save `tensor.real`"
        )
    return None


def _shape(tensor: Any) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in tensor.shape)
    except Exception:  # uninitialised and nested tensors have none
        return ()
