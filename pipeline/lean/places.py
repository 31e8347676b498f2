"""Where things are: the theory, the build directory, the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import ToolingMissing

PROJECT = Path(__file__).resolve().parents[2]
"""The checkout (the directory that holds `pipeline/`)."""

ROOT_MODULE = "Compact"
"""The one root under which every module of the theory is named."""


def theory_dir() -> Path:
    """The directory that holds `Compact.lean`: `lean/` of the checkout, or the copy in an installed package."""
    for directory in (PROJECT / "lean", Path(__file__).resolve().parent / "theory"):
        if (directory / f"{ROOT_MODULE}.lean").is_file():
            return directory
    raise ToolingMissing(
        f"the Lean theory is missing: no {ROOT_MODULE}.lean in {PROJECT / 'lean'}",
        cure="run from a checkout of the repository",
    )


def cache_dir() -> Path:
    """This project's directory in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "compact-proofs"


def default_out_dir() -> Path:
    """`.build/lean` in the checkout if that can be written, else a directory in the user's cache."""
    out = PROJECT / ".build" / "lean"
    try:
        if (PROJECT / "lean").is_dir():
            out.mkdir(parents=True, exist_ok=True)
            if os.access(out, os.W_OK):
                return out
    except OSError:
        pass
    return cache_dir() / "lean"
