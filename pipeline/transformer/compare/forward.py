"""The forward pass in floats, as the theorem's model has it, and as models with other options have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.model.model import Model

Floats = npt.NDArray[Any]
Tokens = npt.NDArray[np.int64]

EPS = 1e-5
"""Of a norm, TransformerLens' and torch's default."""


@dataclass(frozen=True)
class Options:
    """What weights do not show.  The defaults, with the model's scale, are the theorem's model."""

    attn_scale: float
    positions: Literal["standard", "shortformer", "none"] = "standard"
    norm: Literal["LN", "RMS"] | None = None
    norm_before: bool = True
    """Before attention; only if there is a norm."""
    norm_final: bool = True
    score_cap: float | None = None
    logit_cap: float | None = None
    window: int | None = None
    """The last position sees so many."""
    read_at: int = -1
    """The position at which the answer is read; it sees those up to itself."""
    direct: bool = True
    """Is the residual stream added to what the head writes?"""
    transposed: frozenset[str] = frozenset()
    swapped: bool = False
    """Queries for keys."""
    embed_scale: float = 1.0
    logit_scale: float = 1.0


def arrays(model: Model) -> dict[str, Floats]:
    """The weights as the nearest doubles."""
    unit = 1 << model.frac
    return {
        name: np.array([[entry / unit for entry in row] for row in rows], dtype=np.float64)
        for name, rows in model.tensors.items()
    }


def scale_of(model: Model) -> float:
    """The attention scale as a double."""
    return model.attn_scale / (1 << model.scale_frac)


def logits(weights: Mapping[str, Floats], tokens: Tokens, options: Options) -> Floats:
    """`[inputs, d_vocab]`, in the precision of the weights."""
    W = dict(weights)
    for name in options.transposed:
        W[name] = W[name].T
    if options.swapped:
        W["W_Q"], W["W_K"] = W["W_K"], W["W_Q"]
    number = W["W_E"].dtype.type
    last = tokens.shape[1] - 1 if options.read_at < 0 else options.read_at
    embedded = W["W_E"][tokens[:, : last + 1]] * number(options.embed_scale)
    positions = W["W_pos"][: last + 1]
    both = embedded + positions
    resid = both if options.positions == "standard" else embedded
    looked = embedded if options.positions == "none" else both
    if options.norm is not None and options.norm_before:
        resid_in, looked = _normed(resid, options.norm), _normed(looked, options.norm)
    else:
        resid_in = resid
    query = looked[:, last] @ W["W_Q"]
    key, value = looked @ W["W_K"], resid_in @ W["W_V"]
    scores = np.einsum("nh,nph->np", query, key) / number(options.attn_scale)
    if options.score_cap is not None:
        scores = number(options.score_cap) * np.tanh(scores / number(options.score_cap))
    if options.window is not None:
        scores[:, : max(0, last + 1 - options.window)] = -np.inf
    weight = np.exp(scores - scores.max(axis=1, keepdims=True))
    weight = weight / weight.sum(axis=1, keepdims=True)
    out = np.einsum("np,nph->nh", weight, value) @ W["W_O"]
    stream = out + resid[:, last] if options.direct else out
    if options.norm is not None and options.norm_final:
        stream = _normed(stream, options.norm)
    found = stream @ W["W_U"] * number(options.logit_scale)
    if options.logit_cap is not None:
        found = number(options.logit_cap) * np.tanh(found / number(options.logit_cap))
    return np.asarray(found)


def _normed(x: Floats, norm: str) -> Floats:
    if norm == "LN":
        x = x - x.mean(axis=-1, keepdims=True)
    size = np.sqrt((x * x).mean(axis=-1, keepdims=True) + x.dtype.type(EPS))
    return np.asarray(x / size)
