"""Tiny transformers with several heads and biases, for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from pipeline.transformer.heads.family import read_subject
from pipeline.transformer.heads.model import HeadsModel
from tests.tiny_models import Arrays, perfect_arrays, write_model

BIASES = ("b_Q", "b_K", "b_V", "b_O", "b_U")


def heads_arrays(
    seed: int,
    n_ctx: int,
    d_vocab: int,
    heads: int,
    noise: float = 0.5,
    biases: tuple[str, ...] = BIASES,
) -> Arrays:
    """Heads that share the work of a perfect model, with noise in sixteenths, and biases of both signs."""
    random = np.random.default_rng(seed)
    perfect = perfect_arrays(n_ctx, d_vocab)
    d_model, d_head = perfect["W_Q"].shape

    def noisy(exact: np.ndarray) -> np.ndarray:
        rough = exact + noise * random.normal(0, 1, exact.shape)
        return (np.round(16 * rough) / 16).astype(np.float32)

    found = {name: noisy(perfect[name]) for name in ("W_E", "W_pos", "W_U")}
    for name in ("W_Q", "W_K", "W_V", "W_O"):
        share = heads if name == "W_O" else 1
        found[name] = np.stack([noisy(perfect[name] / share) for _ in range(heads)])
    shapes = {"b_O": (d_model,), "b_U": (d_vocab,)}
    for name in biases:
        found[name] = noisy(np.zeros(shapes.get(name, (heads, d_head))))
    return found


def model_of(arrays: Arrays) -> HeadsModel:
    """The model with these weights, as it stands in certificates."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        return read_subject(write_model(Path(directory) / "model.safetensors", arrays))
