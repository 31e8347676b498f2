"""Files that are no weights but often stand where weights should be, told by content, each with its own cure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.model.container import Trouble


@dataclass(frozen=True)
class _Kind:
    """A file that begins in a certain way (after white space, where `text` is set)."""

    start: bytes
    trouble: Trouble
    text: bool = False

    def fits(self, head: bytes) -> bool:
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(self.start) if self.text else (
            head.startswith(self.start)
        )  # fmt: skip


def _compressed(start: bytes, how: str, tool: str) -> _Kind:
    return _Kind(start, Trouble(f"compressed with {how}", f"unpack it first ({tool})"))


def _framework(start: bytes, what: str) -> _Kind:
    return _Kind(
        start, Trouble(what, "load it there, and save the arrays by name as .npz or .safetensors")
    )


def _other(what: str) -> Trouble:
    return Trouble(what, "give the file with the weights (.safetensors, .npz or .pt)")


_LFS = Trouble(
    "a Git LFS pointer in place of the weights",
    "fetch the file itself: git lfs install && git lfs pull (or download it from its page)",
)
_WEB_PAGE = Trouble(
    "a web page in place of the weights",
    "download the file itself: the link wants a login, or is that of the page about the file"
    " (on Hugging Face: .../resolve/..., not .../blob/...)",
)

_KINDS = (
    _Kind(b"version https://git-lfs.github.com/", _LFS, text=True),
    _Kind(b"version https://hawser.github.com/", _LFS, text=True),
    _Kind(
        b"# xet version",
        Trouble("a git-xet pointer in place of the weights", "fetch the file itself: git xet checkout"),
        text=True,
    ),
    _Kind(
        b"/annex/objects/",
        Trouble("a git-annex pointer in place of the weights", "fetch the file: git annex get FILE"),
    ),
    _Kind(
        b"outs:\n",
        Trouble("a DVC pointer in place of the weights", "fetch the file itself: dvc pull"),
    ),
    _Kind(b"<!doctype", _WEB_PAGE, text=True),
    _Kind(b"<html", _WEB_PAGE, text=True),
    _Kind(b"<head", _WEB_PAGE, text=True),
    _Kind(b"<?xml", _WEB_PAGE, text=True),
    _Kind(b"<!--", _WEB_PAGE, text=True),
    _Kind(b"<svg", _WEB_PAGE, text=True),
    _compressed(b"\x1f\x8b", "gzip", "gunzip, or tar xzf"),
    _compressed(b"BZh", "bzip2", "bunzip2, or tar xjf"),
    _compressed(b"\xfd7zXZ\x00", "xz", "unxz, or tar xJf"),
    _compressed(b"\x28\xb5\x2f\xfd", "zstd", "unzstd"),
    _compressed(b"\x04\x22\x4d\x18", "lz4", "unlz4"),
    _compressed(b"7z\xbc\xaf\x27\x1c", "7-zip", "7z x"),
    _compressed(b"Rar!", "RAR", "unrar x"),
    _Kind(
        b"\x93NUMPY",
        Trouble("a single array (.npy)", "save all weights by name: np.savez('model.npz', **weights)"),
    ),
    _framework(b"\x89HDF\r\n", "an HDF5 file (Keras, h5py)"),
    _framework(b"GGUF", "a GGUF file (llama.cpp)"),
    _framework(b"ggml", "a GGML file (llama.cpp)"),
    _framework(b"MATLAB 5.0", "a MATLAB file"),
    _Kind(b"%PDF", _other("a PDF document")),
    _Kind(b"\x89PNG", _other("a PNG image")),
    _Kind(b"\x7fELF", _other("a program")),
    _Kind(b"SQLite format 3", _other("an SQLite database")),
    _Kind(b"PAR1", _other("a Parquet table")),
)  # fmt: skip


def lookalike(path: Path, content: bytes) -> MalformedInput | None:
    """What the file is instead of weights, if that is known."""
    head = content[:512]
    trouble = next((kind.trouble for kind in _KINDS if kind.fits(head)), None)
    if trouble is None and content[257:262] == b"ustar":
        trouble = Trouble("a tar archive", "unpack it first (tar xf), and give the file in it")
    if trouble is None:
        trouble = _text(content)
    return None if trouble is None else MalformedInput(f"{path}: {trouble.what}", cure=trouble.cure)


def _text(content: bytes) -> Trouble | None:
    """JSON beside the weights, or the answer of a server."""
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in (b"{", b"["):
        try:
            return _json(json.loads(content.decode("utf-8-sig")))
        except (ValueError, RecursionError):
            return None
    if len(content) <= 300 and re.search(
        rb"not found|invalid (username|credentials)|access denied|unauthorized|forbidden|too many requests",
        content,
        re.I,
    ):
        shown = ascii(" ".join(content.decode("utf-8", "replace").split()))[:60]
        return Trouble(f"the answer of a server in place of the weights ({shown})", _WEB_PAGE.cure)
    return _other("text, not a model file") if _is_text(content[:4096]) else None


def _is_text(head: bytes) -> bool:
    """Could people read it?  (One word could be the beginning of anything.)"""
    utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = head.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not just a character that is cut off
            return False
        text = head[: error.start].decode("utf-16" if utf16 else "utf-8-sig", "ignore")
    return len(text) >= 8 and all(each.isprintable() or each in "\t\r\n\f" for each in text)


def _json(data: object) -> Trouble:
    if isinstance(data, dict) and isinstance(data.get("weight_map"), dict):
        parts = sorted({str(part) for part in data["weight_map"].values()})
        few = len(parts) == 1
        return Trouble(
            f"an index of the weights, which are in {len(parts)} other file{'' if few else 's'}",
            f"give {ascii(parts[0])[:80]}"
            if few
            else "save them together, in one .safetensors file",
        )
    if isinstance(data, dict) and {"error", "message"} & set(data):
        return Trouble("the answer of a server in place of the weights", _WEB_PAGE.cure)
    if isinstance(data, dict) and {"model_type", "architectures", "d_model", "n_layers"} & set(
        data
    ):
        return Trouble(
            "the configuration of a model, without its weights",
            "give the file with the weights (.safetensors, .npz or .pt)",
        )
    return Trouble("JSON text", "save the weights as .safetensors or .npz: text rounds numbers")
