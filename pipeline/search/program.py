"""One run of `python -m pipeline.search`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pipeline.api import prove
from pipeline.cli.assumed import look_at
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED
from pipeline.explain.point import Point, built_in, frontier
from pipeline.explain.words import table
from pipeline.lean import Limits
from pipeline.proof.subject import load
from pipeline.search.area import area, longest, shortest
from pipeline.search.space import strategy
from pipeline.search.study import search
from pipeline.transformer.strategies.low_rank.explanation import render

JOURNAL = "trials.journal"


@dataclass(frozen=True)
class Search:
    """Search explanations of a model, and prove those on the frontier."""

    model: Path
    out: Path
    trials: int
    budget: int | None
    seed: int
    check: bool
    lean: str | None = None
    limits: Limits = field(default_factory=Limits)

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """Do it all; the outcome as JSON and the exit code."""
        with deadline(self.limits.timeout_s, f"reading {self.model}"):
            loaded = load(self.model)
        model = loaded.require_explainable(self.model)
        assumed = look_at(model, self.model, None, terminal)
        self.out.mkdir(parents=True, exist_ok=True)
        with terminal.working():
            found = search(
                model, self.out / JOURNAL, self.trials, self.budget, self.seed, terminal.progress
            )
            points = []
            for number, each in enumerate(found):
                file = msgspec.structs.replace(each.file, name=f"found-n{number + 1}")
                terminal.progress(f"proving {file.name}, {number + 1} of {len(found)}")
                proof = prove(
                    loaded, strategy(file), check=self.check, lean=self.lean, limits=self.limits
                )
                proof.save(self.out / "certificates")
                (self.out / f"{file.name}.toml").write_text(render(file))
                points.append(
                    Point(proof.strategy.name, proof.bound, proof.length, proof.proved, own=True)
                )
            others = built_in(model, None, terminal.progress)
        both = [*points, *others]
        before, after = area(others, model), area(both, model)
        terminal.result(table(both, loaded.total))
        terminal.result(
            f"score {after:.4f}; of our own strategies alone {before:.4f}\n  the area under the best bound over the"
            f" logarithm of the length, from {shortest(model):,} (reading the weights) to"
            f" {longest(model):,} (brute force)"
        )
        terminal.result(f"written to {self.out}: an explanation and a certificate for each point")
        terminal.result(assumed.in_words())
        best = {point.name for point in frontier(both)}
        outcome: dict[str, Any] = {
            "proved": self.check,
            "model": loaded.file,
            "model_digest": loaded.model.digest,
            "total": loaded.total,
            "score": after,
            "score_of_built_in": before,
            "points": [each.json() | {"on_frontier": each.name in best} for each in both],
        }
        (self.out / "frontier.json").write_text(json.dumps(outcome, indent=2) + "\n")
        return outcome | assumed.json(), EXIT_PROVED
