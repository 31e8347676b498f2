"""SHA-256 of a large file, remembered between runs.

Hashing Lean's library (231 MB) takes 0.6 s, so the digest is kept in `digests.json` in this project's
directory of the user's cache, under the file's path, inode, size and both time stamps.  It is read only where
nobody but the user can have written it (`private`); where it cannot be kept, the file is hashed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from pipeline.errors import ToolingMissing
from pipeline.lean.places import cache_dir
from pipeline.lean.private import is_ours, is_private, make_private


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256_of(path: Path) -> str:
    """The same, computed again only if the file has changed since."""
    path = path.resolve()
    stat = path.stat()
    key = f"{path}|{stat.st_ino}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}"
    known = _load()
    if key not in known:
        known = {k: v for k, v in known.items() if not k.startswith(f"{path}|")}
        known[key] = sha256_of(path)
        _save(known)
    return known[key]


def _memory() -> Path:
    return cache_dir() / "digests.json"


def _load() -> dict[str, str]:
    try:
        memory = _memory()
        if not is_private(memory.parent) or not is_ours(memory):
            return {}
        data = json.loads(memory.read_text())
    except (OSError, ValueError, ToolingMissing):
        return {}
    if not isinstance(data, dict):
        return {}
    return {k: v for k, v in data.items() if isinstance(v, str)}


def _save(known: dict[str, str]) -> None:
    try:
        memory = _memory()
        make_private(memory.parent)
        with tempfile.NamedTemporaryFile("w", dir=memory.parent, delete=False) as file:
            json.dump(known, file, indent=1)
        os.replace(file.name, memory)
    except (OSError, ToolingMissing):
        pass  # a cache that cannot be written costs half a second a run
