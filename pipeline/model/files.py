"""The bytes of a model file."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MalformedInput

MAX_FILE_BYTES = 1 << 28
_SUFFIXES = (".safetensors", ".npz", ".pt", ".pth", ".bin", ".ckpt")


def read_bytes(path: Path, instead: str | None = None) -> bytes:
    """The content of a regular file of acceptable size; if it is none, give a model file instead, or what is said."""
    try:
        if not path.exists():
            what = "a link to nothing" if path.is_symlink() else "no such file"
            raise MalformedInput(f"{path}: {what}", cure="check the path")
        if not path.is_file():
            raise MalformedInput(f"{path}: not a regular file", cure=instead or _instead_of(path))
        if path.stat().st_size > MAX_FILE_BYTES:
            raise MalformedInput(
                f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB",
                cure="give the weights of a one-layer model only, without optimizer state",
            )
        return path.read_bytes()
    except OSError as error:
        raise MalformedInput(
            f"{path}: cannot be read ({error.strerror})", cure="check the path and its permissions"
        ) from error


def _instead_of(path: Path) -> str:
    """What to give instead of something that is no file, such as the folder that a model was saved into."""
    if not path.is_dir():
        return "give the path of a model file"
    names = sorted(each.name for each in path.iterdir())
    found = [name for name in names if name.endswith(_SUFFIXES)]
    if ".metadata" in names and any(name.endswith(".distcp") for name in names):
        return (
            "this folder is a distributed checkpoint: make one file of it with"
            " torch.distributed.checkpoint.format_utils.dcp_to_torch_save"
        )
    if not found:
        return "give the path of a model file"
    return f"give a file in it, such as {ascii(found[0])[:80]}"
