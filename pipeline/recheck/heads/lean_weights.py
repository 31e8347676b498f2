"""The emitted file of the weights of a transformer with several heads or biases, read as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.heads.weights import BIASES, EMBEDDINGS, HEAD, HEAD_BIASES, Weights
from pipeline.recheck.lean_file import DEPTH, FIELD, NAME, code_of, fields_of
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import DEFINED, Tensor, read_tensors
from pipeline.recheck.transformer.weights import SIZES

_USED = re.compile(rf"({NAME}) := (none|(?:some )?{NAME})", re.ASCII)


def read_weights(content: bytes) -> tuple[str, Weights]:
    """The namespace of `Weights.lean`, and the weights that it defines."""
    space, weights, defined, _ = read_layout(content, "none")
    if defined:
        raise Refused("Weights.lean does not define the tensors that it uses")
    return space, weights


def read_layout(content: bytes, mlp: str) -> tuple[str, Weights, dict[str, Tensor], str]:
    """The namespace and the weights without an MLP; then the tensors that these do not use, and what stands for the
    MLP, which is of the form `mlp`."""
    head = r"\{ [^{}\n]* \}"
    found = re.fullmatch(
        rf"prelude\nimport Compact\.Transformer\.General\.Statement\s+namespace (?P<space>[\w.]+)\s+"
        rf"(?P<tensors>(?:{DEFINED})*)def weights : Transformer\.Weights where\n(?P<sizes>(?:{FIELD.pattern})*)"
        rf"  W_E := W_E\n  W_pos := W_pos\n  heads := \[\s*(?P<heads>{head}(?:,\s+{head})*)\]\n"
        rf"  b_O := (?P<b_O>none|some b_O)\n  mlp := (?P<mlp>{mlp})\n  W_U := W_U\n  b_U := (?P<b_U>none|some b_U)\s+"
        rf"(?:{DEPTH}def weights\.table : List Nat := (?P<table>\[[^\]]*\])\s+)?"
        r"end (?P<end>[\w.]+)\n",
        code_of(content),
        re.ASCII,
    )
    if found is None or found["end"] != found["space"]:
        raise Refused("Weights.lean is not of the layout that it should have")
    defined = read_tensors(found["tensors"])
    used = [*EMBEDDINGS, *(name for name in BIASES if found[name] != "none")]
    heads = [_head(i, text) for i, text in enumerate(re.findall(head, found["heads"]))]
    names = [*used, *(f"{name}_{i}" for i, each in enumerate(heads) for name in each)]
    if not set(names) <= set(defined):
        raise Refused("Weights.lean does not define the tensors that it uses")
    numbers = Certificate(fields_of(found["sizes"]))
    numbers.require(SIZES, ())
    sizes: dict[str, Any] = {name: numbers.nat(name) for name in SIZES}
    weights = Weights(
        **sizes,
        tensors={name: defined[name] for name in used},
        heads=[{name: defined[f"{name}_{i}"] for name in each} for i, each in enumerate(heads)],
        table=_table(found["table"]),
    )
    rest = {name: tensor for name, tensor in defined.items() if name not in names}
    return found["space"], weights, rest, found["mlp"]


def _table(text: str | None) -> tuple[int, ...]:
    """The label of each input."""
    if text is None:
        return ()
    fields = Certificate(fields_of(f"  table := {text}\n"))
    fields.require((), ("table",))
    return tuple(fields.row("table"))


def _head(i: int, text: str) -> Sequence[str]:
    """The names of the tensors of a head, which are its own."""
    fields = [_USED.fullmatch(part) for part in text[2:-2].split(", ")]
    values = {each[1]: each[2] for each in fields if each is not None}
    right = {name: f"{name}_{i}" for name in HEAD}
    right |= {name: f"some {name}_{i}" for name in HEAD_BIASES if values.get(name) != "none"}
    expected = right | {name: "none" for name in HEAD_BIASES if name not in right}
    if len(fields) != len(expected) or values != expected:
        raise Refused(f"head {i} in Weights.lean does not have its own tensors")
    return list(right)
