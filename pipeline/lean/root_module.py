"""The root module of the theory: `Compact.lean` imports every other module, so that `lake` builds them all.

`python -m pipeline.lean sync` writes it anew from the files that are there.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.lean.modules import modules_under
from pipeline.lean.places import ROOT_MODULE

_TEXT = """\
/-!
# All modules of the theory

Written by `python -m pipeline.lean sync`.
-/
"""


def root_source(directory: Path) -> str:
    """What `Compact.lean` in this directory should say."""
    names = [name for name in modules_under(directory) if name != ROOT_MODULE]
    return "prelude\n" + "".join(f"import {name}\n" for name in names) + _TEXT
