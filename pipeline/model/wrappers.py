"""Names without what wrappers put in front of them: torch.compile, DataParallel, Lightning, your own class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import Container, StoredTensor

_ANYWHERE = re.compile(r"(^|(?<=\.))(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.")
"""Put in front of any submodule."""

_COUNTERS = ("n_averaged",)
"""What a wrapper (`AveragedModel`) stores beside the weights of the wrapped model."""


def without_wrappers(path: Path, container: Container) -> Container:
    """The same tensors under the names that the model itself gives them; notes say what was looked through."""
    tensors = {name: each for name, each in container.tensors.items() if name not in _COUNTERS}
    removed: dict[str, None] = {}
    for name in tensors:
        removed |= dict.fromkeys(f"{match[2]}." for match in _ANYWHERE.finditer(name))
    tensors = _renamed(path, tensors, {name: _ANYWHERE.sub("", name) for name in tensors})
    prefix = common_prefix(tensors)
    if prefix:
        removed[prefix] = None
        tensors = _renamed(path, tensors, {name: name.removeprefix(prefix) for name in tensors})
    if not removed and len(tensors) == len(container.tensors):
        return container
    notes = [f"names of tensors were read without {ascii(each)[1:-1][:60]}" for each in removed]
    if len(tensors) < len(container.tensors):
        notes.append("n_averaged counts averaged models and is no weight")
    return replace(container, tensors=tensors, notes=(*container.notes, *notes))


def common_prefix(names: Iterable[str]) -> str:
    """The dotted parts, each with its dot, that all names (two or more) begin with."""
    parts = [name.split(".")[:-1] for name in names]
    if len(parts) < 2:
        return ""
    same = []
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        same.append(column[0])
    return "".join(f"{part}." for part in same)


def _renamed(
    path: Path, tensors: Mapping[str, StoredTensor], names: Mapping[str, str]
) -> dict[str, StoredTensor]:
    found: dict[str, StoredTensor] = {}
    for name, tensor in tensors.items():
        if names[name] in found:
            raise MalformedInput(
                f"{path}: {ascii(names[name])[1:-1][:60]} is given twice, with and without a wrapper",
                cure="keep one of them",
            )
        found[names[name]] = tensor
    return found
