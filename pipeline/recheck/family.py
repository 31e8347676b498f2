"""What the second checker has to know of a family of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.numbers import Numbers


@dataclass(frozen=True)
class Family:
    """A family: its Lean files, its models, its checkers.  (Its functions take weights of this family.)"""

    folder: str
    """Of its Lean modules: `Transformer`."""
    opened: str
    """The namespace that a certificate's file opens; empty if none."""
    binders: str
    """What a theorem is about besides the weights, as it stands in a Lean file."""
    property: str
    """What is claimed of an input, with `{weights}` for the weights (and `{label}` for the task)."""
    arguments: str
    """What the soundness theorem is applied to before the weights."""
    read_weights: Callable[[bytes], tuple[str, Any]]
    """The namespace of a file of weights, and the weights; refuses another layout."""
    require_model: Callable[[bytes, Any], None]
    """Refuse weights that are not exactly those of a model file."""
    sizes: Callable[[Any], tuple[int, int]]
    """The number of tokens of an input, and of the vocabulary."""
    counts: Mapping[str, Callable[[Any, Certificate], Counted]]
    """What each checker counts, by its name in Lean."""
    look: Callable[[Any, Certificate, Counted, int], Numbers]
    """Up to so many of the inputs that are counted, looked at one by one."""
    labels: tuple[str, ...] = ()
    """What `{label}` in the property may be, the task; nothing if there is none."""
