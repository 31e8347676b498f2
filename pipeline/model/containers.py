"""Model files as named tensors of raw bytes: safetensors, npz, torch state dicts.

The format is recognised by content, not by extension.  Nothing is unpickled, except by torch itself
with `weights_only=True`.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors

from pipeline.errors import MalformedInput

MAX_FILE_BYTES = 1 << 28
CURE_FORMAT = "save the weights as .safetensors or .npz, or as a torch state dict (.pt)"
CURE_DAMAGED = "the file is damaged or incomplete: copy or export it again"


@dataclass(frozen=True)
class StoredTensor:
    """A tensor as stored: safetensors dtype name, shape, little-endian bytes in row order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True)
class Container:
    """The content of a model file."""

    tensors: Mapping[str, StoredTensor]
    metadata: Mapping[str, str] = field(default_factory=dict)


def read_bytes(path: Path) -> bytes:
    """The content of a regular file of acceptable size."""
    try:
        if not path.exists():
            raise MalformedInput(f"{path}: no such file", cure="check the path")
        if not path.is_file():
            raise MalformedInput(
                f"{path}: not a regular file", cure="give the path of a model file"
            )
        if path.stat().st_size > MAX_FILE_BYTES:
            raise MalformedInput(
                f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB",
                cure="give the weights of a one-layer model only, without optimizer state",
            )
        return path.read_bytes()
    except OSError as error:
        raise MalformedInput(
            f"{path}: cannot be read ({error.strerror})", cure="check the path and its permissions"
        ) from error


def parse(path: Path, content: bytes) -> Container:
    """Parse the content of the model file `path`."""
    if not content:
        raise MalformedInput(f"{path}: the file is empty", cure=CURE_DAMAGED)
    if content[8:9] == b"{":
        return _parse_safetensors(path, content)
    if content.startswith(b"PK\x03\x04"):
        return _parse_zip(path, content)
    if content.startswith(b"\x80") and path.suffix in {".pt", ".pth"}:
        return _parse_torch(path, content)
    if path.suffix in {".safetensors", ".npz", ".pt", ".pth"}:
        raise MalformedInput(
            f"{path}: not a {path.suffix} file, or a truncated one", cure=CURE_DAMAGED
        )
    raise MalformedInput(f"{path}: not a model file", cure=CURE_FORMAT)


def _parse_safetensors(path: Path, content: bytes) -> Container:
    try:
        entries: list[tuple[str, dict[str, Any]]]
        entries = safetensors.deserialize(content)  # type: ignore[no-untyped-call]
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    except (safetensors.SafetensorError, ValueError) as error:
        raise _damaged(path, "safetensors", error) from error
    tensors = {
        name: StoredTensor(entry["dtype"], tuple(entry["shape"]), bytes(entry["data"]))
        for name, entry in entries
    }
    return Container(tensors, header.get("__metadata__", {}))


def _parse_zip(path: Path, content: bytes) -> Container:
    """A zip archive of arrays (npz), or torch's kind of zip archive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # zip readers raise many kinds on damaged data
        raise _damaged(path, "zip", error) from error
    names = archive.namelist()
    if any(name.endswith("/data.pkl") for name in names):
        return _parse_torch(path, content)
    if not names or not all(name.endswith(".npy") for name in names):
        raise MalformedInput(f"{path}: a zip archive that is no model file", cure=CURE_FORMAT)
    if len(set(names)) != len(names):
        raise MalformedInput(f"{path}: an array name occurs twice", cure=CURE_DAMAGED)
    if sum(info.file_size for info in archive.infolist()) > MAX_FILE_BYTES:
        raise MalformedInput(
            f"{path}: unpacks to more than {MAX_FILE_BYTES >> 20} MiB",
            cure="give the weights of a one-layer model only",
        )
    try:
        return Container({n.removesuffix(".npy"): _parse_npy(archive.read(n)) for n in names})
    except Exception as error:  # so do decompressors and the npy header parser
        raise _damaged(path, "npz", error) from error


def _parse_npy(content: bytes) -> StoredTensor:
    """One array of an npz file; raises `ValueError` when it is damaged."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
    data = stream.read()
    if dtype.kind != "f" or dtype.itemsize > 8:
        return StoredTensor(str(dtype), shape, b"")
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError("array data does not fit its shape")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    little_endian = array.astype(dtype.newbyteorder("<"))
    return StoredTensor(f"F{8 * dtype.itemsize}", shape, little_endian.tobytes(order="C"))


def _parse_torch(path: Path, content: bytes) -> Container:
    try:
        import torch
    except ImportError as error:
        raise MalformedInput(
            f"{path}: a torch file, and torch is not installed",
            cure="install torch, or save the weights as .safetensors",
        ) from error
    try:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # torch and the pickle machine raise nearly every kind
        raise MalformedInput(
            f"{path}: torch cannot load it as plain weights ({type(error).__name__})",
            cure="save `model.state_dict()` with torch.save, or use .safetensors",
        ) from error
    if not isinstance(state, dict) or not all(isinstance(v, torch.Tensor) for v in state.values()):
        raise MalformedInput(
            f"{path}: not a state dict of tensors", cure="save `model.state_dict()` with torch.save"
        )
    if sum(tensor.numel() * tensor.element_size() for tensor in state.values()) > MAX_FILE_BYTES:
        raise MalformedInput(
            f"{path}: holds more than {MAX_FILE_BYTES >> 20} MiB of weights",
            cure="give the weights of a one-layer model only",
        )
    names = {
        torch.float16: "F16",
        torch.bfloat16: "BF16",
        torch.float32: "F32",
        torch.float64: "F64",
    }
    tensors = {}
    for key, tensor in state.items():
        dtype, data = names.get(tensor.dtype), b""
        if dtype is not None:
            data = tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()
        tensors[str(key)] = StoredTensor(dtype or str(tensor.dtype), tuple(tensor.shape), data)
    return Container(tensors)


def _damaged(path: Path, kind: str, error: Exception) -> MalformedInput:
    detail = " ".join(str(error).split())[:120] or type(error).__name__
    return MalformedInput(f"{path}: not a readable {kind} file ({detail})", cure=CURE_DAMAGED)
