"""What a model file holds, whatever its format: named tensors as stored, and what is said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Trouble:
    """Why the numbers of a tensor cannot be read, and how to mend that."""

    what: str
    cure: str


@dataclass(frozen=True)
class StoredTensor:
    """A tensor as stored: safetensors dtype name, shape, little-endian bytes in row order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes
    trouble: Trouble | None = None
    """If the numbers are not in `data`.  Harmless until somebody needs them."""


@dataclass(frozen=True)
class Container:
    """The content of a model file."""

    tensors: Mapping[str, StoredTensor]
    metadata: Mapping[str, object] = field(default_factory=dict)
    """What is said of the model: safetensors metadata, or what a checkpoint holds beside the weights."""
    notes: tuple[str, ...] = ()
    """What was looked through on the way, for people."""
