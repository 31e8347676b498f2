"""Lean names for generated modules and theorems."""

from __future__ import annotations

import re
from pathlib import Path

ROOT_MODULE = "Compact.Certificates"


def camel(words: str) -> str:
    """`max_of-2` -> `MaxOf2`: letters and digits of ASCII only, each word capitalised."""
    parts = re.findall(r"[A-Za-z0-9]+", words)
    name = "".join(part[0].upper() + part[1:] for part in parts)
    return name if name[:1].isalpha() else f"Model{name}"


def model_name(path: Path) -> str:
    """The Lean name of the model in a file."""
    return camel(path.name.split(".")[0])


def theorem_name(strategy: str) -> str:
    """`brute-force` -> `bruteForce_correct`."""
    return f"{definition_name(strategy)}_correct"


def definition_name(strategy: str) -> str:
    name = camel(strategy)
    return name[0].lower() + name[1:]
