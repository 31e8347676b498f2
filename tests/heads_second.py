"""What the second checker says of certificates of several heads, for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights

Counting = Callable[[HeadsModel, Mapping[str, object]], Counted]


def counted_by(count: Callable[[Any, Certificate], Counted], label: str | None = None) -> Counting:
    """What a checker counts; it reads the weights from their Lean file, and `label` says the right answer."""

    def counted(model: HeadsModel, fields: Mapping[str, object]) -> Counted:
        _, weights = read_weights(render_weights("Tiny", model).encode())
        certificate = Certificate(dict(fields))  # type: ignore[arg-type]
        return count(weights if label is None else replace(weights, label=label), certificate)

    return counted


def accepted_by(counted: Counting) -> Callable[[HeadsModel, Mapping[str, object]], bool]:
    """What it says of a certificate."""

    def accepted(model: HeadsModel, fields: Mapping[str, object]) -> bool:
        try:
            found = counted(model, fields)
        except Refused:
            return False
        bound = fields["bound"]
        assert isinstance(bound, int)
        return bound <= found.number

    return accepted
