"""One run of `python -m pipeline.search`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from pipeline.api import prove
from pipeline.bundle.directory import open_output
from pipeline.cli.assumed import look_at
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED
from pipeline.explain.point import Point, built_in
from pipeline.explain.words import table
from pipeline.lean import Limits
from pipeline.proof.subject import LoadedModel, load
from pipeline.search.area import area, longest, shortest, thinned
from pipeline.search.found import REPORT
from pipeline.search.remembered import POINTS, Remembered
from pipeline.search.space import multiplied_out, roundings, strategy
from pipeline.search.study import search
from pipeline.strategy import Strategy
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.low_rank.explanation import File, render

JOURNAL = "trials.journal"
OLD = (
    "found-n*.toml",
    "certificates/*explained-found-n*.json",
    "certificates/*ExplainedFoundN*.lean",
)
"""What an earlier run has written about explanations; another one's have the same names."""


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
        with open_output(self.out):
            pass  # better refused now than after the search
        self.out.mkdir(parents=True, exist_ok=True)
        with terminal.working():
            found = search(
                model, self.out / JOURNAL, self.trials, self.budget, self.seed, terminal.progress
            )
            remembered = Remembered(self.out / POINTS, model)
            others = built_in(model, None, terminal.progress, remembered.searched)
            known = {point.name: STRATEGIES[point.name] for point in others}
            worth_it = thinned([each.point for each in found], model)
            kept = [each.file for each in found if each.point in worth_it]
            tried = [each for file in kept for each in roundings(file)]
            own = self._searched(remembered, [*tried, *multiplied_out(model)], terminal)
            wanted = [each for each in (*others, *own.values()) if self._within(each)]
            proved = self._prove(loaded, known, own, thinned(wanted, model), terminal)
        before, after = area(others, model), area(proved, model)
        names = {each.name for each in proved}
        both = [*proved, *(each for each in others if each.name not in names)]
        terminal.result(table(both, loaded.total))
        terminal.result(
            f"score {after:.4f}; of our own strategies alone {before:.4f}\n  the area under the best bound over the"
            f" logarithm of the length, from {shortest(model):,} (reading the weights) to"
            f" {longest(model):,} (brute force)"
        )
        terminal.result(f"written to {self.out}: an explanation and a certificate for each point")
        terminal.result(assumed.in_words())
        outcome: dict[str, Any] = {
            "proved": self.check,
            "model": loaded.file,
            "model_digest": loaded.model.digest,
            "total": loaded.total,
            "score": after,
            "score_of_built_in": before,
            "points": [each.json() | {"on_frontier": each.name in names} for each in both],
        }
        (self.out / REPORT).write_text(json.dumps(outcome, indent=2) + "\n")
        return outcome | assumed.json(), EXIT_PROVED

    def _within(self, point: Point) -> bool:
        return self.budget is None or point.length <= self.budget

    def _searched(
        self, remembered: Remembered, files: Sequence[File], terminal: Terminal
    ) -> dict[File, Point]:
        """What certificates of explanations would prove, rounded as they will be."""
        points: dict[File, Point] = {}
        for file in files:
            terminal.progress(f"choosing the rounding, {len(points) + 1} of {len(files)}")
            point = remembered.searched(strategy(file), render(file))
            points[file] = replace(point, name=f"{point.name}-{len(points)}", own=True)
        return points

    def _prove(
        self,
        loaded: LoadedModel,
        known: Mapping[str, Strategy],
        own: Mapping[File, Point],
        best: Sequence[Point],
        terminal: Terminal,
    ) -> list[Point]:
        """Have Lean check all that is on the frontier, and write explanations down."""
        for pattern in OLD:
            for old in self.out.glob(pattern):
                old.unlink()
        files, proved, number = {point.name: file for file, point in own.items()}, [], 0
        for point in best:
            chosen = known.get(point.name)
            if chosen is None:
                number += 1
                file = msgspec.structs.replace(files[point.name], name=f"found-n{number}")
                (self.out / f"{file.name}.toml").write_text(render(file))
                chosen = strategy(file)
            terminal.progress(f"proving by {chosen.name}: {point.bound:,} inputs")
            proof = prove(loaded, chosen, check=self.check, lean=self.lean, limits=self.limits)
            proof.save(self.out / "certificates")
            proved.append(Point(chosen.name, proof.bound, proof.length, proof.proved, point.own))
        return proved
