"""One run of the program: measure, train, save, measure again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.cli.program import EXIT_INTERRUPTED, Outcome
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED, MalformedInput
from pipeline.tune import words
from pipeline.tune.interrupt import interruptible
from pipeline.tune.measure import measure, read
from pipeline.tune.project import project_qk
from pipeline.tune.recipe import Recipe
from pipeline.tune.state import load_state, save_state, state_path, write_bytes
from pipeline.tune.training import Training
from pipeline.tune.weights import Distance, file_bytes, of_model

_SAY_EVERY_S = 5.0
_SAVE_EVERY_S = 30.0


@dataclass(frozen=True)
class Tune:
    """What was asked for on the command line."""

    model: Path
    out: Path
    recipe: Recipe
    rank: int | None

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """The models before and after, in words and as JSON."""
        _require_out(self.out)
        exact = read(self.model)
        before = of_model(exact)
        projected = before if self.rank is None else project_qk(before, self.rank)
        training = Training(self.recipe, projected)
        run = self.recipe.digest(f"{exact.digest} QK {self.rank}")
        if state_path(self.out).exists():
            load_state(state_path(self.out), training, run)
            terminal.note(f"going on after step {training.step:,} of {self.recipe.steps:,}")
        said = {"tuned": self.recipe.json(), "from": exact.digest, "project_qk": self.rank}
        started = time.process_time()
        with terminal.working():
            old = measure(self.model, self.recipe.strategies, terminal.progress)
            finished = self._train(training, run, terminal)
            moved = Distance.between(before, training.weights)
            write_bytes(self.out, file_bytes(training.weights, {**said, "steps": training.step}))
            if not finished:
                terminal.note(words.interrupted(self.out, training.step, self.recipe.steps))
                return self._outcome(training, {"interrupted": True}), EXIT_INTERRUPTED
            state_path(self.out).unlink(missing_ok=True)
            new = measure(self.out, self.recipe.strategies, terminal.progress)
        seconds = round(time.process_time() - started, 1)
        terminal.result(words.report(self.model, self.out, old, new, moved, seconds))
        found = {"before": old.json(), "after": new.json(), "moved": dict(vars(moved))}
        return self._outcome(training, {**found, "cpu_seconds": seconds}), EXIT_PROVED

    def _outcome(self, training: Training, found: dict[str, Any]) -> dict[str, Any]:
        return {
            "proved": False,
            "another_model": True,
            "model": str(self.model),
            "out": str(self.out),
            "steps": training.step,
            "recipe": self.recipe.json(),
            "project_qk": self.rank,
            **found,
        }

    def _train(self, training: Training, run: str, terminal: Terminal) -> bool:
        """Is it done?  (Otherwise somebody wants to stop, and the run is kept.)"""
        path = state_path(self.out)

        def keep() -> None:
            save_state(path, training, run)

        say = _Clock(_SAY_EVERY_S, lambda: terminal.progress(words.step(training)))
        save = _Clock(_SAVE_EVERY_S, keep, _SAVE_EVERY_S)
        with interruptible() as asked:
            while not training.done and not asked.stop:
                training.advance()
                say.tick()
                save.tick()
            if not training.done:
                keep()
        return training.done


class _Clock:
    """Does something every so many seconds, the first time after `first`."""

    def __init__(self, seconds: float, action: Callable[[], None], first: float = 0.0) -> None:
        self._seconds, self._action, self._next = seconds, action, time.monotonic() + first

    def tick(self) -> None:
        if time.monotonic() >= self._next:
            self._action()
            self._next = time.monotonic() + self._seconds


def _require_out(out: Path) -> None:
    """Better now than after training."""
    if out.suffix != ".safetensors":
        raise MalformedInput(
            f"{out}: not a name of a safetensors file", cure="name OUT.safetensors"
        )
    if not out.parent.is_dir():
        raise MalformedInput(f"{out}: there is no such folder", cure="make it first")
    if out.exists() and not state_path(out).exists():
        raise MalformedInput(f"{out}: is there already", cure="name another file, or delete it")
