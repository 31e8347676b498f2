"""Lists of models and their certificates, to verify all of them in one go.

    {"format": "compact-proofs/corpus/1",
     "certificates": [{"model": "models/max_of_2.safetensors", "certificate": "../some/directory"}]}

Paths are relative to the list.  A folder stands for all lists in it, by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.errors import MalformedInput


@dataclass(frozen=True)
class Task:
    """Verify this certificate, or all in this directory, against this model."""

    model: Path
    certificate: Path


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: str
    certificate: str


class _Corpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["compact-proofs/corpus/1"]
    certificates: list[_Entry]


def read_corpus(path: Path) -> list[Task]:
    """Read a list, or all in a folder; `MalformedInput` if one is none, or empty."""
    if not path.is_dir():
        return _read_list(path)
    lists = sorted(path.glob("*.json"))
    if not lists:
        raise MalformedInput(f"{path}: holds no list of certificates")
    return [task for each in lists for task in _read_list(each)]


def _read_list(path: Path) -> list[Task]:
    try:
        corpus = msgspec.json.decode(path.read_bytes(), type=_Corpus)
    except OSError as error:
        raise MalformedInput(f"{path}: cannot be read ({error.strerror})") from error
    except msgspec.MsgspecError as error:
        raise MalformedInput(f"{path}: not a list of certificates ({error})") from error
    if not corpus.certificates:
        raise MalformedInput(f"{path}: lists no certificates")
    return [
        Task(path.parent / each.model, path.parent / each.certificate)
        for each in corpus.certificates
    ]
