"""The emitted file of the weights of a transformer with norms, read as data."""

from __future__ import annotations

import re
from dataclasses import fields

from pipeline.recheck.heads.lean_weights import read_layout
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.lean_file import code_of
from pipeline.recheck.mlp.weights import BIASES, MATRICES
from pipeline.recheck.normed.weights import NormedWeights
from pipeline.recheck.refused import Refused

_MLP = (
    r"none|some \{ d_mlp := nat_lit [0-9]+, W_in := W_in, W_out := W_out, "
    r"b_in := (?:none|some b_in), b_out := (?:none|some b_out) \}"
)
_NORMED = re.compile(
    r"prelude\nimport Compact\.Transformer\.Normed\.Statement\n(?P<tensors>.*)"
    r"def model : Transformer\.Weights where\n(?P<fields>(?:  .*\n)+)\s*"
    r"def weights : Transformer\.Normed\.Weights where\n  model := model\n"
    r"  eps_num := nat_lit (?P<num>[0-9]{1,400})\n  eps_den := nat_lit (?P<den>[0-9]{1,400})\n(?P<rest>.*)",
    re.ASCII | re.DOTALL,
)


def read_weights(content: bytes) -> tuple[str, NormedWeights]:
    """The namespace of `Weights.lean`, and the weights that it defines."""
    found = _NORMED.fullmatch(code_of(content))
    if found is None:
        raise Refused("Weights.lean is not of the layout that it should have")
    # Without its norms, the file is that of a model without any.
    plain = (
        f"prelude\nimport Compact.Transformer.General.Statement\n{found['tensors']}"
        f"def weights : Transformer.Weights where\n{found['fields']}\n{found['rest']}"
    )
    space, heads, rest, mlp = read_layout(plain.encode(), _MLP)
    said = re.search(r"nat_lit ([0-9]+)", mlp)
    used = [] if said is None else [*MATRICES, *(b for b in BIASES if f"{b} := some" in mlp)]
    if set(rest) != set(used):
        raise Refused("Weights.lean does not define the tensors that it uses")
    known = {each.name: getattr(heads, each.name) for each in fields(Weights)}
    d_mlp, num, den = 0 if said is None else int(said[1]), int(found["num"]), int(found["den"])
    return space, NormedWeights(**known, d_mlp=d_mlp, mlp=rest, eps_num=num, eps_den=den)
