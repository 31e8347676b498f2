"""The weights that are tuned, as torch tensors; from the exact model, and into a file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

from pipeline.errors import MalformedInput
from pipeline.model import TENSOR_NAMES, Model

Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class Weights:
    """The seven matrices of a model under their short names, and what scores are divided by."""

    tensors: Tensors
    scale: float

    def __getitem__(self, name: str) -> Tensor:
        return self.tensors[name]

    @property
    def d_vocab(self) -> int:
        return int(self["W_E"].shape[0])

    @property
    def n_ctx(self) -> int:
        return int(self["W_pos"].shape[0])

    @property
    def d_head(self) -> int:
        return int(self["W_Q"].shape[1])

    def to(self, dtype: torch.dtype) -> Weights:
        """The same, detached, as other floats."""
        return Weights({k: t.detach().to(dtype) for k, t in self.tensors.items()}, self.scale)


def of_model(model: Model) -> Weights:
    """The weights of a model, in float64 (exact for files in float32 or less)."""
    try:
        unit = 1 << model.frac
        arrays = {
            name: torch.tensor(
                [[x / unit for x in row] for row in model.tensors[name]], dtype=torch.float64
            )
            for name in TENSOR_NAMES
        }
        scale = model.attn_scale / (1 << model.scale_frac)
    except OverflowError as error:
        raise MalformedInput(
            "the weights do not fit floats, in which they would be tuned", cure="scale the weights"
        ) from error
    if not all(bool(torch.isfinite(each.float()).all()) for each in arrays.values()):
        raise MalformedInput(
            "the weights do not fit float32, in which they would be tuned",
            cure="scale the weights",
        )
    return Weights(arrays, scale)


def random_weights(n_ctx: int, d_vocab: int, d_model: int, d_head: int, seed: int) -> Weights:
    """An untrained model: normal entries of deviation `0.8 / sqrt(d_model)`, as TransformerLens begins."""
    shapes = {
        "W_E": (d_vocab, d_model),
        "W_pos": (n_ctx, d_model),
        **dict.fromkeys(("W_Q", "W_K", "W_V"), (d_model, d_head)),
        "W_O": (d_head, d_model),
        "W_U": (d_model, d_vocab),
    }
    generator = torch.Generator().manual_seed(seed)
    std = 0.8 / math.sqrt(d_model)
    tensors = {k: torch.randn(*shape, generator=generator) * std for k, shape in shapes.items()}
    return Weights(tensors, math.sqrt(d_head))


def file_bytes(weights: Weights, said: Mapping[str, Any]) -> bytes:
    """A safetensors file in float32 with TransformerLens names; `said` is what it tells of its training."""
    attn = "blocks.0.attn."
    w = weights.to(torch.float32)
    state = {
        "embed.W_E": w["W_E"],
        "pos_embed.W_pos": w["W_pos"],
        "unembed.W_U": w["W_U"],
        **{attn + name: w[name].unsqueeze(0) for name in ("W_Q", "W_K", "W_V", "W_O")},
    }
    if weights.scale != math.sqrt(weights.d_head):
        state["attn_scale"] = torch.tensor([weights.scale], dtype=torch.float64)
    header = json.dumps({"task": "max", **said}, sort_keys=True)
    return save({k: t.contiguous() for k, t in state.items()}, metadata={"training": header})


@dataclass(frozen=True)
class Distance:
    """How far one model is from another."""

    relative: float
    """The norm of the difference of all weights, over the norm of those before."""
    largest: float
    """The most that one weight has changed."""

    @classmethod
    def between(cls, before: Weights, after: Weights) -> Distance:
        old, new = (
            torch.cat([each.to(torch.float64)[name].flatten() for name in TENSOR_NAMES])
            for each in (before, after)
        )
        moved = new - old
        return cls(float(moved.norm() / old.norm().clamp(min=1e-300)), float(moved.abs().max()))
