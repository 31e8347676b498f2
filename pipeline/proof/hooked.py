"""A TransformerLens model that is in memory already."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import safetensors.numpy

from pipeline.errors import MalformedInput
from pipeline.proof.subject import LoadedModel, load

_NAME = re.compile(r"\w[\w-]{0,99}", re.ASCII)
"""It is a part of a path."""


class Hooked(Protocol):
    """What is used of a `HookedTransformer`: nothing of torch is imported here."""

    @property
    def cfg(self) -> Any: ...

    def state_dict(self) -> Mapping[str, Any]: ...


def from_hooked(model: Hooked, name: str = "hooked") -> LoadedModel:
    """The exact weights of a `HookedTransformer`; what its configuration says of attention and norms is honoured,
    or refused, as in a file (docs/your-model.md).  `name` is what the model's file would be called."""
    if not _NAME.fullmatch(name):
        raise MalformedInput(
            f"no name of a model: {name[:40]!a}", cure="use up to 100 letters, digits, - and _"
        )
    try:
        arrays = {key: _array(each) for key, each in model.state_dict().items()}
        settings = {key: str(each) for key, each in vars(model.cfg).items() if _plain(each)}
    except (AttributeError, TypeError) as error:
        raise MalformedInput(
            f"not a HookedTransformer ({error})",
            cure="give an object with cfg and state_dict(), or a file to `load`",
        ) from None
    with tempfile.TemporaryDirectory(prefix="compact-hooked-") as directory:
        path = Path(directory) / f"{name}.safetensors"
        safetensors.numpy.save_file(arrays, path, settings)
        return load(path)


def _array(tensor: Any) -> Any:
    """As numpy; torch's tensors have to leave their device and their gradients first."""
    for step in ("detach", "cpu"):
        tensor = getattr(tensor, step)() if hasattr(tensor, step) else tensor
    array = tensor.numpy() if hasattr(tensor, "numpy") else np.asarray(tensor)
    return np.ascontiguousarray(array)


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
