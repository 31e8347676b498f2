"""From the tensors of a file to a model with an MLP, refusing what the theorem is not about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import Container, StoredTensor
from pipeline.model.containers import parse
from pipeline.model.digest import model_digest
from pipeline.model.dyadic import Dyadics
from pipeline.model.exact import exact
from pipeline.model.files import read_bytes
from pipeline.model.model import Assumption
from pipeline.model.settings import settings
from pipeline.transformer.heads.model import HeadsModel, Matrix, Mlp, refined
from pipeline.transformer.heads.reading import heads_model
from pipeline.transformer.mlp.model import MlpModel

TENSORS = ("W_in", "W_out")
BIASES = ("b_in", "b_out")
_PREFIX = "blocks.0.mlp."
_SHORT_OF = {f"{prefix}{name}": name for name in (*TENSORS, *BIASES) for prefix in ("", _PREFIX)}
_ACTIVATIONS = ("act_fn", "hidden_act", "activation", "activation_function", "act")


def has_mlp(tensors: Mapping[str, StoredTensor]) -> bool:
    """Are there an attention head and an MLP?"""
    return any(name in _SHORT_OF for name in tensors) and any(
        name.rpartition(".")[2] == "W_Q" for name in tensors
    )


def read_mlp(path: str | os.PathLike[str]) -> MlpModel:
    """Read a model file exactly; raises `MalformedInput` with one line that says what to change."""
    path = Path(path)
    content = read_bytes(path)
    return mlp_model(path, content, parse(path, content))


def mlp_model(path: Path, content: bytes, container: Container, norm: bool = False) -> MlpModel:
    """The model in a file.  A bias that is zero everywhere is left out: nothing depends on it."""
    stored = _by_short_name(path, container.tensors)
    rest = {name: each for name, each in container.tensors.items() if name not in _SHORT_OF}
    d_mlp = _neurons(path, stored)
    heads = heads_model(path, content, replace(container, tensors=rest), d_mlp, norm)
    shapes = _shapes(path, stored, d_mlp, heads.d_model)
    _require_relu(path, container)
    numbers = {name: exact(path, name, stored[name]) for name in stored}
    given = {
        name: each for name, each in numbers.items() if name in TENSORS or each.mantissas.any()
    }
    frac = max(heads.frac, *(each.frac for each in given.values()))
    rows = {name: _rows(each, frac, shapes[name][1]) for name, each in given.items()}
    parts = [(name, shapes[name], given[name]) for name in (*TENSORS, *BIASES) if name in given]
    known = {each.name: getattr(heads, each.name) for each in fields(HeadsModel)}
    relu = Assumption("act_fn", "relu", "the file's metadata", "the neurons of the MLP are ReLU")
    model = refined(MlpModel(**known), frac)
    assert isinstance(model, MlpModel)  # `refined` keeps the class
    return replace(
        model,
        mlp=Mlp(
            {name: rows[name] for name in TENSORS},
            {name: rows[name] for name in BIASES if name in rows},
        ),
        digest=hashlib.sha256(f"{heads.digest} {model_digest(parts)}".encode()).hexdigest(),
        assumed=(*heads.assumed, relu),
    )


def _by_short_name(path: Path, tensors: Mapping[str, StoredTensor]) -> dict[str, StoredTensor]:
    found: dict[str, StoredTensor] = {}
    for name, tensor in tensors.items():
        short = _SHORT_OF.get(name)
        if short is not None and short in found:
            raise MalformedInput(
                f"{path}: {short} is given twice, under two names", cure="keep one of them"
            )
        if short is not None:
            found[short] = tensor
    missing = [name for name in TENSORS if name not in found]
    if missing:
        raise MalformedInput(
            f"{path}: an MLP without {' and '.join(missing)}",
            cure=f"export all weights of the model: {_PREFIX}W_in, {_PREFIX}b_in, {_PREFIX}W_out, {_PREFIX}b_out",
        )
    return found


def _neurons(path: Path, stored: Mapping[str, StoredTensor]) -> int:
    for name in TENSORS:
        if len(stored[name].shape) != 2 or 0 in stored[name].shape:
            raise MalformedInput(
                f"{path}: {name} of the MLP has shape {list(stored[name].shape)}",
                cure="store them as TransformerLens does: W_in is [d_model, d_mlp], W_out [d_mlp, d_model]",
            )
    return stored["W_out"].shape[0]


def _shapes(
    path: Path, stored: Mapping[str, StoredTensor], d_mlp: int, d_model: int
) -> dict[str, tuple[int, int]]:
    """The shapes; refuses those that do not fit together."""
    shapes = {
        "W_in": (d_model, d_mlp),
        "W_out": (d_mlp, d_model),
        "b_in": (1, d_mlp),
        "b_out": (1, d_model),
    }
    for name, tensor in stored.items():
        expected = shapes[name]
        fitting = (expected, expected[1:]) if name in BIASES else (expected,)
        if tensor.shape not in fitting:
            raise MalformedInput(
                f"{path}: {name} of the MLP has shape {list(tensor.shape)}, expected {list(fitting[-1])}",
                cure="export all weights from one model; nn.Linear stores its matrix transposed: W_in = fc.weight.T",
            )
    return {name: shapes[name] for name in stored}


def _require_relu(path: Path, container: Container) -> None:
    """The file has to say what the neurons compute: weights alone do not show it."""
    said = [each for each in settings(container.metadata) if each.name.lower() in _ACTIVATIONS]
    if not any(str(each.value).strip().lower() == "relu" for each in said):
        raise MalformedInput(
            f"{path}: an MLP, and the file does not say that its neurons are ReLU",
            cure='if they are, say so (safetensors: save_file(tensors, path, metadata={"act_fn": "relu"}));'
            " a model with another activation has to be trained again with ReLU",
        )


def _rows(numbers: Dyadics, frac: int, columns: int) -> Matrix:
    entries = numbers.numerators(frac)
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]
