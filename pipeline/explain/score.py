"""An explanation's score: what it lets be proved, at what length, and what each of its parts does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.evidence.sample import Evidence, inputs_for, sample
from pipeline.explain.dimension import unexplained
from pipeline.explain.point import Point, finest
from pipeline.model import Model
from pipeline.proof.proof import Proof
from pipeline.strategy import Progress
from pipeline.transformer.strategies.low_rank import LowRank
from pipeline.transformer.strategies.low_rank.attention import PLAIN
from pipeline.transformer.strategies.low_rank.presets import EXACT


@dataclass(frozen=True)
class Worth:
    """What one part of an explanation does, against doing without it."""

    part: str
    instead: str
    """What is done without it."""
    saves: int
    """Operations; negative if it costs some."""
    loses: int
    """Inputs; negative if it gains some."""

    def json(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "instead": self.instead,
            "saves_operations": self.saves,
            "loses_inputs": self.loses,
        }


@dataclass(frozen=True)
class Score:
    """Everything that is said of an explanation."""

    proof: Proof
    worth: Sequence[Worth]
    dimension: int
    """Unexplained."""
    evidence: Evidence
    """What as many operations buy by sampling: no proof."""

    @property
    def point(self) -> Point:
        proof = self.proof
        return Point(proof.strategy.name, proof.bound, proof.length, proof.proved, own=True)

    def json(self) -> dict[str, Any]:
        proof = self.proof
        return {
            "name": proof.strategy.name,
            "summary": proof.strategy.summary,
            "proved": proof.proved,
            "bound": proof.bound,
            "total": proof.total,
            "truth": proof.truth,
            "gap": proof.gap,
            "lost": dict(proof.losses),
            "operations": proof.length,
            "parts": [each.json() for each in self.worth],
            "unexplained_dimension": self.dimension,
            "sampling": self.evidence.json(),
            "theorem": proof.theorem,
        }


def score(proof: Proof, model: Model, strategy: LowRank, progress: Progress) -> Score:
    """Score an explanation that is proved."""
    progress("what each part is worth")
    choice = strategy.choose(model)
    return Score(
        proof,
        _worth(model, strategy),
        unexplained(model, choice),
        sample(model, inputs_for(model, proof.length)),
    )


def _worth(model: Model, strategy: LowRank) -> list[Worth]:
    """Each part, replaced by what is done where nothing is explained."""
    without: Mapping[str, tuple[str, LowRank]] = {
        "QK": ("multiplied out", replace(strategy, qk=EXACT)),
        "direct path": ("multiplied out", replace(strategy, eu=EXACT)),
        "attention": ("bounded as it is", replace(strategy, attention=PLAIN)),
    }
    whole, found = finest(strategy, model), []
    for part, (instead, other) in without.items():
        if other != strategy:
            point = finest(other, model)
            saves, loses = point.length - whole.length, point.bound - whole.bound
            found.append(Worth(part, instead, saves, loses))
    return found
