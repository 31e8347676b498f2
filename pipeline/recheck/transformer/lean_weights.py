"""The emitted file of a transformer's weights, read as data."""

from __future__ import annotations

import re

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import DEPTH, FIELD, NAME, code_of, fields_of
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import Tensor
from pipeline.recheck.transformer.weights import SIZES, TENSORS, Weights


def read_weights(content: bytes) -> tuple[str, Weights]:
    """The namespace of `Weights.lean`, and the weights that it defines."""
    code = code_of(content)
    tensor = rf"def ({NAME}) : Tensor where\n((?:{FIELD.pattern})*)\s*"
    found = re.fullmatch(
        rf"prelude\nimport Compact\.Transformer\.Statement\s+namespace (?P<space>[\w.]+)\s+"
        rf"{DEPTH}(?P<tensors>(?:{tensor})*)"
        rf"def weights : Weights where\n(?P<sizes>(?:{FIELD.pattern})*)(?P<used>(?:  {NAME} := {NAME}\n)*)\s*"
        r"end (?P<end>[\w.]+)\n",
        code,
        re.ASCII,
    )
    if found is None:
        raise Refused("Weights.lean is not of the layout that it should have")
    defined: dict[str, Tensor] = {}
    for each in re.finditer(tensor, found["tensors"], re.ASCII):
        fields = Certificate(fields_of(each[2]))
        fields.require(("bits",), ("rows",))
        if each[1] in defined:
            raise Refused(f"{each[1]} is defined twice")
        defined[each[1]] = Tensor(fields.nat("bits"), fields.row("rows"))
    numbers = Certificate(fields_of(found["sizes"]))
    numbers.require(SIZES, ())
    expected = "".join(f"  {name} := {name}\n" for name in TENSORS)
    if set(defined) != set(TENSORS) or found["used"] != expected or found["end"] != found["space"]:
        raise Refused("Weights.lean does not define the seven tensors")
    values = {name: numbers.nat(name) for name in SIZES}
    return found["space"], Weights(**values, tensors={name: defined[name] for name in TENSORS})
