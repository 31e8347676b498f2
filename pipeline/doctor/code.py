"""The code that says PROVED: is it what its sources say?

Python runs what it has compiled before, from `__pycache__`.  Usually it looks whether the source is still the same; a
file that asks not to be compared (an "unchecked hash") is run whatever the source says, and a clone could bring one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pipeline
from pipeline.doctor.finding import Finding, fine, wrong
from pipeline.errors import EXIT_TOOLING

_UNCHECKED = 1
"""The flags, in the second word of the file (PEP 552): hashed, and not to be checked."""


def look_at_code(folder: Path | None = None) -> Iterator[Finding]:
    """Compiled files that are run without being compared with their sources."""
    folder = folder or Path(pipeline.__file__).parent
    compiled = list(folder.rglob("*.pyc"))
    unchecked = [path for path in compiled if _flags(path) == _UNCHECKED]
    if unchecked:
        text = f"{unchecked[0]} is run whatever its source says ({len(unchecked)} such files)"
        cure = f"find {folder} -name __pycache__ -exec rm -r {{}} +; and ask who put them there"
        yield wrong("code", text, cure, EXIT_TOOLING)
    else:
        yield fine("code", f"{folder}: no compiled file that is not compared with its source")


def _flags(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return int.from_bytes(file.read(8)[4:], "little")
    except OSError:
        return 0
