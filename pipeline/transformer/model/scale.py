"""The attention scale: what scores are divided by, and who says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.dyadic import Dyadics, decode
from pipeline.model.exact import exact
from pipeline.transformer.model.declared import Declared
from pipeline.transformer.model.names import SCALE_NAME

_CURE = "give attn_scale as one positive finite number, or leave it out for sqrt(d_head)"


@dataclass(frozen=True)
class Scale:
    """One dyadic number."""

    number: Dyadics
    source: str

    @property
    def value(self) -> float:
        return float(np.ldexp(float(self.number.mantissas[0]), int(self.number.exponents[0])))


def attention_scale(
    path: Path, tensor: StoredTensor | None, declared: Declared, d_head: int
) -> Scale:
    """From a tensor of that name, else what is said beside the weights, else `sqrt(d_head)`."""
    said = declared.scale(path)
    if tensor is not None and said is not None:
        raise MalformedInput(
            f"{path}: attn_scale is both a tensor and metadata", cure="keep one of them"
        )
    if tensor is not None:
        if math.prod(tensor.shape) != 1:
            raise MalformedInput(f"{path}: attn_scale has shape {list(tensor.shape)}", cure=_CURE)
        scale = Scale(exact(path, SCALE_NAME, tensor), "the file's tensor attn_scale")
    else:
        number, source = (math.sqrt(d_head), "assumed") if said is None else said
        if not math.isfinite(number):
            raise MalformedInput(f"{path}: attn_scale {number} is no finite number", cure=_CURE)
        scale = Scale(decode(np.float64(number).astype("<f8").tobytes(), "F64"), source)
    if int(scale.number.mantissas[0]) <= 0:
        raise MalformedInput(f"{path}: attn_scale is not positive", cure=_CURE)
    return scale
