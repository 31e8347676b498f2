"""Reading the model that a certificate is about."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model import Model, read_model
from pipeline.transformer.resolution import refine

MAX_TOTAL_BITS = 4096


def read_subject(path: Path) -> Model:
    """Read a model, as it stands in certificates; refuses one with too many inputs to count."""
    model = read_model(path)
    if model.n_ctx * model.d_vocab.bit_length() > MAX_TOTAL_BITS:
        raise MalformedInput(
            f"{path}: {model.d_vocab}^{model.n_ctx} inputs are too many to count",
            cure="give a model with a shorter context",
        )
    return refine(model)
