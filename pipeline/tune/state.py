"""A run on disk: `OUT.state`, from which the same command goes on."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from pipeline.errors import MalformedInput
from pipeline.tune.training import Training


def state_path(out: Path) -> Path:
    """Beside the model that is being made."""
    return out.with_name(f"{out.name}.state")


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file as a whole."""
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        raise MalformedInput(f"{path}: cannot be written ({error.strerror})") from error


def save_state(path: Path, training: Training, run: str) -> None:
    """Keep a run, which `run` identifies."""
    beside = path.with_name(f"{path.name}.part")
    try:
        torch.save({"run": run, **training.state()}, beside)
        os.replace(beside, path)
    except (OSError, RuntimeError) as error:  # torch's own writer raises the latter
        raise MalformedInput(f"{path}: cannot be written ({error})") from error


def load_state(path: Path, training: Training, run: str) -> None:
    """Go on with a run that was kept; refuses that of another model or recipe.  (Nothing in the file is executed.)"""
    cure = "delete it to begin again, or name another OUT"
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
        of_this = state["run"] == run
    except (
        OSError,
        RuntimeError,
        ValueError,
        KeyError,
        TypeError,
        pickle.UnpicklingError,
        EOFError,
    ):
        raise MalformedInput(f"{path}: not a state of this program", cure=cure) from None
    if not of_this:
        raise MalformedInput(f"{path}: a run of another model or with other options", cure=cure)
    try:
        training.restore(state)
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedInput(f"{path}: damaged ({error})", cure=cure) from error
