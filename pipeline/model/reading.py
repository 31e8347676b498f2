"""`read_model`: from a file to the exact model."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.model.containers import parse
from pipeline.model.files import read_bytes
from pipeline.model.model import Model


def read_model(path: str | os.PathLike[str]) -> Model:
    """Read a model file exactly; raises `MalformedInput` with one line that says what to change.

    Accepted: safetensors, npz and torch checkpoints with float16, bfloat16, float32 or float64
    weights under TransformerLens or short names.  What cannot be seen in weights (the attention scale, how
    positions enter, normalization) is taken from what the file says beside them, else assumed as
    TransformerLens has it, without normalization; `Model.assumed` names all of it.
    """
    from pipeline.transformer.model.reading import transformer  # a family may import this package

    path = Path(path)
    content = read_bytes(path)
    return transformer(path, content, parse(path, content))
