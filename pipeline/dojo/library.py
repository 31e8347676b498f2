"""lean-dojo itself: the classes of its data, which are used as they are.

`LeanGitRepo.from_path` would first ask a server for a traced copy of the repository, and then copy the whole folder,
with all that is built in it, twice.  It does neither where its cache has the commit already, so a shallow clone is put
there first, and taken away afterwards.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import MalformedInput, ToolingMissing

VERSION = "4.20.0"
CURE = "pip install -e '.[dojo]' (Python 3.11 or 3.12: lean-dojo is not for later ones)"


@dataclass(frozen=True)
class LeanDojo:
    """What is used of lean-dojo."""

    repo: Any
    """The repository, as `LeanGitRepo.from_path` sees it."""
    LeanFile: Any
    Pos: Any
    Theorem: Any
    parse_goals: Any


@contextmanager
def lean_dojo(repository: Path) -> Iterator[LeanDojo]:
    """lean-dojo's classes, and a git repository opened with them."""
    try:
        import lean_dojo as library
        from lean_dojo.data_extraction.cache import cache
    except ImportError as error:
        raise ToolingMissing(f"lean-dojo cannot be imported: {error}", cure=CURE) from None
    except OSError as error:
        raise ToolingMissing(
            f"lean-dojo cannot make its cache: {error}", cure="set CACHE_DIR to a folder"
        ) from None
    if library.__version__ != VERSION:
        raise ToolingMissing(f"lean-dojo is {library.__version__}, not {VERSION}", cure=CURE)
    with _cached(repository.resolve(), Path(cache.cache_dir)):
        repo = library.LeanGitRepo.from_path(repository.resolve())
        yield LeanDojo(repo, library.LeanFile, library.Pos, library.Theorem, library.parse_goals)


@contextmanager
def _cached(repository: Path, cache: Path) -> Iterator[None]:
    """The last commit of a repository, where lean-dojo looks for it."""
    commit = git(repository, "rev-parse", "HEAD").strip()
    entry = cache / "repos" / f"gitpython-{repository.name}-{commit}"
    mine = not entry.exists()
    try:
        if mine:
            clone = entry / repository.name
            git(repository, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
        yield
    finally:
        if mine:
            shutil.rmtree(entry, ignore_errors=True)


def git(repository: Path, *arguments: str) -> str:
    """The output of git."""
    command = ["git", "-C", str(repository), *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ToolingMissing(f"cannot run git: {error.strerror}", cure="install git") from None
    if ran.returncode:
        said = (ran.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise MalformedInput(
            f"{repository} cannot be read as a git repository: {said}",
            cure="run this in a clone that has at least one commit",
        )
    return ran.stdout
