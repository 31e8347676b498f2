"""Torch files, new (zip) and old: state dicts, and checkpoints that hold one."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import MalformedInput
from pipeline.model.container import Container
from pipeline.model.files import MAX_FILE_BYTES
from pipeline.model.nested import weights_in
from pipeline.model.torch_tensor import byte_size, stored

LEGACY_MAGIC = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
"""How files of `torch.save` began before they were zip archives."""

_CURE = "save `model.state_dict()` with torch.save, or use .safetensors"


def parse_torch(path: Path, content: bytes) -> Container:
    """What torch loads as plain weights."""
    try:
        import torch
    except ImportError as error:
        raise MalformedInput(
            f"{path}: a torch file, and torch is not installed",
            cure="install torch, or save the weights as .safetensors",
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on layouts that are in beta: they are read by value
            loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # torch and the pickle machine raise nearly every kind
        raise _cannot_load(path, error) from error
    state, metadata, notes = weights_in(path, loaded, lambda each: isinstance(each, torch.Tensor))
    tensors: Mapping[str, Any] = {str(key): tensor for key, tensor in state.items()}
    if sum(byte_size(tensor) for tensor in tensors.values()) > MAX_FILE_BYTES:
        raise MalformedInput(
            f"{path}: holds more than {MAX_FILE_BYTES >> 20} MiB of weights",
            cure="give the weights of a one-layer model only",
        )
    return Container({key: stored(tensor) for key, tensor in tensors.items()}, metadata, notes)


def _cannot_load(path: Path, error: Exception) -> MalformedInput:
    """What torch's refusal means."""
    said = " ".join(str(error).split())
    if "TorchScript" in said:
        return MalformedInput(
            f"{path}: a TorchScript program, not weights",
            cure=f"torch.save(torch.jit.load({ascii(path.name)[:60]}).state_dict(), 'model.pt')",
        )
    found = re.search(r"Unsupported (?:global|class): (?:GLOBAL )?([\w.]+)", said)
    if found is not None and "Uninitialized" in found[1]:
        return MalformedInput(
            f"{path}: holds a weight that was never initialised (a lazy module)",
            cure="run the model once, then save it",
        )
    if found is not None:
        return MalformedInput(
            f"{path}: torch cannot load it as plain weights: it holds a Python object ({found[1][:80]})",
            cure="save `model.state_dict()` with torch.save, and settings as plain numbers and text",
        )
    return MalformedInput(
        f"{path}: torch cannot load it as plain weights ({type(error).__name__})", cure=_CURE
    )
