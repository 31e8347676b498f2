"""Model files as named tensors: safetensors, npz, torch checkpoints.

The format is recognised by content, not by extension.  Nothing is unpickled, except by torch itself
with `weights_only=True`.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import Container
from pipeline.model.damage import CURE_DAMAGED, CURE_FORMAT
from pipeline.model.files import read_bytes
from pipeline.model.lookalikes import lookalike
from pipeline.model.safetensors_file import parse_safetensors
from pipeline.model.torch_file import LEGACY_MAGIC, parse_torch
from pipeline.model.wrappers import without_wrappers
from pipeline.model.zip_file import parse_zip

__all__ = ["parse", "read_bytes"]

_SUFFIXES = {".safetensors", ".npz", ".pt", ".pth", ".bin", ".ckpt"}


def parse(path: Path, content: bytes) -> Container:
    """Parse the content of the model file `path`."""
    return without_wrappers(path, _parse(path, content))


def _parse(path: Path, content: bytes) -> Container:
    if not content:
        raise MalformedInput(f"{path}: the file is empty", cure=CURE_DAMAGED)
    if not any(content):
        raise MalformedInput(
            f"{path}: the file holds zero bytes only, as after a failed copy", cure=CURE_DAMAGED
        )
    if content.startswith(b"PK\x03\x04"):
        return parse_zip(path, content)
    if content.startswith(LEGACY_MAGIC):
        return parse_torch(path, content)
    other = lookalike(path, content)
    if other is not None:
        raise other
    if content[8:9] == b"{":
        return parse_safetensors(path, content)
    if content[:1] == b"\x80" and content[1:2] in b"\x02\x03\x04\x05":
        raise MalformedInput(
            f"{path}: a Python pickle that torch did not write, which is not read: it could run any code",
            cure="save model.state_dict() with torch.save, or arrays with np.savez('model.npz', **weights)",
        )
    if path.suffix in _SUFFIXES:
        raise MalformedInput(
            f"{path}: not a {path.suffix} file, or a truncated one", cure=CURE_DAMAGED
        )
    raise MalformedInput(f"{path}: not a model file", cure=CURE_FORMAT)
