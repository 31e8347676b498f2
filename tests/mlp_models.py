"""Tiny transformers with an MLP, for tests: neurons of every kind of sign."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import safetensors.numpy

from pipeline.transformer.mlp.family import read_subject
from pipeline.transformer.mlp.model import MlpModel
from tests.heads_models import BIASES, heads_arrays
from tests.tiny_models import Arrays

RELU = {"act_fn": "relu"}


def mlp_arrays(
    seed: int,
    n_ctx: int,
    d_vocab: int,
    heads: int,
    d_mlp: int,
    noise: float = 0.4,
    biases: tuple[str, ...] = (*BIASES, "b_in", "b_out"),
) -> Arrays:
    """Heads as in `heads_arrays`; the first neuron is dead, the second always active, the others are as they come."""
    random = np.random.default_rng(seed + 1000)
    arrays = heads_arrays(
        seed, n_ctx, d_vocab, heads, noise, tuple(b for b in biases if b in BIASES)
    )
    d_model = arrays["W_E"].shape[1]

    def rough(*shape: int) -> np.ndarray:
        return (np.round(16 * random.normal(0, 0.25, shape)) / 16).astype(np.float32)

    arrays["W_in"], arrays["W_out"] = rough(d_model, d_mlp), rough(d_mlp, d_model)
    if "b_in" in biases:
        arrays["b_in"] = rough(d_mlp)
        arrays["b_in"][:2] = (-64, 64)[:d_mlp]
    elif seed % 2:
        arrays["W_in"][:, 0] = 0  # exactly zero before its ReLU
    if "b_out" in biases:
        arrays["b_out"] = rough(d_model)
    return arrays


def write_mlp(path: Path, arrays: Arrays, metadata: dict[str, str] | None = None) -> Path:
    """A file that says that the neurons are ReLU, unless something else is given."""
    safetensors.numpy.save_file(arrays, path, metadata=RELU if metadata is None else metadata)
    return path


def model_of(arrays: Arrays) -> MlpModel:
    """The model with these weights, as it stands in certificates."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        return read_subject(write_mlp(Path(directory) / "model.safetensors", arrays))
