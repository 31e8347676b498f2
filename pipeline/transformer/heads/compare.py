"""Do the logits of a model with several heads or biases agree with those of its owner's forward pass?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import MalformedInput
from pipeline.transformer.compare.comparison import ROUNDINGS
from pipeline.transformer.compare.forward import Floats, Tokens
from pipeline.transformer.compare.given import file_for, read_given
from pipeline.transformer.heads.model import HeadsModel, Matrix

CHUNK = 4096
SAMPLE = 512
"""Inputs at which a task is tried."""


@dataclass(frozen=True)
class HeadsComparison:
    """The logits agree."""

    file: str
    inputs: int
    difference: float
    tolerance: float

    def json(self) -> dict[str, Any]:
        """For the outcome of a program."""
        return asdict(self)

    def in_words(self) -> str:
        """One line."""
        return (
            f"{self.inputs:,} inputs in {self.file}: the logits of your forward pass are those of the theorem's"
            f" model, up to {self.difference:.2g} (rounding explains {self.tolerance:.2g})"
        )


def compare(model: HeadsModel, given: Path, path: Path) -> HeadsComparison:
    """Recompute the user's logits; `MalformedInput` if they differ by more than rounding."""
    theirs = read_given(file_for(given, path), model)
    ours = logits(model, theirs.tokens)
    single = logits(model, theirs.tokens, np.float32)
    error = float(np.abs(_centred(single - ours)).max())
    size = float(np.abs(ours).max())
    tolerance = ROUNDINGS * error + size * max(2.0**-18, 4 * theirs.unit)
    gap = np.abs(_centred(theirs.logits - ours))
    if not float(gap.max()) <= tolerance:
        norms = "without dropout or norms"
        if model.family == "normed":
            norms = "without dropout, with layer norms without weights and this epsilon"
        row, token = (int(each) for each in np.unravel_index(int(gap.argmax()), gap.shape))
        raise MalformedInput(
            f"{theirs.path}: this forward pass is not the theorem's model: logits differ by up to {gap.max():.3g}"
            f" where rounding explains {tolerance:.2g} (input {theirs.tokens[row].tolist()}, token {token})",
            cure="compare how the logits were made with docs/can-i-prove-my-model.md: are these the same weights,"
            f" {norms}, scores divided by attn_scale, all in float32?",
        )
    distinct = len(np.unique(theirs.tokens, axis=0))
    return HeadsComparison(theirs.path.name, distinct, float(gap.max()), tolerance)


def share_right(model: HeadsModel, answer: Callable[[Sequence[int]], int]) -> float:
    """The share of some inputs, drawn at random, that floats say are answered with this."""
    tokens = np.random.default_rng(0).integers(model.d_vocab, size=(SAMPLE, model.n_ctx))
    labels = np.array([answer(row) for row in tokens.tolist()])
    return float((answers(model, tokens) == labels).mean())


def answers(model: HeadsModel, tokens: Tokens) -> Tokens:
    """What floats say that a model answers, whatever becomes of logits that are too large for them."""
    with np.errstate(all="ignore"):
        return np.asarray(logits(model, tokens).argmax(axis=1))


def logits(model: HeadsModel, tokens: Tokens, dtype: Any = np.float64) -> Floats:
    """`[inputs, d_vocab]`: the forward pass in floats."""
    parts = [_logits(model, tokens[i : i + CHUNK], dtype) for i in range(0, len(tokens), CHUNK)]
    return np.concatenate(parts).astype(np.float64)


def _logits(model: HeadsModel, tokens: Tokens, dtype: Any) -> Floats:
    unit = 1 << model.frac

    def array(rows: Matrix) -> Floats:
        return np.array([[entry / unit for entry in row] for row in rows]).astype(dtype)

    def bias(biases: Mapping[str, Matrix], name: str) -> Floats:
        return array(biases[name])[0] if name in biases else np.zeros(1, dtype)

    W = {name: array(rows) for name, rows in model.tensors.items()}
    resid = W["W_E"][tokens] + W["W_pos"]
    scale = dtype(model.attn_scale / (1 << model.scale_frac))
    stream, look = resid[:, -1] + bias(model.biases, "b_O"), model.seen(resid)
    for head in model.heads:
        A = {name: array(rows) for name, rows in head.tensors.items()}
        query = look[:, -1] @ A["W_Q"] + bias(head.biases, "b_Q")
        key = look @ A["W_K"] + bias(head.biases, "b_K")
        value = look @ A["W_V"] + bias(head.biases, "b_V")
        scores = np.einsum("nh,nph->np", query, key) / scale
        weight = np.exp(scores - scores.max(axis=1, keepdims=True))
        weight = weight / weight.sum(axis=1, keepdims=True)
        stream = stream + np.einsum("np,nph->nh", weight, value) @ A["W_O"]
    if model.mlp is not None:
        M = {name: array(rows) for name, rows in model.mlp.tensors.items()}
        neurons = np.maximum(model.seen(stream) @ M["W_in"] + bias(model.mlp.biases, "b_in"), 0)
        stream = stream + neurons @ M["W_out"] + bias(model.mlp.biases, "b_out")
    return np.asarray(model.seen(stream) @ W["W_U"] + bias(model.biases, "b_U"))


def _centred(rows: Floats) -> Floats:
    """Less the mean of each row: what is added to all logits of an input changes no answer."""
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))
