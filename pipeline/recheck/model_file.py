"""A model file read again, by the `safetensors` and `numpy` packages, and compared with Lean's weights."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import safetensors

from pipeline.recheck.floats import Dyadic, decode, numerator
from pipeline.recheck.refused import Refused
from pipeline.recheck.said import said_scale
from pipeline.recheck.transformer.weights import TENSORS, Weights
from pipeline.recheck.unwrapped import unwrapped

LONG_NAMES = {"W_E": "embed.W_E", "W_pos": "pos_embed.W_pos", "W_U": "unembed.W_U"}
MAX_FRAC = 4096
ALSO = ("b_Q", "b_K", "b_V", "b_O", "b_U", "mask", "IGNORE", "attn_scale")
"""Tensors that a file may hold besides the weights; biases have to be zero."""


@dataclass(frozen=True)
class Stored:
    """A tensor: the type and the shape of its entries, and their bytes, little-endian and in row order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    def numbers(self) -> list[Dyadic]:
        return decode(self.data, self.dtype)


@dataclass(frozen=True)
class ModelFile:
    """The tensors of a file under their short names."""

    tensors: Mapping[str, Stored]
    scale: Dyadic
    """What scores are divided by."""

    def holds(self, w: Weights) -> None:
        """Refuse weights that are not exactly those of the file."""
        if max(w.frac, w.scale_frac) > MAX_FRAC:
            raise Refused(f"frac or scale_frac is above {MAX_FRAC}, which no float needs")
        for name in TENSORS:
            stored, tensor = self.tensors[name], w.tensors[name]
            shape = stored.shape
            if name in ("W_Q", "W_K", "W_V", "W_O") and len(shape) == 3 and shape[0] == 1:
                shape = shape[1:]
            if shape != (w.rows(name), w.columns(name)) or not tensor.has_rows(w.rows(name)):
                raise Refused(f"{name} does not have the shape that it has in the model's file")
            if tensor.bits < 1 or any(row >> tensor.bits * w.columns(name) for row in tensor.rows):
                raise Refused(f"{name} has rows that are longer than they should be")
            entries = [entry for row in tensor.matrix(w.columns(name)) for entry in row]
            if entries != [numerator(number, w.frac) for number in stored.numbers()]:
                raise Refused(f"{name} does not hold the numbers of the model's file")
        if w.attn_scale != numerator(self.scale, w.scale_frac):
            raise Refused("attn_scale is not that of the model's file")


def reads(content: bytes) -> bool:
    """Is it a kind of file that is read here?  (Torch files are not.)"""
    zipped = content[:2] == b"PK" and b"/data.pkl" not in content
    return zipped or content[8:9] == b"{"


def read_model(content: bytes) -> ModelFile:
    """Read the content of a .safetensors or .npz file; refuses biases."""
    found = read_tensors(content)
    for name in ALSO[:5]:
        if name in found.tensors and any(m for m, _ in found.tensors[name].numbers()):
            raise Refused(f"the bias {name} is not zero")
    return found


def read_stored(content: bytes) -> tuple[dict[str, Stored], dict[str, object]]:
    """The tensors of a .safetensors or .npz file under their own names, and what else it says."""
    try:
        return _npz(content) if content[:2] == b"PK" else _safetensors(content)
    except Refused:
        raise
    except Exception as error:  # the readers raise nearly every kind on damaged data
        raise Refused(f"the model's file cannot be read ({type(error).__name__})") from None


def read_tensors(content: bytes, more: Mapping[str, str] = MappingProxyType({})) -> ModelFile:
    """Read the content of a .safetensors or .npz file; `more` are names besides the known ones, with what is meant."""
    stored, said = read_stored(content)
    stored.pop("n_averaged", None)
    names = unwrapped(stored)
    tensors: dict[str, Stored] = {}
    for key, tensor in stored.items():
        name = more.get(names[key]) or _short(names[key])
        if name is None and tensor.shape in ((), (1,)):
            said[names[key]] = _single(tensor)
            continue
        if name is None:
            raise Refused(f"the model's file has a tensor {ascii(key)[:60]}, which is not known")
        if name in tensors:
            raise Refused(f"{name} is given twice in the model's file")
        tensors[name] = tensor
    missing = [name for name in TENSORS if name not in tensors]
    if missing:
        raise Refused(f"the model's file has no {', '.join(missing)}")
    return ModelFile(tensors, _scale(tensors, said))


def _short(key: str) -> str | None:
    for name in (*TENSORS, *ALSO):
        prefix = "unembed." if name == "b_U" else "blocks.0.attn."
        if key in (name, LONG_NAMES.get(name, prefix + name)):
            return name
    return None


def _single(tensor: Stored) -> object:
    """One number that is no weight, as a truth value or a float."""
    if tensor.dtype in ("BOOL", "U8", "I8", "I16", "I32", "I64"):
        return int.from_bytes(tensor.data, "little", signed=tensor.dtype.startswith("I"))
    mantissa, exponent = tensor.numbers()[0]
    return math.ldexp(mantissa, exponent)


def _scale(tensors: Mapping[str, Stored], said: Mapping[str, object]) -> Dyadic:
    value = said_scale(said)
    if "attn_scale" in tensors and value is not None:
        raise Refused("attn_scale is given twice in the model's file")
    if "attn_scale" in tensors:
        numbers = tensors["attn_scale"].numbers()
        if len(numbers) != 1:
            raise Refused("attn_scale is not one number")
        return numbers[0]
    if value is None:
        value = math.sqrt(tensors["W_Q"].shape[-1])
    return decode(np.float64(value).astype("<f8").tobytes(), "F64")[0]


def _safetensors(content: bytes) -> tuple[dict[str, Stored], dict[str, object]]:
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    entries = safetensors.deserialize(content)  # type: ignore[no-untyped-call]
    found = {
        name: Stored(entry["dtype"], tuple(entry["shape"]), bytes(entry["data"]))
        for name, entry in entries
    }
    return found, dict(header.get("__metadata__", {}))


def _npz(content: bytes) -> tuple[dict[str, Stored], dict[str, object]]:
    found: dict[str, Stored] = {}
    said: dict[str, object] = {}
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        if len(set(archive.files)) != len(archive.files):
            raise Refused("an array is given twice in the model's file")
        for key in archive.files:
            array = archive[key]
            if array.dtype.kind in "US" and array.shape == ():
                said[key] = str(array)
                continue
            if array.dtype.kind not in "fbiu" or array.dtype.itemsize > 8:
                raise Refused(f"entries of type {array.dtype} are not read")
            little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
            kind = (
                "BOOL"
                if array.dtype.kind == "b"
                else array.dtype.kind.upper() + str(8 * array.dtype.itemsize)
            )
            found[key] = Stored(kind, array.shape, little.tobytes())
    return found, said
