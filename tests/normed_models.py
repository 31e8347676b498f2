"""Tiny transformers with norms without weights, for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

import safetensors.numpy

from pipeline.transformer.normed.family import read_subject
from pipeline.transformer.normed.model import NormedModel
from tests.mlp_models import RELU
from tests.tiny_models import Arrays

LNPRE = {"normalization_type": "LNPre", "eps": "1e-5"}


def write_normed(path: Path, arrays: Arrays, eps: str = "1e-5", **said: str) -> Path:
    """A file that says that there are norms, and that neurons are ReLU if there are any."""
    relu = RELU if "W_in" in arrays else {}
    safetensors.numpy.save_file(arrays, path, metadata={**LNPRE, **relu, "eps": eps, **said})
    return path


def model_of(arrays: Arrays, eps: str = "1e-5") -> NormedModel:
    """The model with these weights, as it stands in certificates."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        return read_subject(write_normed(Path(directory) / "model.safetensors", arrays, eps))
