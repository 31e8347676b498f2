"""The emitted file of the weights of a network, read as data."""

from __future__ import annotations

import re

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import DEPTH, FIELD, NAME, code_of, fields_of
from pipeline.recheck.network.weights import SIDES, Table, Weights
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import DEFINED, packed, read_tensors

NAMES = (
    "W_L",
    "W_R",
    "W_E",
    "W_E_L",
    "W_E_R",
    "W_in",
    "W_in_L",
    "W_in_R",
    "W_out",
    "W_U",
    "b",
    "b_U",
)
"""Of tensors: others could mean something else in a Lean file."""
SIZES = ("order", "width", "frac")
_MATRIX = rf"\.stored {NAME}|\.product \(nat_lit [0-9]+\) {NAME} {NAME}"


def read_weights(content: bytes) -> tuple[str, Weights]:
    """The namespace of `Weights.lean`, and the weights that it defines."""
    sides = "".join(rf"  {side} := (?P<{side}>{_MATRIX})\n" for side in SIDES)
    found = re.fullmatch(
        r"prelude\nimport Compact\.Network\.Statement\s+namespace (?P<space>[\w.]+)\nopen Compact\.Network\s+"
        rf"{DEPTH}(?P<tensors>(?:{DEFINED})*)def table : Table where\n(?P<table>(?:{FIELD.pattern})*)\s*"
        rf"def weights : Weights where\n(?P<sizes>(?:{FIELD.pattern})*)  table := table\n{sides}"
        r"  b := b\n  b_U := b_U\s+end (?P<end>[\w.]+)\n",
        code_of(content),
        re.ASCII,
    )
    if found is None or found["end"] != found["space"]:
        raise Refused("Weights.lean is not of the layout that it should have")
    tensors = read_tensors(found["tensors"])
    if not set(tensors) <= set(NAMES):
        raise Refused("Weights.lean defines what is no tensor of a network")
    parts = {side: found[side].replace("(", "").replace(")", "").split() for side in SIDES}
    used = {side: words[1:] if len(words) == 2 else words[3:] for side, words in parts.items()}
    if set(tensors) != {"b", "b_U", *(name for names in used.values() for name in names)}:
        raise Refused("Weights.lean does not define the tensors that it uses")
    numbers = Certificate(fields_of(found["sizes"]))
    numbers.require(SIZES, ())
    return found["space"], Weights(
        order=numbers.nat("order"),
        width=numbers.nat("width"),
        frac=numbers.nat("frac"),
        table=Table(*packed(found["table"])),
        tensors=tensors,
        inner={side: int(words[2]) for side, words in parts.items() if len(words) > 2},
        parts=used,
    )
