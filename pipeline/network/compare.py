"""Do the logits of a network agree with its owner's forward pass (`--compare FILE.npz`)?  No part of a proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.network.model import Network, Rows
from pipeline.transformer.compare.given import file_for, read_given

Floats = npt.NDArray[Any]
Tokens = npt.NDArray[np.int64]

ROUNDINGS = 32
"""How many times the error of a float32 forward pass, measured on these inputs, is still rounding."""


@dataclass(frozen=True)
class NetworkComparison:
    """The logits agree."""

    file: str
    inputs: int
    all_inputs: bool
    difference: float
    tolerance: float

    def json(self) -> dict[str, Any]:
        """For the outcome of a program."""
        return asdict(self)

    def in_words(self) -> str:
        """One line."""
        which = "all" if self.all_inputs else "of these"
        return (
            f"{self.inputs:,} pairs in {self.file} ({which}): the logits of your forward pass are those of the"
            f" theorem's network, up to {self.difference:.2g} (rounding explains {self.tolerance:.2g})"
        )


def compare(model: Network, given: Path, path: Path) -> NetworkComparison:
    """Recompute the user's logits; `MalformedInput` with the likely reason if they differ by more than rounding."""
    theirs = read_given(file_for(given, path), model)
    weights = arrays(model)
    ours = logits(weights, theirs.tokens)
    single = logits(
        {name: each.astype(np.float32) for name, each in weights.items()}, theirs.tokens
    )
    error = float(np.abs(_centred(single.astype(np.float64) - ours)).max())
    tolerance = ROUNDINGS * error + float(np.abs(ours).max()) * max(2.0**-18, 4 * theirs.unit)
    gap = np.abs(_centred(theirs.logits - ours))
    if not float(gap.max()) <= tolerance:
        row, token = (int(each) for each in np.unravel_index(int(gap.argmax()), gap.shape))
        what = (
            f"{theirs.path}: this forward pass is not the theorem's network: logits differ by up to {gap.max():.3g}"
            f" where rounding explains {tolerance:.2g} (pair {theirs.tokens[row].tolist()}, element {token})"
        )
        for name, cure, other in _others(weights, theirs.tokens):
            if float(np.abs(_centred(theirs.logits - other)).max()) <= 4 * tolerance:
                raise MalformedInput(f"{what}; they agree with {name}", cure=cure)
        raise MalformedInput(
            f"{what}; no change that is known explains it",
            cure="compare how the logits were made with docs/network.md: are these the same weights, a ReLU, no"
            " dropout, in float32 or float64?",
        )
    distinct = len(np.unique(theirs.tokens, axis=0))
    return NetworkComparison(
        theirs.path.name, distinct, distinct == model.order**2, float(gap.max()), tolerance
    )


def arrays(model: Network) -> dict[str, Floats]:
    """`W_L`, `W_R`, `W_U`, `b` and `b_U` in doubles; products are those of doubles."""
    unit = 1 << model.frac

    def array(rows: Rows) -> Floats:
        return np.array([[entry / unit for entry in row] for row in rows], dtype=np.float64)

    found: dict[str, Floats] = {}
    shapes = {"W_L": (model.order, model.width), "W_U": (model.width, model.order)}
    for name, parts in model.matrices.items():
        factors = [array(model.tensors[part]) for part in parts]
        shape = shapes.get(name, shapes["W_L"])
        inner = len(model.tensors[parts[-1]])  # an array without entries has forgotten its shape
        if len(factors) == 1:
            found[name] = factors[0].reshape(shape)
        else:
            found[name] = factors[0].reshape(shape[0], inner) @ factors[1].reshape(inner, shape[1])
    found["b"] = array(model.tensors["b"]).reshape(model.width)
    found["b_U"] = array(model.tensors["b_U"]).reshape(model.order)
    return found


def logits(weights: dict[str, Floats], pairs: Tokens) -> Floats:
    """`[pairs, order]`, in the precision of the weights."""
    neurons = weights["W_L"][pairs[:, 0]] + weights["W_R"][pairs[:, 1]] + weights["b"]
    return np.asarray(np.maximum(neurons, 0) @ weights["W_U"] + weights["b_U"])


def _others(weights: dict[str, Floats], pairs: Tokens) -> Iterator[tuple[str, str, Floats]]:
    """What forward passes often differ by."""
    swapped = {**weights, "W_L": weights["W_R"], "W_R": weights["W_L"]}
    yield (
        "the two sides exchanged",
        "save W_L as the first element's matrix",
        logits(swapped, pairs),
    )
    for name in ("b", "b_U"):
        without = {**weights, name: np.zeros_like(weights[name])}
        yield (
            f"a network without {name}",
            f"save the network without {name}",
            logits(without, pairs),
        )
    neurons = weights["W_L"][pairs[:, 0]] + weights["W_R"][pairs[:, 1]] + weights["b"]
    yield (
        "a network without a ReLU",
        "the theorem's network has a ReLU: docs/network.md",
        neurons @ weights["W_U"] + weights["b_U"],
    )


def _centred(rows: Floats) -> Floats:
    """Less the mean of each row: what is added to all logits of a pair changes no answer."""
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))
