"""The emitted file of the weights of a linear model, read as data."""

from __future__ import annotations

import re

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import DEPTH, FIELD, NAME, code_of, fields_of
from pipeline.recheck.linear.weights import Factor, Weights
from pipeline.recheck.refused import Refused
from pipeline.recheck.tensor import DEFINED, read_tensors

ORDERS = (["W_E", "W_U"], ["W_E", "W", "W_U"], ["E", "U"], ["E", "W", "U"])
"""Of tensors, as they are multiplied: other names could mean something else in a Lean file."""
SIZES = ("n_ctx", "d_vocab", "frac")
_PRODUCT = re.compile(rf"\.product \(nat_lit ([0-9]+)\) \((.*)\) ({NAME})", re.ASCII)
_STORED = re.compile(rf"\.stored ({NAME})", re.ASCII)


def read_weights(content: bytes) -> tuple[str, Weights]:
    """The namespace of `Weights.lean`, and the weights that it defines."""
    found = re.fullmatch(
        r"prelude\nimport Compact\.Linear\.Statement\s+namespace (?P<space>[\w.]+)\nopen Compact\.Linear\s+"
        rf"{DEPTH}(?P<tensors>(?:{DEFINED})*)def weights : Weights where\n(?P<sizes>(?:{FIELD.pattern})*)"
        r"  adds := (?P<adds>[^\n]+)\s+end (?P<end>[\w.]+)\n",
        code_of(content),
        re.ASCII,
    )
    if found is None or found["end"] != found["space"]:
        raise Refused("Weights.lean is not of the layout that it should have")
    tensors = read_tensors(found["tensors"])
    numbers = Certificate(fields_of(found["sizes"]))
    numbers.require(SIZES, ())
    names, inner = _product(found["adds"])
    if names not in ORDERS or list(tensors) != names:
        raise Refused("Weights.lean does not multiply the tensors that it defines")
    rows = [numbers.nat("d_vocab"), *inner]
    factors = [Factor(name, tensors[name], count) for name, count in zip(names, rows, strict=True)]
    return found["space"], Weights(
        numbers.nat("n_ctx"), numbers.nat("d_vocab"), numbers.nat("frac"), factors
    )


def _product(text: str) -> tuple[list[str], list[int]]:
    """The names of the factors, and the inner dimensions."""
    names: list[str] = []
    inner: list[int] = []
    while (product := _PRODUCT.fullmatch(text)) is not None:
        inner.insert(0, int(product[1]))
        names.insert(0, product[3])
        text = product[2]
    stored = _STORED.fullmatch(text)
    if stored is None:
        raise Refused("Weights.lean has no product of stored matrices")
    return [stored[1], *names], inner
