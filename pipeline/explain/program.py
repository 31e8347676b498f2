"""One run of `python -m pipeline.explain`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.api import explain
from pipeline.bundle.directory import open_output
from pipeline.cli.assumed import look_at
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome
from pipeline.cli.terminal import Terminal
from pipeline.emit.names import own_name
from pipeline.errors import EXIT_PROVED, MalformedInput
from pipeline.explain.point import Point, built_in, frontier
from pipeline.explain.ranks import of_rank
from pipeline.explain.score import Score
from pipeline.explain.words import in_words, ranks_in_words, table
from pipeline.lean import Limits
from pipeline.proof.subject import LoadedModel, load
from pipeline.transformer.strategies.low_rank import ByTables, LowRank
from pipeline.transformer.strategies.low_rank.explanation import read_explanation


@dataclass(frozen=True)
class Explain:
    """Score explanations of a model."""

    model: Path
    explanations: Sequence[Path]
    ranks: Sequence[int]
    against: Sequence[str] | None
    out: Path
    check: bool
    lean: str | None = None
    limits: Limits = field(default_factory=Limits)

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """Prove them all, compare them; the outcome as JSON and the exit code."""
        strategies = self._strategies()
        with deadline(self.limits.timeout_s, f"reading {self.model}"):
            loaded = load(self.model)
        model = loaded.require_explainable(self.model)
        assumed = look_at(model, self.model, None, terminal)
        scores = []
        with terminal.working():
            for strategy in strategies:
                if isinstance(strategy, LowRank):
                    strategy.choose(model)  # better refused now than after proving the others
            with open_output(self.out / "certificates"):
                pass  # as is a place where nothing can be written
            for strategy in strategies:
                terminal.progress(f"proving with {strategy.name}")
                found = explain(
                    loaded,
                    strategy,
                    check=self.check,
                    lean=self.lean,
                    limits=self.limits,
                    progress=terminal.progress,
                )
                found.proof.save(self.out / "certificates")
                scores.append(found)
                terminal.result(in_words(scores[-1]) + "\n")
            others = built_in(model, self.against, terminal.progress)
        points = [each.point for each in scores] + others
        outcome = self._outcome(loaded, scores, points) | assumed.json()
        self._report(loaded, scores, points, outcome, terminal)
        terminal.result(assumed.in_words())
        return outcome, EXIT_PROVED

    def _strategies(self) -> list[LowRank | ByTables]:
        found: list[LowRank | ByTables] = [
            read_explanation(path).strategy() for path in self.explanations
        ]
        found += map(of_rank, self.ranks)
        names = [own_name(each.name) for each in found]
        if not names:
            raise MalformedInput("nothing to score", cure="give explanations, or --rank 1..8")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise MalformedInput(
                f"two explanations are called {twice}",
                cure="give one of them another name",
            )
        return found

    def _outcome(
        self, loaded: LoadedModel, scores: Sequence[Score], points: Sequence[Point]
    ) -> dict[str, Any]:
        best = {point.name for point in frontier(points)}
        return {
            "proved": self.check,
            "model": loaded.file,
            "model_digest": loaded.model.digest,
            "total": loaded.total,
            "truth": loaded.truth,
            "explanations": [each.json() for each in scores],
            "points": [each.json() | {"on_frontier": each.name in best} for each in points],
            "out": str(self.out),
        }

    def _report(
        self,
        loaded: LoadedModel,
        scores: Sequence[Score],
        points: Sequence[Point],
        outcome: Outcome,
        terminal: Terminal,
    ) -> None:
        if self.ranks:
            ranked = [each.point for each in scores[len(self.explanations) :]]
            terminal.result(ranks_in_words(self.ranks, ranked, loaded.total) + "\n")
        terminal.result(table(points, loaded.total))
        (self.out / "scores.json").write_text(json.dumps(outcome, indent=2) + "\n")
        try:
            from pipeline.explain.picture import draw
        except ImportError:
            terminal.note("no picture: it needs matplotlib (pip install '.[report]')")
        else:
            drawn = draw(points, loaded.total, loaded.truth, loaded.file)
            (self.out / "frontier.svg").write_bytes(drawn.svg)
        terminal.result(f"written to {self.out}: certificates, scores.json, frontier.svg")
