"""An explanation's score: what it lets be proved, at what length, and what each of its parts does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from pipeline.evidence.sample import Evidence, inputs_for, sample
from pipeline.explain.dimension import unexplained
from pipeline.explain.point import Point, finest, searched
from pipeline.model import Model
from pipeline.proof.proof import Proof
from pipeline.strategy import Progress
from pipeline.transformer.strategies.low_rank import ByTables, LowRank
from pipeline.transformer.strategies.low_rank.attention import PLAIN
from pipeline.transformer.strategies.low_rank.presets import EXACT, PREFIX_TOP2


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

    @classmethod
    def of(cls, part: str, instead: str, whole: Point, without: Point) -> Worth:
        """Compare a proof with the one that does without a part."""
        return cls(part, instead, without.length - whole.length, without.bound - whole.bound)

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

    def _repr_html_(self) -> str:
        """For notebooks."""
        heads = ("part", "against being", "saves operations", "loses inputs")
        head = "".join(f'<th scope="col">{each}</th>' for each in heads)
        rows = "".join(
            f'<tr><th scope="row">{each.part}</th><td>{each.instead}</td><td>{each.saves:,}</td>'
            f"<td>{each.loses:,}</td></tr>"
            for each in self.worth
        )
        parts = (
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
        )
        said = f"unexplained: {self.dimension:,} numbers; {self.evidence}"
        return f"{self.proof._repr_html_()}{parts}<p>{escape(said)}</p>"


def score(proof: Proof, model: Model, strategy: LowRank | ByTables, progress: Progress) -> Score:
    """Score an explanation that is proved."""
    progress("what each part is worth")
    return Score(
        proof,
        _worth(model, strategy),
        unexplained(model, strategy.choose(model) if isinstance(strategy, LowRank) else None),
        sample(model, inputs_for(model, proof.length)),
    )


def _worth(model: Model, strategy: LowRank | ByTables) -> list[Worth]:
    """Each part, replaced by what is done where nothing is explained."""
    found, whole = [], finest(strategy, model)
    for part, (instead, other) in _without(strategy).items():
        if other != strategy:
            found.append(Worth.of(part, instead, whole, finest(other, model)))
    if isinstance(strategy, LowRank) and strategy.may_lose:
        fine = replace(strategy, may_lose=0)
        here, there = (searched(each, model, lambda _: None) for each in (strategy, fine))
        found.append(Worth.of("rounding", "as fine as loses nothing", here, there))
    return found


def _without(strategy: LowRank | ByTables) -> Mapping[str, tuple[str, LowRank]]:
    """For each part, what is done instead and the explanation without it."""
    if isinstance(strategy, ByTables):
        return {"classes": ("counted by prefixes, from the two largest outputs", PREFIX_TOP2)}
    return {
        "QK": ("multiplied out", replace(strategy, qk=EXACT)),
        "direct path": ("multiplied out", replace(strategy, eu=EXACT)),
        "attention": ("bounded as it is", replace(strategy, attention=PLAIN)),
        "classes": ("counted by many levels", replace(strategy, levels=None)),
    }
