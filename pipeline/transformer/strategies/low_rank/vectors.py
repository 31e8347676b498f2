"""The directions that an explanation names: arrays of an `.npz` file beside it, and a few that need no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.containers import parse, read_bytes
from pipeline.model.dyadic import FORMATS

MOST = 1 << 9
"""Directions under one name."""
LARGEST = 2.0**64
"""What an entry may be: far beyond any use, and far from where floats end."""

BUILT_IN = ("@all-alike", "@size")
"""All entries alike, and `-c, ..., c`: how large a token is."""
_CURE = (
    "np.savez('directions.npz', name=array), with finite floats, [entries] or [directions, entries]"
)


@dataclass(frozen=True)
class Listed:
    """A direction from a file."""

    entries: tuple[float, ...]
    where: str = field(compare=False)

    def of(self, length: int) -> Sequence[float]:
        """Its entries; `MalformedInput` if there are not so many."""
        if len(self.entries) != length:
            raise MalformedInput(
                f"{self.where} has {len(self.entries)} entries, this model wants {length}",
                cure="give an entry for each token or, in the residual stream, for each dimension",
            )
        return self.entries


@dataclass(frozen=True)
class BuiltIn:
    """A direction that is known for any length."""

    name: str

    def of(self, length: int) -> Sequence[float]:
        if self.name == "@all-alike":
            return (1.0,) * length
        return tuple(i - (length - 1) / 2 for i in range(length))


@dataclass(frozen=True)
class Vectors:
    """The arrays of a file, by name."""

    path: Path | None
    arrays: Mapping[str, StoredTensor]

    @classmethod
    def read(cls, path: Path | None) -> Vectors:
        """Read the file, without running anything in it."""
        return cls(path, {} if path is None else parse(path, read_bytes(path)).tensors)

    def named(self, name: str, asked_in: str) -> list[Listed] | list[BuiltIn]:
        """The directions under a name."""
        if name in BUILT_IN:
            return [BuiltIn(name)]
        if name not in self.arrays:
            have = [*map(ascii, self.arrays), *BUILT_IN]
            where = f"{self.path} has no array {ascii(name)[:60]}"
            if self.path is None:
                where = f"there is no file of directions to take {ascii(name)[:60]} from"
            raise MalformedInput(
                f"{asked_in}: {where}",
                cure=f'set directions = "FILE.npz", or use one of: {", ".join(have)[:200]}',
            )
        array = _numbers(self.arrays[name], f"{self.path}: {ascii(name)[:60]}")
        return [Listed(tuple(row), f"{asked_in}: {ascii(name)[:60]}") for row in array.tolist()]


def _numbers(stored: StoredTensor, what: str) -> npt.NDArray[np.float64]:
    """The rows of an array of finite floats, none of them zero."""
    if stored.trouble is not None:
        raise MalformedInput(f"{what} {stored.trouble.what}", cure=_CURE)
    if stored.dtype not in FORMATS or stored.dtype == "BF16":
        raise MalformedInput(f"{what} is of type {stored.dtype}, not of floats", cure=_CURE)
    width = FORMATS[stored.dtype].byte_width
    array = np.frombuffer(stored.data, dtype=f"<f{width}").astype(np.float64)
    if len(stored.shape) not in (1, 2) or array.size == 0:
        raise MalformedInput(f"{what} has the shape {_shape(stored.shape)}", cure=_CURE)
    array = array.reshape(1, -1) if len(stored.shape) == 1 else array.reshape(stored.shape)
    if len(array) > MOST:
        raise MalformedInput(
            f"{what} holds {len(array):,} directions; {MOST} are enough", cure=_CURE
        )
    if not np.isfinite(array).all():
        raise MalformedInput(f"{what} holds NaN or infinity", cure=_CURE)
    if np.abs(array).max() > LARGEST:
        raise MalformedInput(f"{what} holds an entry above 2^64", cure="scale the directions")
    if not (np.abs(array).max(axis=1) > 1 / LARGEST).all():
        raise MalformedInput(f"{what} holds a direction that is zero", cure="leave it out")
    return array


def _shape(shape: Sequence[int]) -> str:
    return f"[{', '.join(map(str, shape))}]"
