"""What can be proved of a model, as the searches predict, beside what is true of it.

A search's bound is what Lean will prove, exactly; but it is not proved before `pipeline.export` has asked Lean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import MalformedInput
from pipeline.families import read_subject
from pipeline.model import Model
from pipeline.strategy import Progress
from pipeline.transformer.family import TRANSFORMER


@dataclass(frozen=True)
class Bound:
    """Of one strategy."""

    inputs: int
    """So many are answered correctly, at least."""
    operations: int
    """The length of the proof."""


@dataclass(frozen=True)
class Measured:
    """Of one model."""

    total: int
    right: int | None
    """Exactly; `None` if there are too many inputs to look at."""
    bounds: Mapping[str, Bound | str]
    """By strategy; a refusal in words where there is none."""

    def json(self) -> dict[str, Any]:
        return {
            "inputs": self.total,
            "right": self.right,
            "bounds": {
                name: {"refused": each} if isinstance(each, str) else dict(vars(each))
                for name, each in self.bounds.items()
            },
        }


def read(path: Path) -> Model:
    """The model in a file; refuses what cannot be tuned."""
    model = read_subject(path)
    if not isinstance(model, Model):
        raise MalformedInput(
            f"{path}: a model of the family {model.family} has no tuning yet",
            cure="tune a transformer with one head and no biases",
        )
    if model.n_ctx < 2 or model.d_vocab < 2:
        raise MalformedInput(
            f"{path}: tuning needs two positions and two tokens", cure="tune a larger model"
        )
    return model


def measure(path: Path, strategies: Sequence[str], progress: Progress) -> Measured:
    """Of the model in a file."""
    model = read(path)
    right = TRANSFORMER.count_right(model, progress)
    bounds = {name: _bound(model, name, progress) for name in strategies}
    return Measured(model.d_vocab**model.n_ctx, right, bounds)


def _bound(model: Model, name: str, progress: Progress) -> Bound | str:
    strategy = TRANSFORMER.strategy(name)
    try:
        found = strategy.search(model, lambda what: progress(f"{name}: {what}"))
    except MalformedInput as error:
        return error.message
    except (OverflowError, np.linalg.LinAlgError) as error:
        return f"the weights do not fit float64 ({error})"
    length = TRANSFORMER.operations(strategy.checker, model, found.fields)
    return Bound(found.bound, length)
