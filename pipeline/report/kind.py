"""Which models are averaged: those whose names differ in the seed only."""

from __future__ import annotations

import re


def kind(model: str) -> str:
    """`max_of_4_seed3_tuned` is a `max_of_4_seed*_tuned`, `noisy2` a `noisy*`.  A tuned model and the one that it comes
    from are of two kinds."""
    found = re.sub(r"(seed[_-]?)[0-9]+", r"\1*", model)
    return found if found != model else re.sub(r"[0-9]+$", "*", model)


def slug(name: str) -> str:
    """The same in the name of a file."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
