"""The names of the files of a certificate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.emit.names import OF_TABLES, camel, is_explained

WEIGHTS_FILE = "Weights.lean"

_THEOREM = re.compile(
    rf"(?:{'|'.join(map(camel, OF_TABLES))})?Explained[A-Z][A-Za-z0-9]*", re.ASCII
)


def theorem_file(strategy: str) -> str:
    return f"{camel(strategy)}.lean"


def manifest_file(strategy: str) -> str:
    return f"{strategy}.json"


def is_explained_file(name: str) -> bool:
    """Is it the manifest, or the theorem, of somebody's own explanation?"""
    stem, _, suffix = name.partition(".")
    if suffix == "lean":
        return _THEOREM.fullmatch(stem) is not None
    return suffix == "json" and is_explained(stem)


def explained_files(directory: Path) -> Iterable[str]:
    """Those in a directory."""
    return sorted(
        path.name for path in directory.glob("*[eE]xplained*") if is_explained_file(path.name)
    )
