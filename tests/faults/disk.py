"""Small disks that are full or read-only: a tmpfs where this process may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

FILLER = ".filler"
ROOMY = "1g"
_PAGE = 4096


@cache
def can_mount() -> bool:
    """May this process mount a tmpfs?"""
    with tempfile.TemporaryDirectory() as directory:
        try:
            with _mounted(Path(directory), "1m"):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


class SmallDisk:
    """A tmpfs in place of a directory, with what was in it."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def fill(self, free: int) -> None:
        """Leave room for so many bytes only."""
        used = sum(each.stat().st_size + _PAGE for each in self._place.rglob("*"))
        size = used + free + 16 * _PAGE
        _mount("-o", f"remount,size={size}", str(self._place))
        left = os.statvfs(self._place).f_bavail * _PAGE - free
        with (self._place / FILLER).open("wb") as file:
            file.write(bytes(max(0, left)))

    def lock(self) -> None:
        """Make it read-only."""
        _mount("-o", "remount,ro", str(self._place))

    def mend(self) -> None:
        """Room for everything, and writable."""
        _mount("-o", f"remount,rw,size={ROOMY}", str(self._place))
        (self._place / FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk]:
    """Put a small disk there for a while."""
    with tempfile.TemporaryDirectory() as directory:
        kept = Path(directory) / "kept"
        shutil.copytree(place, kept)
        with _mounted(place, ROOMY):
            shutil.copytree(kept, place, dirs_exist_ok=True)
            yield SmallDisk(place)


@contextmanager
def _mounted(place: Path, size: str) -> Iterator[None]:
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, stderr=subprocess.DEVNULL)
