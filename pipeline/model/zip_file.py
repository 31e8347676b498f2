"""Zip archives: arrays by name (npz), torch's kind of archive, and what else comes zipped."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.errors import MalformedInput
from pipeline.model.container import Container, StoredTensor, Trouble
from pipeline.model.damage import CURE_DAMAGED, CURE_FORMAT, damaged
from pipeline.model.files import MAX_FILE_BYTES
from pipeline.model.torch_file import parse_torch

_OBJECTS = Trouble(
    "holds Python objects, which are not unpickled: they could run any code",
    "save plain arrays by name: np.savez('model.npz', **weights), not np.savez('model.npz', weights)",
)


def parse_zip(path: Path, content: bytes) -> Container:
    """The arrays of an npz file, or what torch finds in its archive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # zip readers raise many kinds on damaged data
        raise damaged(path, "zip", error) from error
    names = archive.namelist()
    if any(name.endswith("/data.pkl") for name in names):
        return parse_torch(path, content)
    if not names or not all(name.endswith(".npy") for name in names):
        raise MalformedInput(f"{path}: a zip archive that is no model file", cure=_cure(names))
    if len(set(names)) != len(names):
        raise MalformedInput(f"{path}: an array name occurs twice", cure=CURE_DAMAGED)
    if sum(info.file_size for info in archive.infolist()) > MAX_FILE_BYTES:
        raise MalformedInput(
            f"{path}: unpacks to more than {MAX_FILE_BYTES >> 20} MiB",
            cure="give the weights of a one-layer model only",
        )
    tensors: dict[str, StoredTensor] = {}
    said: dict[str, object] = {}
    try:
        for name in names:
            content = archive.read(name)
            text = _text(content)
            if text is None:
                tensors[name.removesuffix(".npy")] = parse_npy(content)
            else:
                said[name.removesuffix(".npy")] = text
    except Exception as error:  # so do decompressors and the npy header parser
        raise damaged(path, "npz", error) from error
    return Container(tensors, said)


def _text(content: bytes) -> str | None:
    """The array as text, if it is one: something said of the model."""
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        return None
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.kind not in "US" or shape != ():
        return None
    value = np.frombuffer(stream.read(), dtype).reshape(shape).item()
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def parse_npy(content: bytes) -> StoredTensor:
    """One array of an npz file; raises `ValueError` when it is damaged."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
    if dtype.kind == "O":
        return StoredTensor("object", shape, b"", _OBJECTS)
    data = stream.read()
    if dtype.kind not in "fbiu" or dtype.itemsize > 8:
        return StoredTensor(str(dtype), shape, b"")
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError("array data does not fit its shape")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    little_endian = array.astype(dtype.newbyteorder("<"))
    return StoredTensor(_safetensors_name(dtype), shape, little_endian.tobytes(order="C"))


def _safetensors_name(dtype: np.dtype[np.generic]) -> str:
    return "BOOL" if dtype.kind == "b" else f"{dtype.kind.upper()}{8 * dtype.itemsize}"


def _cure(names: Sequence[str]) -> str:
    """What to do with another archive: most hold the model file itself."""
    inside = [
        name for name in names if name.endswith((".safetensors", ".npz", ".pt", ".pth", ".bin"))
    ]
    if inside:
        return f"unpack it first, and give {ascii(inside[0])[:80]}"
    if any(name.endswith((".pb", ".keras", "config.json")) for name in names):
        return f"load it where it was made; {CURE_FORMAT}"
    if any(
        "serialized_exported_program" in name or name.endswith("archive_format") for name in names
    ):
        return "a torch.export program: save its .state_dict with torch.save"
    return CURE_FORMAT
