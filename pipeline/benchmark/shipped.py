"""The models in `examples/` that are measured when no others are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.lean import PROJECT
from pipeline.transformer.strategies import STRATEGIES, ByClasses, Strategy

SIDE_BY_SIDE = (
    *(f"max_of_4_seed{seed}" for seed in range(5)),
    "max_of_5",
    "max_of_10",
    "max_of_20",
)

GROWTH = ("max_of_4_vocab_16", "max_of_4_vocab_32", "max_of_4_seed0", "max_of_4_vocab_128")
"""Trained alike, with 16, 32, 64 and 128 tokens."""


def shipped(names: Sequence[str]) -> list[Path]:
    """The files of shipped models."""
    directory = PROJECT / "examples" / "models"
    paths = [directory / f"{name}.safetensors" for name in names]
    for path in paths:
        if not path.is_file():
            raise MalformedInput(
                f"{path}: no such file",
                cure="run from a checkout of the repository, or name models",
            )
    return paths


def class_strategies() -> list[Strategy]:
    """The strategies whose cost does not grow with the number of inputs."""
    return [each for each in STRATEGIES.values() if isinstance(each, ByClasses)]
