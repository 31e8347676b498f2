"""Biases, which the theorem's model does not have: zero, or refused with what helps most."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import MalformedInput
from pipeline.model.container import StoredTensor
from pipeline.model.dyadic import Dyadics
from pipeline.model.exact import exact
from pipeline.transformer.model.names import BIAS_NAMES, DOCS

_TINY = 1e-6


def check_biases(
    path: Path, stored: Mapping[str, StoredTensor], weights: Mapping[str, Dyadics]
) -> None:
    """Refuse biases that are not zero; the message says what each of them does."""
    values = {
        name: _floats(exact(path, name, stored[name])) for name in BIAS_NAMES if name in stored
    }
    nonzero = {name: each for name, each in values.items() if bool(each.any())}
    if not nonzero:
        return
    for name in ("b_V", "b_O", "b_Q", "b_U", "b_K"):  # those first that nothing can be done about
        if name in nonzero and not _harmless(name, nonzero[name]):
            raise MalformedInput(
                f"{path}: the bias {name} is not zero" + _size(name, nonzero[name], weights),
                cure=_cure(name, nonzero[name]),
            )
    names = ", ".join(nonzero)
    raise MalformedInput(
        f"{path}: the bias {names} is not zero, although no answer depends on it ({_why(nonzero)})",
        cure=f"set {names} to zero in the model and save it again: its answers stay exactly the same ({DOCS})",
    )


def _harmless(name: str, values: npt.NDArray[np.float64]) -> bool:
    """Does no answer depend on it, in exact arithmetic?"""
    return name == "b_K" or (name == "b_U" and bool((values == values[0]).all()))


def _why(nonzero: Mapping[str, object]) -> str:
    reasons = {
        "b_K": "b_K adds the same to the scores of all positions, which softmax does not notice",
        "b_U": "b_U adds the same to all logits",
    }
    return "; ".join(reasons[name] for name in nonzero)


def _size(name: str, values: npt.NDArray[np.float64], weights: Mapping[str, Dyadics]) -> str:
    largest = float(np.abs(values).max())
    others = max(float(np.abs(_floats(each)).max()) for each in weights.values())
    if largest < _TINY * others:
        return f", its largest entry is {largest:.3g}: of the size of rounding, as weight processing leaves it"
    return f" (its largest entry is {largest:.3g})"


def _cure(name: str, values: npt.NDArray[np.float64]) -> str:
    cure = "train without biases, or with biases frozen at zero: the theorem has none"
    if float(np.abs(values).max()) < _TINY:
        return (
            f"set {name} to zero in the model and save it again: the theorem has no biases, and is then about that"
            f" model, whose logits differ by about as little ({DOCS})"
        )
    return cure


def _floats(numbers: Dyadics) -> npt.NDArray[np.float64]:
    return np.asarray(np.ldexp(numbers.mantissas.astype(np.float64), numbers.exponents))
