"""The names of the files of a certificate."""

from __future__ import annotations

from pipeline.emit.names import camel

WEIGHTS_FILE = "Weights.lean"


def theorem_file(strategy: str) -> str:
    return f"{camel(strategy)}.lean"


def manifest_file(strategy: str) -> str:
    return f"{strategy}.json"
