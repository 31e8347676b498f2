"""SHA-256 of a large file, remembered between runs.

Hashing Lean's library (231 MB) takes 0.6 s, so the digest is kept in `digests.json` in this project's
directory of the user's cache, under the file's path, inode, size and both time stamps.  Whoever can write that file
is the user, who could as well change this program.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from pipeline.lean.places import cache_dir


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
        data = json.loads(_memory().read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {k: v for k, v in data.items() if isinstance(v, str)}


def _save(known: dict[str, str]) -> None:
    try:
        _memory().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=_memory().parent, delete=False) as file:
            json.dump(known, file, indent=1)
        os.replace(file.name, _memory())
    except OSError:
        pass  # a cache that cannot be written costs half a second a run
