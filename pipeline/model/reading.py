"""`read_model`: from a file to the exact model, refusing everything the theorem is not about."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.errors import MalformedInput
from pipeline.model.containers import StoredTensor, parse, read_bytes
from pipeline.model.digest import model_digest
from pipeline.model.dyadic import FORMATS, Dyadics, NotFinite, decode
from pipeline.model.model import TENSOR_NAMES, Model
from pipeline.model.names import BIAS_NAMES, SCALE_NAME, by_short_name

MAX_ENTRIES = 1 << 22

Shapes = dict[str, tuple[int, int]]


def read_model(path: str | os.PathLike[str]) -> Model:
    """Read a model file exactly; raises `MalformedInput` with one line that says what to change.

    Accepted: safetensors, npz and torch state dicts with float16, bfloat16, float32 or float64
    weights under TransformerLens or short names.  `attn_scale` is taken from a tensor or
    safetensors metadata of that name, else it is the double nearest to `sqrt(d_head)`, as in
    TransformerLens.

    A layer norm without weights (TransformerLens `LNPre`) leaves no trace in a file: the model
    read is the one without it.
    """
    path = Path(path)
    content = read_bytes(path)
    container = parse(path, content)
    stored = by_short_name(path, container.tensors)
    shapes = _check_shapes(path, stored)
    numbers = {name: _decode(path, name, stored[name]) for name in TENSOR_NAMES}
    for name in BIAS_NAMES:
        if name in stored and _decode(path, name, stored[name]).mantissas.any():
            raise MalformedInput(
                f"{path}: the bias {name} is not zero",
                cure="train without biases, or with biases frozen at zero: the theorem has none",
            )
    scale = _attn_scale(
        path, stored.get(SCALE_NAME), container.metadata.get(SCALE_NAME), shapes["W_Q"][1]
    )
    frac = max(each.frac for each in numbers.values())
    parts = [(name, shapes[name], numbers[name]) for name in TENSOR_NAMES]
    return Model(
        n_ctx=shapes["W_pos"][0],
        d_vocab=shapes["W_E"][0],
        d_model=shapes["W_E"][1],
        d_head=shapes["W_Q"][1],
        frac=frac,
        attn_scale=scale.numerators(scale.frac)[0],
        scale_frac=scale.frac,
        tensors={name: _rows(each.numerators(frac), shape[1]) for name, shape, each in parts},
        digest=model_digest([*parts, (SCALE_NAME, (1, 1), scale)]),
        file_digest=hashlib.sha256(content).hexdigest(),
    )


def _check_shapes(path: Path, stored: Mapping[str, StoredTensor]) -> Shapes:
    """The matrix shapes without the head dimension; refuses shapes that do not fit together."""
    found = {name: _without_head(path, name, stored[name].shape) for name in TENSOR_NAMES}
    for name, found_shape in found.items():
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
                cure="export all weights from one model with equal input and output vocabulary",
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


def _decode(path: Path, name: str, tensor: StoredTensor) -> Dyadics:
    if tensor.dtype not in FORMATS:
        raise MalformedInput(
            f"{path}: {name} has entries of type {tensor.dtype}",
            cure="save float16, bfloat16, float32 or float64",
        )
    try:
        return decode(tensor.data, tensor.dtype)
    except NotFinite:
        raise MalformedInput(
            f"{path}: {name} has a NaN or infinite entry",
            cure="train again: this model has diverged",
        ) from None


def _attn_scale(path: Path, tensor: StoredTensor | None, text: str | None, d_head: int) -> Dyadics:
    """The attention scale as one dyadic number."""
    cure = "give attn_scale as one positive finite number, or leave it out for sqrt(d_head)"
    if tensor is not None and text is not None:
        raise MalformedInput(
            f"{path}: attn_scale is both a tensor and metadata", cure="keep one of them"
        )
    if tensor is not None:
        if math.prod(tensor.shape) != 1:
            raise MalformedInput(f"{path}: attn_scale has shape {list(tensor.shape)}", cure=cure)
        scale = _decode(path, SCALE_NAME, tensor)
    else:
        number = math.sqrt(d_head) if text is None else _parse_number(text)
        if number is None or not math.isfinite(number):
            raise MalformedInput(
                f"{path}: attn_scale {ascii(text)[:60]} is no finite number", cure=cure
            )
        scale = decode(np.float64(number).astype("<f8").tobytes(), "F64")
    if int(scale.mantissas[0]) <= 0:
        raise MalformedInput(f"{path}: attn_scale is not positive", cure=cure)
    return scale


def _parse_number(text: str) -> float | None:
    """A decimal or hexadecimal float as the nearest double."""
    for parse_text in (float, float.fromhex):
        try:
            return parse_text(text)
        except (ValueError, OverflowError):
            continue
    return None


def _rows(entries: list[int], columns: int) -> list[list[int]]:
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]
