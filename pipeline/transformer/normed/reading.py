"""From a file to a model with norms, refusing what the theorem is not about."""

from __future__ import annotations

import hashlib
import os
from dataclasses import fields
from pathlib import Path

from pipeline.model.containers import parse
from pipeline.model.files import read_bytes
from pipeline.model.model import Assumption
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.reading import heads_model
from pipeline.transformer.mlp.reading import has_mlp, mlp_model
from pipeline.transformer.normed.model import NormedModel
from pipeline.transformer.normed.said import NORM, epsilon, says_lnpre


def read_normed(path: str | os.PathLike[str]) -> NormedModel:
    """Read a model file exactly; raises `MalformedInput` with one line that says what to change."""
    path = Path(path)
    content = read_bytes(path)
    container = parse(path, content)
    assert says_lnpre(container.metadata)
    eps, source = epsilon(path, container.metadata)
    if has_mlp(container.tensors):
        model: HeadsModel = mlp_model(path, content, container, norm=True)
    else:
        model = heads_model(path, content, container, norm=True)
    number = f"{eps.numerator}/{eps.denominator}"
    known = {each.name: getattr(model, each.name) for each in fields(HeadsModel)}
    said = "the command line" if os.environ.get(NORM.variable) else "the file's metadata"
    norms = (
        Assumption(
            "normalization_type",
            "LNPre",
            said,
            "layer norm without weights before attention, before the MLP if there is one, and before the unembedding",
        ),
        Assumption("eps", number, source, f"{number} is added to each variance"),
    )
    others = [each for each in model.assumed if each.name != "normalization_type"]
    known |= {
        "assumed": (*others, *norms),
        "digest": hashlib.sha256(f"{model.digest} LNPre {number}".encode()).hexdigest(),
    }
    return NormedModel(**known, eps_num=eps.numerator, eps_den=eps.denominator)
