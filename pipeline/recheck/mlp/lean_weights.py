"""The emitted file of the weights of a transformer with an MLP, read as data."""

from __future__ import annotations

import re
from dataclasses import fields

from pipeline.recheck.heads.lean_weights import read_layout
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.mlp.weights import BIASES, MATRICES, MlpWeights
from pipeline.recheck.refused import Refused

_MLP = (
    r"some \{ d_mlp := nat_lit [0-9]+, W_in := W_in, W_out := W_out, "
    r"b_in := (?:none|some b_in), b_out := (?:none|some b_out) \}"
)


def read_weights(content: bytes) -> tuple[str, MlpWeights]:
    """The namespace of `Weights.lean`, and the weights that it defines."""
    space, heads, rest, mlp = read_layout(content, _MLP)
    said = re.search(r"nat_lit ([0-9]+)", mlp)
    used = [*MATRICES, *(name for name in BIASES if f"{name} := some" in mlp)]
    if set(rest) != set(used) or said is None:
        raise Refused("Weights.lean does not define the tensors that it uses")
    known = {each.name: getattr(heads, each.name) for each in fields(Weights)}
    return space, MlpWeights(**known, d_mlp=int(said[1]), mlp=rest)
