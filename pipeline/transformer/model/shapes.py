"""The sizes of the model, from the shapes of its tensors, which have to fit together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.model import TENSOR_NAMES
from pipeline.transformer.model.names import BIAS_NAMES

MAX_ENTRIES = 1 << 22

Shapes = dict[str, tuple[int, int]]


def check_shapes(path: Path, stored: Mapping[str, StoredTensor]) -> Shapes:
    """The matrix shapes without the head dimension; refuses shapes that do not fit together."""
    found = {name: _without_head(path, name, stored[name].shape) for name in TENSOR_NAMES}
    for name, found_shape in found.items():
        trouble = stored[name].trouble
        if trouble is not None:
            raise MalformedInput(f"{path}: {name} {trouble.what}", cure=trouble.cure)
        if len(found_shape) != 2 or 0 in found_shape:
            raise MalformedInput(
                f"{path}: {name} has shape {list(stored[name].shape)}, not a matrix",
                cure="export the weights as TransformerLens stores them",
            )
    (d_vocab, d_model), d_head, n_ctx = found["W_E"], found["W_Q"][1], found["W_pos"][0]
    into_head, from_head = (d_model, d_head), (d_head, d_model)
    expected: Shapes = {
        "W_E": (d_vocab, d_model), "W_pos": (n_ctx, d_model), "W_Q": into_head, "W_K": into_head,
        "W_V": into_head, "W_O": from_head, "W_U": (d_model, d_vocab),
    }  # fmt: skip
    for name, shape in expected.items():
        if found[name] != shape:
            raise MalformedInput(
                f"{path}: {name} has shape {list(found[name])}, "
                f"expected {list(shape)} from W_E, W_pos and W_Q",
                cure=_cure(found[name], shape),
            )
    for name, size in zip(BIAS_NAMES, (d_head, d_head, d_head, d_model, d_vocab), strict=True):
        if name in stored and math.prod(stored[name].shape) != size:
            raise MalformedInput(
                f"{path}: {name} has shape {list(stored[name].shape)}, expected {size} entries",
                cure="export all weights from one model",
            )
    if sum(math.prod(shape) for shape in expected.values()) > MAX_ENTRIES:
        raise MalformedInput(
            f"{path}: more than {MAX_ENTRIES:,} weights", cure="give a smaller model"
        )
    return expected


def _cure(found: tuple[int, ...], expected: tuple[int, int]) -> str:
    if found == (expected[1], expected[0]):
        return "store it transposed (nn.Linear keeps its matrix the other way round)"
    return "export all weights from one model with equal input and output vocabulary"


def _without_head(path: Path, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Drop the head dimension that TransformerLens stores, which must be one."""
    if name not in {"W_Q", "W_K", "W_V", "W_O"} or len(shape) != 3 or shape[0] == 0:
        return shape
    if shape[0] > 1:
        raise MalformedInput(
            f"{path}: {shape[0]} attention heads ({name} has shape {list(shape)})",
            cure="give a model with one attention head, as the theorem is about those",
        )
    return shape[1:]
