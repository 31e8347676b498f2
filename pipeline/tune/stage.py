"""The checkpoints of a run from random weights, measured."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pipeline.cli.terminal import Terminal
from pipeline.errors import MalformedInput
from pipeline.tune.interrupt import interruptible
from pipeline.tune.measure import Bound, measure
from pipeline.tune.recipe import Recipe
from pipeline.tune.state import write_bytes
from pipeline.tune.training import Training
from pipeline.tune.weights import file_bytes, random_weights


@dataclass(frozen=True)
class Stage:
    """One strategy at one step."""

    step: int
    strategy: str
    inputs: int
    right: int | None
    """Exactly; the same in all rows of a step."""
    bound: int
    operations: int | None
    """`None` where the strategy refuses the model."""


def table(rows: Sequence[Stage]) -> bytes:
    """As CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [each.name for each in fields(Stage)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue().encode()


def checkpoints(alone: int, steps: int, points: int) -> list[int]:
    """Steps at which to look: close together where a part begins, for most happens there."""
    found = {0, alone, steps}
    for start, end in ((0, alone), (alone, steps)):
        found |= {start + round((end - start) * (i / points) ** 2) for i in range(1, points + 1)}
    return sorted(found)


@dataclass(frozen=True)
class Stages:
    """A run, and where its table and last model go."""

    directory: Path
    recipe: Recipe
    sizes: tuple[int, int, int]
    """`n_ctx`, `d_vocab`, `d_model` (and `d_head`)."""
    points: int

    def run(self, terminal: Terminal) -> list[Stage]:
        """Train and look; interrupted, the table holds the checkpoints so far."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MalformedInput(f"{self.directory}: no folder ({error.strerror})") from error
        n_ctx, d_vocab, d_model = self.sizes
        start = random_weights(n_ctx, d_vocab, d_model, d_model, self.recipe.seed)
        training, rows = Training(self.recipe, start), list[Stage]()
        for step in checkpoints(self.recipe.alone, self.recipe.steps, self.points):
            with interruptible() as asked:
                while training.step < step and not asked.stop:
                    training.advance()
            if asked.stop:
                raise KeyboardInterrupt
            rows += self._look(training, terminal)
            write_bytes(self.directory / "stages.csv", table(rows))
        return rows

    def _look(self, training: Training, terminal: Terminal) -> Iterator[Stage]:
        said = {"stage": self.recipe.json(), "steps": training.step}
        path = self.directory / "stages.safetensors"
        write_bytes(path, file_bytes(training.weights, said))
        terminal.progress(f"step {training.step:,} of {self.recipe.steps:,}: searching proofs")
        found = measure(path, self.recipe.strategies, lambda _: None)
        for name, bound in found.bounds.items():
            known = bound if isinstance(bound, Bound) else Bound(0, 0)
            length = known.operations or None
            yield Stage(training.step, name, found.total, found.right, known.inputs, length)
