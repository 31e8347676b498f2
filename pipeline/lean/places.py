"""Where things are: the theory, the user's cache, what Lean has built."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import ToolingMissing
from pipeline.lean.private import STORE_VARIABLE

PROJECT = Path(__file__).resolve().parents[2]
"""The checkout (the directory that holds `pipeline/`), or where packages are installed."""

ROOT_MODULE = "Compact"
"""The one root under which every module of the theory is named."""


def theory_dir() -> Path:
    """The directory that holds `Compact.lean`: the copy in an installed package, else `lean/` of the checkout."""
    for directory in (Path(__file__).resolve().parent / "theory", PROJECT / "lean"):
        if (directory / f"{ROOT_MODULE}.lean").is_file():
            return directory
    raise ToolingMissing(
        f"the Lean theory is missing: no {ROOT_MODULE}.lean in {PROJECT / 'lean'}",
        cure="install the package again, or run from a complete checkout",
    )


def cache_dir() -> Path:
    """This project's directory in the user's cache.

    `ToolingMissing` where there is no home: a relative path would be one in whatever directory this runs in.
    """
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(base):  # relative ones are to be ignored, says the standard
        base = os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(base):
        raise ToolingMissing(
            "no home directory: nowhere to keep what Lean has built",
            cure=f"let {STORE_VARIABLE} name a directory of your own, or set HOME",
        )
    return Path(base) / "compact-proofs"


def default_out_dir() -> Path:
    """Where built modules are kept: what `PIPELINE_STORE` names, else a directory in the user's cache.

    Never in a checkout (see `private`).
    """
    chosen = os.environ.get(STORE_VARIABLE)
    return Path(chosen).absolute() if chosen else cache_dir() / "lean"
