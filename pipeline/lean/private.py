"""Directories that nobody but this user can have filled.

What Lean has built is used again without being built again, so whoever can put files there can put words into Lean's
mouth.  Such a directory therefore

* belongs to this user, and nobody else may write it, or replace one of the directories above it;
* is not inside a checkout: a clone could bring its own files there.

(The user can still fool the user.  `python -m pipeline.verify --fresh` uses nothing that was built before.)
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ToolingMissing

STORE_VARIABLE = "PIPELINE_STORE"
CHECKOUTS = (".git", ".hg", ".svn")
_CURE = f"let {STORE_VARIABLE} name a directory of your own that is not in a checkout"


def make_private(directory: Path) -> Path:
    """Create the directory if it is not there, make sure of it, and give its real path."""
    try:
        path = directory.resolve()
        _make(path)
        why = _objection(path)
    except OSError as error:
        raise ToolingMissing(
            f"cannot write the directory for built modules {directory}: {error.strerror}",
            cure=_CURE,
        ) from None
    if why is not None:
        raise ToolingMissing(f"{directory} is not used for built modules: {why}", cure=_CURE)
    return path


@contextmanager
def private_temporary_directory() -> Iterator[Path]:
    """A directory for the time of a block, such that nobody else can put files there, or it in another place."""
    with tempfile.TemporaryDirectory(prefix="compact-proofs-") as directory:
        try:
            make_private(Path(directory))
        except ToolingMissing as error:
            raise ToolingMissing(
                error.message.replace("for built modules", "for temporary files"),
                cure="let TMPDIR name a directory of your own that is not in a checkout",
            ) from error
        yield Path(directory)


def is_private(directory: Path) -> bool:
    """Is the directory there, and such that nobody else can have filled it?"""
    try:
        return _objection(directory.resolve(strict=True)) is None
    except OSError:
        return False


def is_ours(path: Path) -> bool:
    """Is this a file or a directory, and no link to one, that this user owns and nobody else may write?"""
    found = path.lstat()
    return (
        not stat.S_ISLNK(found.st_mode) and found.st_uid == os.geteuid() and not _others_may(found)
    )


def _make(path: Path) -> None:
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied")


def _objection(path: Path) -> str | None:
    """What speaks against a directory, given by its real path."""
    if not path.is_dir():
        return "it is no directory"
    if not is_ours(path):
        return "it belongs to another user, or others may write it"
    for above in path.parents:
        found = above.stat()
        sticky = bool(found.st_mode & stat.S_ISVTX)
        if found.st_uid not in (0, os.geteuid()) or (_others_may(found) and not sticky):
            return (
                f"others may write {above} or own it, and could put another directory in its place"
            )
    for each in (path, *path.parents):
        if any((each / mark).exists() for mark in CHECKOUTS):
            return f"it is inside the checkout {each}, and a clone could bring files there"
    return None


def _others_may(found: os.stat_result) -> bool:
    return bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
