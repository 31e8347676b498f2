"""Which tensor is which: TransformerLens names and short names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.model import TENSOR_NAMES
from pipeline.transformer.model.foreign import shown, unknown

BIAS_NAMES = ("b_Q", "b_K", "b_V", "b_O", "b_U")
SCALE_NAME = "attn_scale"
BUFFER_NAMES = ("mask", "IGNORE")  # constants that TransformerLens stores among the weights

_SHORT_NAMES = (*TENSOR_NAMES, *BIAS_NAMES, SCALE_NAME, *BUFFER_NAMES)
_PREFIXES = {"W_E": "embed.", "W_pos": "pos_embed.", "W_U": "unembed.", "b_U": "unembed."}
_SHORT_OF = {_PREFIXES.get(name, "blocks.0.attn.") + name: name for name in _SHORT_NAMES}
_SHORT_OF.update({name: name for name in _SHORT_NAMES})

DOCS = "docs/your-model.md"

_TIED = f"with tied embeddings, store the other one as a tensor of its own: W_U = W_E.T.contiguous() ({DOCS})"
_CURES: dict[tuple[str, ...], str] = {
    ("W_U",): _TIED,
    ("W_E",): _TIED,
    (
        "W_pos",
    ): "the theorem is about positions from a table W_pos [n_ctx, d_model]: rotary, ALiBi and"
    " sinusoidal positions without a table are other models (a fixed table can be stored as W_pos)",
}


def by_short_name(path: Path, stored: Mapping[str, StoredTensor]) -> dict[str, StoredTensor]:
    """The tensors under their short names; refuses names that do not belong."""
    found: dict[str, StoredTensor] = {}
    foreign = {name: tensor for name, tensor in stored.items() if name not in _SHORT_OF}
    if foreign:
        raise unknown(path, foreign)
    for name, tensor in stored.items():
        short = _SHORT_OF[name]
        if short in found:
            raise MalformedInput(
                f"{path}: {short} is given twice, under two names", cure="keep one of them"
            )
        found[short] = tensor
    missing = tuple(name for name in TENSOR_NAMES if name not in found)
    if missing:
        raise MalformedInput(
            f"{path}: no tensor {', '.join(missing)}"
            + (f", only {', '.join(map(shown, sorted(stored)[:3]))}" if len(found) < 3 else ""),
            cure=_CURES.get(missing, _cure_missing(path)),
        )
    return found


def belongs(name: str) -> bool:
    """Is this the name of a tensor of the model?"""
    return name in _SHORT_OF


def _cure_missing(path: Path) -> str:
    if "-of-" in path.stem:
        return "this is one part of several: save all weights together, in one file"
    return "export all weights of the model"
