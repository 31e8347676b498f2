"""Tiny models for tests: random ones, and one that is right about every input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors.numpy

Arrays = dict[str, npt.NDArray[np.float32]]


def random_arrays(seed: int, n_ctx: int, d_vocab: int, scale: float = 1.0) -> Arrays:
    """Weights of a model that knows nothing, in sixteenths."""
    random = np.random.default_rng(seed)
    d_model, d_head = 3, 2
    shapes = {
        "W_E": (d_vocab, d_model),
        "W_pos": (n_ctx, d_model),
        "W_Q": (d_model, d_head),
        "W_K": (d_model, d_head),
        "W_V": (d_model, d_head),
        "W_O": (d_head, d_model),
        "W_U": (d_model, d_vocab),
    }
    return {
        name: (np.round(random.normal(0, 16 * scale, shape)) / 16).astype(np.float32)
        for name, shape in shapes.items()
    }


def perfect_arrays(n_ctx: int, d_vocab: int) -> Arrays:
    """A model that attends to the largest token and says what it attends to.

    Residual stream: one-hot token, a constant 1, then the head's output, which alone is unembedded.
    """
    d_model = 2 * d_vocab + 1
    zeros = {
        "W_E": np.zeros((d_vocab, d_model)),
        "W_pos": np.zeros((n_ctx, d_model)),
        "W_Q": np.zeros((d_model, d_vocab)),
        "W_K": np.zeros((d_model, d_vocab)),
        "W_V": np.zeros((d_model, d_vocab)),
        "W_O": np.zeros((d_vocab, d_model)),
        "W_U": np.zeros((d_model, d_vocab)),
    }
    for token in range(d_vocab):
        zeros["W_E"][token, token] = zeros["W_E"][token, d_vocab] = 1
        zeros["W_K"][token, 0] = 4 * token
        zeros["W_V"][token, token] = 1
        zeros["W_O"][token, d_vocab + 1 + token] = 1
        zeros["W_U"][d_vocab + 1 + token, token] = 1
    zeros["W_Q"][d_vocab, 0] = 1
    return {name: array.astype(np.float32) for name, array in zeros.items()}


def noisy_arrays(seed: int, n_ctx: int, d_vocab: int, scale: float) -> Arrays:
    """The same with noise, in sixteenths: a model that is right about some inputs."""
    random = np.random.default_rng(seed)
    return {
        name: (array + np.round(random.normal(0, 4 * scale, array.shape)) / 16).astype(np.float32)
        for name, array in perfect_arrays(n_ctx, d_vocab).items()
    }


def write_model(path: Path, arrays: Arrays) -> Path:
    """Save as safetensors."""
    path.write_bytes(safetensors.numpy.save(dict(arrays)))
    return path
