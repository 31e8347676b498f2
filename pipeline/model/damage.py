"""The errors for files that are not whole, or not of a kind that is read."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MalformedInput

CURE_FORMAT = "save the weights as .safetensors or .npz, or as a torch state dict (.pt)"
CURE_DAMAGED = "the file is damaged or incomplete: copy or export it again"


def damaged(path: Path, kind: str, error: Exception) -> MalformedInput:
    """A reader gave up on the file."""
    detail = " ".join(str(error).split())[:120] or type(error).__name__
    return MalformedInput(f"{path}: not a readable {kind} file ({detail})", cure=CURE_DAMAGED)
