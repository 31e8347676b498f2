"""Which models are averaged: those of one task whose names differ in the seed only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.errors import PipelineError
from pipeline.families import read_subject
from pipeline.network.model import Network
from pipeline.transformer.tasks import MAX, words_for

TASK_NOT_KNOWN: Final = "not known"


def kind(model: str) -> str:
    """`max_of_4_seed3_tuned` is a `max_of_4_seed*_tuned`, `noisy2` a `noisy*`.  A tuned model and the one that it comes
    from are of two kinds."""
    found = re.sub(r"(seed[_-]?)[0-9]+", r"\1*", model)
    return found if found != model else re.sub(r"[0-9]+$", "*", model)


def named(models: Iterable[str]) -> str:
    """What models of one kind are called together: a single one has its own name."""
    names = list(dict.fromkeys(models))
    return names[0] if len(names) == 1 else kind(names[0])


def task(path: Path) -> str:
    """What the right answer is, for people, as the model's file says."""
    try:
        model = read_subject(path)
    except PipelineError:
        return TASK_NOT_KNOWN
    return "the product" if isinstance(model, Network) else words_for(getattr(model, "task", MAX))


def slug(name: str) -> str:
    """The same in the name of a file."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
