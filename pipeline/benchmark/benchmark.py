"""One run: every model with every strategy, a row for each, and the tables at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipeline.benchmark.against import against
from pipeline.benchmark.growth import growth_table
from pipeline.benchmark.measure import Subject, failed, measure
from pipeline.benchmark.record import Record
from pipeline.benchmark.row import Row
from pipeline.benchmark.table import one_line, side_by_side
from pipeline.bundle.check import LeanChecker
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.deadline import deadline
from pipeline.cli.program import EXIT_INTERRUPTED, Outcome
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED, MalformedInput, PipelineError
from pipeline.families import OtherMeasure, family_of, left_out, read_counted
from pipeline.family import AnyModel
from pipeline.lean import Limits, Toolchain, find_toolchain


@dataclass(frozen=True)
class Benchmark:
    """One run of the program."""

    models: Sequence[Path]
    strategies: Sequence[str]
    growth: Sequence[Path]
    """Models of growing size."""
    growth_strategies: Sequence[str]
    record: Record[Row]
    lean: str | None
    limits: Limits
    verify: bool = False
    """Measure again what the record says is proved."""
    old: Sequence[Row] | None = None
    """What this run is compared with."""
    rows: dict[tuple[Path, str], Row] = field(default_factory=dict)

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """Measure everything; what there is, as JSON, and the exit code."""
        tasks = dict.fromkeys(
            [(path, strategy) for path in self.models for strategy in self.strategies]
            + [(path, strategy) for path in self.growth for strategy in self.growth_strategies]
        )
        models: dict[Path, AnyModel] = {}
        for path in dict.fromkeys(path for path, _ in tasks):
            try:
                with deadline(self.limits.timeout_s, f"reading {path}"):
                    models[path] = read_counted(path)
            except OtherMeasure as error:
                terminal.note(f"{error.message}: left out")
        tasks = {task: None for task in tasks if self._is_for(task, models)}
        if not tasks:
            self.record.drop_if_empty()
            raise MalformedInput(
                "nothing is left to be measured: no model here has one of these strategies",
                cure="name others, or use pipeline.export",
            )
        toolchain = find_toolchain(self.lean)
        try:
            with terminal.working():
                self._measure_all(list(tasks), models, toolchain, terminal)
        except KeyboardInterrupt:
            terminal.error("interrupted; this is what there is so far")
            return self._outcome(EXIT_INTERRUPTED) | {"error": "interrupted"}, EXIT_INTERRUPTED
        finally:
            self._print(terminal)
        return self._outcome(EXIT_PROVED), EXIT_PROVED

    @staticmethod
    def _is_for(task: tuple[Path, str], models: dict[Path, AnyModel]) -> bool:
        """Is the strategy one for such a model?"""
        path, strategy = task
        return path in models and not left_out(models[path], [strategy])

    def _measure_all(
        self,
        tasks: Sequence[tuple[Path, str]],
        models: dict[Path, AnyModel],
        toolchain: Toolchain,
        terminal: Terminal,
    ) -> None:
        checker = LeanChecker(toolchain, theory_root(), limits=self.limits)
        for number, (path, name) in enumerate(tasks, 1):
            where = f"{number}/{len(tasks)} {path.stem}, {name}"

            def progress(text: str, where: str = where) -> None:
                terminal.progress(f"{where}: {text}")

            row = self._row(path, models[path], name, checker, progress)
            self.rows[path, name] = row
            terminal.note(f"{where}: {one_line(row)}")

    def _row(
        self,
        path: Path,
        model: AnyModel,
        strategy: str,
        checker: LeanChecker,
        progress: Callable[[str], None],
    ) -> Row:
        """From the record, or measured and added to it."""
        problem, digest, family = None, "", family_of(model)
        try:
            digest = theory_digest(family.name, strategy, theory_root())
        except PipelineError as error:
            problem = error
        found = self.record.find(model.digest, strategy, digest)
        if found is not None and not (self.verify and found.outcome == "proved"):
            return msgspec.structs.replace(found, model=path.stem)
        right = self.record.right(model.digest)
        if right is None:
            right = family.count_right(model, progress)
        subject = Subject(path, model, right)
        known = subject.row(strategy, digest, checker.toolchain.kind)
        row = failed(known, problem) if problem else None
        if row is None:
            row = measure(known, subject, family.strategy(strategy), checker, progress).row
        self.record.add(row)
        return row

    def _print(self, terminal: Terminal) -> None:
        """The tables of what has been measured."""
        compared = self._of(self.models, self.strategies)
        grown = self._of(self.growth, self.growth_strategies)
        everything = list(dict.fromkeys((*compared, *grown)))
        if everything:
            terminal.result(side_by_side(everything, self._claimed))
        if grown:
            terminal.result(growth_table(grown))
        if self.old is not None and everything:
            terminal.result(against(self.old, everything))

    def _claimed(self, row: Row) -> bool:
        return self.record.is_claimed(row)

    def _of(self, models: Sequence[Path], strategies: Sequence[str]) -> list[Row]:
        keys = [(path, strategy) for path in models for strategy in strategies]
        return [self.rows[key] for key in keys if key in self.rows]

    def _outcome(self, exit_code: int) -> dict[str, object]:
        rows = [
            msgspec.structs.asdict(row) | {"claimed": self._claimed(row)}
            for row in self.rows.values()
        ]
        return {"exit_code": exit_code, "rows": rows}
