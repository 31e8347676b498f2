"""`python -m kernel2`, run as a program of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import ToolingMissing


def kernel2_home() -> Path:
    """The directory in which the package lies."""
    found = importlib.util.find_spec("kernel2")
    if found is None or found.origin is None:
        raise ToolingMissing(
            "the second kernel is missing: no package kernel2",
            cure="run from a checkout of the repository, or install the project again",
        )
    return Path(found.origin).parents[1]


def run_kernel2(arguments: Sequence[str]) -> dict[str, Any]:
    """Run it with these arguments; its result, whatever its verdict is."""
    # In a Python without site packages, and without the current directory (-P), which may hold a `kernel2` of its own:
    # what it imports is the standard library and itself.
    command = [sys.executable, "-P", "-S", "-m", "kernel2", "--json", *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment["PYTHONPATH"] = str(kernel2_home())
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise ToolingMissing(
            "the second kernel does not run", details=done.stderr.splitlines()[-10:]
        ) from None
    return result
