"""Checkpoints: the one dict of weights among optimizer state, epochs and settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import MalformedInput

MAX_DEPTH = 8
_CURE = "save `model.state_dict()` with torch.save"
_NO_WEIGHTS = re.compile(r"optim|sched|scaler|rng|grad", re.I)
"""Parts of a checkpoint that hold tensors which are no weights."""

_WEIGHT = re.compile(r"(^|\.)W_[A-Za-z]+$")

IsTensor = Callable[[object], bool]
Found = tuple[Mapping[Any, Any], dict[str, object], tuple[str, ...]]


def weights_in(path: Path, loaded: object, is_tensor: IsTensor) -> Found:
    """The weights by name, what is said beside them, and notes on where they were."""
    if isinstance(loaded, list | tuple) and loaded and all(isinstance(x, Mapping) for x in loaded):
        raise MalformedInput(
            f"{path}: a list of {len(loaded)} dicts, as of several checkpoints",
            cure="save the one state dict that the theorem should be about",
        )
    if not isinstance(loaded, Mapping):
        raise MalformedInput(f"{path}: not a state dict of tensors", cure=_CURE)
    candidates = dict(_dicts_with_matrices(loaded, is_tensor, ())) or (
        {(): loaded} if any(is_tensor(each) for each in loaded.values()) else {}
    )
    if not candidates:
        raise MalformedInput(f"{path}: not a state dict of tensors", cure=_CURE)
    if len(candidates) > 1:
        names = ", ".join(_shown(where) for where in candidates)
        raise MalformedInput(
            f"{path}: holds weights more than once ({names[:160]})",
            cure="save the one state dict that the theorem should be about",
        )
    (where, state), = candidates.items()  # fmt: skip
    notes = (f"the weights are under {_shown(where)} in the checkpoint",) if where else ()
    tensors = {key: value for key, value in state.items() if is_tensor(value)}
    said = _beside(loaded, where)
    for key, value in state.items():
        if not is_tensor(value):
            if _WEIGHT.search(str(key)):
                raise MalformedInput(
                    f"{path}: {ascii(str(key))[1:-1][:60]} is of type {type(value).__name__}, not a tensor",
                    cure=_CURE,
                )
            said[str(key)] = value
    return tensors, _settings(said, is_tensor), notes


def _beside(loaded: Mapping[Any, Any], where: tuple[str, ...]) -> dict[str, object]:
    """What lies beside the weights, at every level above them."""
    said: dict[str, object] = {}
    for key in where:
        said |= {str(name): value for name, value in loaded.items() if name != key}
        loaded = loaded[key]
    return said


def _dicts_with_matrices(
    data: Mapping[Any, Any], is_tensor: IsTensor, where: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Mapping[Any, Any]]]:
    """All dicts that hold at least one matrix by name, with the keys that lead there."""
    named = [value for key, value in data.items() if isinstance(key, str) and is_tensor(value)]
    if any(len(_shape(each)) >= 2 for each in named):
        yield where, data
        return
    for key, value in data.items():
        skipped = not isinstance(key, str) or _NO_WEIGHTS.search(key) or len(where) >= MAX_DEPTH
        if isinstance(value, Mapping) and not skipped:
            yield from _dicts_with_matrices(value, is_tensor, (*where, key))


def _settings(data: Mapping[str, Any], is_tensor: IsTensor) -> dict[str, object]:
    """What is plain text, numbers, lists and dicts of these; nothing of the optimizer."""

    def plain(value: object, depth: int) -> object:
        if isinstance(value, Mapping) and depth < MAX_DEPTH:
            kept = ((str(key), each) for key, each in value.items())
            return {key: plain(each, depth + 1) for key, each in kept if not is_tensor(each)}
        return value

    kept = {key: value for key, value in data.items() if not _NO_WEIGHTS.search(key)}
    return {key: plain(value, 0) for key, value in kept.items() if not is_tensor(value)}


def _shape(tensor: Any) -> tuple[int, ...]:
    try:
        return tuple(tensor.shape)
    except Exception:  # uninitialised tensors have none
        return ()


def _shown(where: tuple[str, ...]) -> str:
    return " / ".join(ascii(key)[:40] for key in where) or "the top"
