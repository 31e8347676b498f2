"""Which tensor is which: TransformerLens names and short names, and what to refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.containers import StoredTensor
from pipeline.model.model import TENSOR_NAMES

BIAS_NAMES = ("b_Q", "b_K", "b_V", "b_O", "b_U")
SCALE_NAME = "attn_scale"
BUFFER_NAMES = ("mask", "IGNORE")  # constants that TransformerLens stores among the weights

_SHORT_NAMES = (*TENSOR_NAMES, *BIAS_NAMES, SCALE_NAME, *BUFFER_NAMES)
_PREFIXES = {"W_E": "embed.", "W_pos": "pos_embed.", "W_U": "unembed.", "b_U": "unembed."}
_SHORT_OF = {_PREFIXES.get(name, "blocks.0.attn.") + name: name for name in _SHORT_NAMES}
_SHORT_OF.update({name: name for name in _SHORT_NAMES})

_CURE_MODEL = "give a one-layer, one-head, attention-only transformer without layer norm"
_CURE_NAMES = (
    "use TransformerLens names (embed.W_E, blocks.0.attn.W_Q, ...) or W_E, W_pos, W_Q, ..."
)


@dataclass(frozen=True)
class _Foreign:
    """A pattern of names that belong to a model outside the theorem, and what such a name shows."""

    pattern: re.Pattern[str]
    shows: str


_FOREIGN = (
    _Foreign(re.compile(r"^blocks\.0*[1-9]"), "several layers"),
    _Foreign(
        re.compile(r"(^|[._])(ln|norm|layer_?norm)(\d|_f|_final|_pre|_post)?([._]|$)", re.I),
        "layer norm",
    ),
    _Foreign(re.compile(r"(^|[._])mlp([._]|$)|(^|\.)(W|b)_(in|out|gate)$", re.I), "an MLP"),
)


def by_short_name(path: Path, stored: Mapping[str, StoredTensor]) -> dict[str, StoredTensor]:
    """The tensors under their short names, constants dropped; refuses names that do not belong."""
    found: dict[str, StoredTensor] = {}
    unknown = [name for name in stored if name not in _SHORT_OF]
    for foreign in _FOREIGN:
        for name in unknown:
            if foreign.pattern.search(name):
                raise MalformedInput(
                    f"{path}: the model has {foreign.shows} (tensor {_shown(name)})",
                    cure=_CURE_MODEL,
                )
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise MalformedInput(
            f"{path}: unknown tensor {_shown(min(unknown))}{more}", cure=_CURE_NAMES
        )
    for name, tensor in stored.items():
        short = _SHORT_OF[name]
        if short in found:
            raise MalformedInput(
                f"{path}: {short} is given twice, under two names", cure="keep one of them"
            )
        found[short] = tensor
    missing = [name for name in TENSOR_NAMES if name not in found]
    if missing:
        raise MalformedInput(
            f"{path}: no tensor {', '.join(missing)}", cure="export all weights of the model"
        )
    return {name: tensor for name, tensor in found.items() if name not in BUFFER_NAMES}


def _shown(name: str) -> str:
    """A name from a file, made safe for one line of output."""
    return ascii(name if len(name) <= 60 else name[:57] + "...")
