"""Lean names for generated modules and theorems."""

from __future__ import annotations

import re
from pathlib import Path

ROOT_MODULE = "Compact.Certificates"

_MODEL_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,99}")

EXPLAINED = "explained-"
"""Stands in the names of strategies that are explanations of somebody's own (docs/explanations.md), at their beginning
or after the strategy whose checker they are for: `explained-mine`, `cubic-explained-mine`."""
OF_TABLES = ("quartic", "mixed", "cubic", "prefix")
"""The strategies that may stand there."""
_EXPLAINED = re.compile(rf"(?:(?:{'|'.join(OF_TABLES)})-)?explained(?:-[a-z][a-z0-9]*)+")
MOST = 80
"""Characters of such a name."""


def is_explained(strategy: str) -> bool:
    """Is it the name of such a strategy?  Each word begins with a letter: no two names are one in camel case."""
    return len(strategy) <= MOST and _EXPLAINED.fullmatch(strategy) is not None


def own_name(strategy: str) -> str:
    """What its author calls such a strategy; of another one its name."""
    return strategy.partition(EXPLAINED)[2] if is_explained(strategy) else strategy


def strategy_of(explained: str) -> str | None:
    """The strategy whose checker an explained one names; `None` if it names none."""
    return explained.partition(f"-{EXPLAINED}")[0] if explained[:1] != EXPLAINED[0] else None


def camel(words: str) -> str:
    """`max_of-2` -> `MaxOf2`: letters and digits of ASCII only, each word capitalised."""
    parts = re.findall(r"[A-Za-z0-9]+", words)
    name = "".join(part[0].upper() + part[1:] for part in parts)
    return name if name[:1].isalpha() else f"Model{name}"


def model_name(path: Path) -> str:
    """The Lean name of the model in a file, whatever the file is called."""
    return camel(path.name.split(".")[0])[:100]


def is_model_name(name: str) -> bool:
    """Could `model_name` have given this name?"""
    return _MODEL_NAME.fullmatch(name) is not None


def definition_name(strategy: str) -> str:
    """`brute-force` -> `bruteForce`, the certificate as data."""
    name = camel(strategy)
    return name[0].lower() + name[1:]


def quoted(name: str) -> str:
    """The name as Lean source; `prefix` is a word of Lean's own."""
    return f"«{name}»" if name in {"prefix"} else name


def theorem_name(strategy: str) -> str:
    """`brute-force` -> `bruteForce_correct`."""
    return f"{definition_name(strategy)}_correct"


def certificate_modules(name: str) -> str:
    """The prefix of a model's generated modules."""
    return f"{ROOT_MODULE}.{name}"


def weights_module(name: str) -> str:
    return f"{certificate_modules(name)}.Weights"


def theorem_module(name: str, strategy: str) -> str:
    return f"{certificate_modules(name)}.{camel(strategy)}"


def full_theorem_name(name: str, strategy: str) -> str:
    return f"{certificate_modules(name)}.{theorem_name(strategy)}"
