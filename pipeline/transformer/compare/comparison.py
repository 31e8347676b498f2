"""Do the logits of the file's model agree with those of its owner's forward pass?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import MalformedInput
from pipeline.model.model import Model
from pipeline.transformer.compare.fit import fitted
from pipeline.transformer.compare.forward import Floats, Options, Tokens, arrays, logits, scale_of
from pipeline.transformer.compare.given import Given, read_given
from pipeline.transformer.compare.options import Option, common, likely

CHUNK = 4096
LOOKED_AT = 256
"""Inputs on which an explanation is tried before all of them are."""

ROUNDINGS = 32
"""How many times the error of a float32 forward pass, measured on these inputs, is still rounding."""

LOW_PRECISION = 2.0**16 / ROUNDINGS
"""How many times as much bfloat16 errs, against float32."""


@dataclass(frozen=True)
class Comparison:
    """The logits agree."""

    file: str
    inputs: int
    all_inputs: bool
    difference: float
    tolerance: float
    not_told_apart: tuple[str, ...]
    """Options with which the logits would agree just as well on these inputs."""

    def json(self) -> dict[str, Any]:
        """For the outcome of a program."""
        return asdict(self)

    def in_words(self) -> str:
        """One line."""
        which = "all" if self.all_inputs else "of these"
        line = (
            f"{self.inputs:,} inputs in {self.file} ({which}): the logits of your forward pass are those of the"
            f" theorem's model, up to {self.difference:.2g} (rounding explains {self.tolerance:.2g})"
        )
        if self.not_told_apart:
            line += (
                f"; these inputs cannot tell it from {', '.join(self.not_told_apart)}: give more"
            )
        return line


def compare(model: Model, path: Path) -> Comparison:
    """Recompute the logits in `path`; `MalformedInput` that names the likely option if they differ."""
    given = read_given(path, model)
    weights, base = arrays(model), Options(scale_of(model))
    ours = _all(weights, given.tokens, base)
    tolerance = _tolerance(weights, given, ours, base)
    gap = np.abs(_centred(given.logits - ours))
    difference = float(gap.max())
    if not difference <= tolerance:
        raise _differs(model, given, weights, ours, gap, tolerance)
    distinct = len(np.unique(given.tokens, axis=0))
    everything = distinct == model.d_vocab**model.n_ctx
    alike = [] if everything else list(_alike(model, given, weights, ours, base, tolerance))
    return Comparison(path.name, distinct, everything, difference, tolerance, tuple(alike))


def _all(weights: dict[str, Floats], tokens: Tokens, options: Options) -> Floats:
    with np.errstate(all="ignore"):  # what overflows is not equal to anything finite
        parts = [
            logits(weights, tokens[start : start + CHUNK], options)
            for start in range(0, len(tokens), CHUNK)
        ]
    return np.concatenate(parts).astype(np.float64)


def _centred(rows: Floats) -> Floats:
    """Less the mean of each row: what is added to all logits of an input changes no answer."""
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))


def _tolerance(weights: dict[str, Floats], given: Given, ours: Floats, base: Options) -> float:
    """What rounding explains: from the same forward pass in float32, and the type of the logits."""
    single = {name: each.astype(np.float32) for name, each in weights.items()}
    error = float(np.abs(_centred(_all(single, given.tokens, base) - ours)).max())
    size = float(np.abs(ours).max())
    return ROUNDINGS * error + size * max(2.0**-18, 4 * given.unit)


def _alike(
    model: Model,
    given: Given,
    weights: dict[str, Floats],
    ours: Floats,
    base: Options,
    tolerance: float,
) -> Iterator[str]:
    for option in common(model, base):
        theirs = _all(weights, given.tokens, option.options)
        if float(np.abs(_centred(theirs - ours)).max()) <= tolerance:
            yield option.name


def _differs(
    model: Model,
    given: Given,
    weights: dict[str, Floats],
    ours: Floats,
    gap: Floats,
    tolerance: float,
) -> MalformedInput:
    """The refusal: where the largest difference is, and what explains all of them."""
    row, token = (int(each) for each in np.unravel_index(int(gap.argmax()), gap.shape))
    shown = ", ".join(map(str, given.tokens[row, :8].tolist())) + (", ..." * (model.n_ctx > 8))
    what = (
        f"{given.path}: this forward pass is not the theorem's model: logits differ by up to"
        f" {gap.max():.3g} where rounding explains {tolerance:.2g} (input [{shown}], token {token}:"
        f" {given.logits[row, token]:.6g} there, {ours[row, token]:.6g} here)"
    )
    option = _explanation(model, given, weights, ours, gap, tolerance)
    if option is None:
        return MalformedInput(
            f"{what}; no option that is known explains it",
            cure="compare how the logits were made with docs/your-model.md: are these the same weights, without"
            " dropout, biases or norms, in float32?",
        )
    return MalformedInput(f"{what}; they agree with {option.name}", cure=option.cure)


def _explanation(
    model: Model,
    given: Given,
    weights: dict[str, Floats],
    ours: Floats,
    gap: Floats,
    tolerance: float,
) -> Option | None:
    base = Options(scale_of(model))
    shift = _centred(given.logits - ours)
    if float(np.abs(shift - shift.mean(axis=0)).max()) <= 2 * tolerance:
        return Option(
            "a bias that is the same for all inputs (b_U, b_O or b_V, or what layer norm adds)",
            base,
            "the theorem's model has no biases: save them with the weights to see what can be done",
        )
    some = np.argsort(-gap.max(axis=1))[:LOOKED_AT]
    some = np.union1d(some, np.arange(min(len(ours), LOOKED_AT)))

    def misfit(options: Options, rows: Tokens) -> float:
        theirs = _all(weights, given.tokens[rows], options)
        return float(np.abs(_centred(given.logits[rows] - theirs)).max())

    candidates = [*likely(model, base, weights), *fitted(base, lambda o: misfit(o, some))]
    for option in candidates:
        if misfit(option.options, some) <= 4 * tolerance:
            everything = np.arange(len(ours))
            if misfit(option.options, everything) <= 4 * tolerance:
                return option
    spread = float(np.ptp(ours, axis=1).max())
    if float(gap.max()) <= min(LOW_PRECISION * tolerance, spread / 20):
        return Option(
            "the theorem's model in a lower precision, perhaps (TF32, bfloat16, float16 or autocast)",
            base,
            "run the forward pass in float32 or float64 (model.float(), on a CPU), and save those logits",
        )
    return None
