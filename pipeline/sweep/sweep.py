"""One run: jobs in, rows out.

What is done is in the table as soon as it is done, and what is in the table is not done again, unless
its certificate is gone.  A certificate is written before its row.  What the table says of earlier runs is
a claim, and is shown as one, unless Lean is asked again (--verify).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.benchmark.measure import failed
from pipeline.benchmark.record import Record
from pipeline.benchmark.row import RowOutcome
from pipeline.benchmark.table import one_line, side_by_side
from pipeline.bundle.directory import open_output
from pipeline.bundle.layout import WEIGHTS_FILE, manifest_file, theorem_file
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.assumed import Assumed, look_at
from pipeline.cli.deadline import deadline
from pipeline.cli.program import EXIT_BUG, EXIT_INTERRUPTED, Outcome
from pipeline.cli.system import of_system
from pipeline.cli.terminal import Terminal
from pipeline.errors import (
    EXIT_LIMIT,
    EXIT_MALFORMED,
    EXIT_PROVED,
    EXIT_REJECTED,
    EXIT_TOOLING,
    MalformedInput,
    PipelineError,
    ResourceLimit,
    ToolingMissing,
)
from pipeline.families import OtherMeasure, left_out, read_counted
from pipeline.family import AnyModel
from pipeline.lean import Limits
from pipeline.sweep.jobs import Job, Looked, Proved, confirm, look, prove, train
from pipeline.sweep.plan import (
    LEAST_MEMORY_MB,
    Source,
    beginning,
    from_table,
    in_order,
    intact,
    memory_mb,
    unread,
)
from pipeline.sweep.pool import Pool
from pipeline.sweep.proof import Proof

EXIT_CODES: Final[dict[RowOutcome, int]] = {
    "proved": EXIT_PROVED,
    "refused": EXIT_PROVED,  # not a failure: the strategy is not for such a model
    "rejected": EXIT_REJECTED,
    "unreadable": EXIT_MALFORMED,
    "missing": EXIT_TOOLING,
    "limit": EXIT_LIMIT,
    "failed": EXIT_BUG,
}

_TRAINING_MB = 600


@dataclass(frozen=True)
class Subject:
    """A model that could be read, and what is asked of it."""

    source: Source
    content: bytes
    rows: Sequence[Proof]
    """What is known of the proofs that are still to be found."""


@dataclass(frozen=True)
class Sweep:
    """One run of the program."""

    sources: Sequence[Source]
    strategies: Sequence[str]
    table: Path
    certificates: Path
    pool: Callable[[], Pool]
    lean: str | None
    limits: Limits
    record: Record[Proof]
    terminal: Terminal
    verify: bool = False
    """Have Lean check again what the table says is proved."""
    compare: Path | None = None
    _assumed: dict[str, Assumed] = field(default_factory=dict)
    _rows: dict[tuple[str, str], Proof] = field(default_factory=dict)
    _pending: dict[Job, Callable[[Any], None]] = field(default_factory=dict)
    _seen: dict[str, Source] = field(default_factory=dict)

    def run(self) -> tuple[Outcome, int]:
        """Do what there is to do; all rows as JSON, and the exit code."""
        interrupted = False
        with open_output(self.certificates):  # one sweep at a time
            pool = self.pool()
            try:
                self._run(pool)
            except KeyboardInterrupt:
                interrupted = True
                self.terminal.error(
                    "interrupted", cure="the same command goes on where it was stopped"
                )
            finally:
                pool.close()
        if not self._rows and not interrupted:
            self.record.drop_if_empty()
            raise MalformedInput(
                "nothing is left to be proved: no model here has one of these strategies",
                cure="name others, or use pipeline.export",
            )
        rows = in_order(self._rows.values(), self.sources, self.strategies)
        self.terminal.result(self._summary(rows))
        codes = (EXIT_CODES[row.outcome] for row in rows)
        exit_code = next((code for code in codes if code), EXIT_PROVED)
        if interrupted:
            exit_code = EXIT_INTERRUPTED
        plain = [
            msgspec.structs.asdict(row) | {"claimed": self.record.is_claimed(row)} for row in rows
        ]
        models = {path: each.json() for path, each in self._assumed.items()}
        outcome = {
            "exit_code": exit_code,
            "table": str(self.table),
            "rows": plain,
            "models": models,
        }
        return outcome, exit_code

    def _run(self, pool: Pool) -> None:
        for source in self.sources:
            if source.recipe is None or source.path.is_file():
                self._open(source, pool)
            else:
                job = Job(source.recipe.file, train, (source.recipe,), _TRAINING_MB)
                self._submit(pool, job, partial(self._trained, pool, source))
        while self._pending:
            job, result = pool.next()
            self._pending.pop(job)(result)

    def _submit(self, pool: Pool, job: Job, then: Callable[[Any], None]) -> None:
        self._pending[job] = then
        pool.submit(job)

    def _trained(self, pool: Pool, source: Source, result: Any) -> None:
        if isinstance(result, Exception):
            for name in self.strategies:
                self._finish(_ended(unread(source, name, self.table), result))
            return
        source.path.parent.mkdir(parents=True, exist_ok=True)
        beside = source.path.with_name(f".{source.path.name}.part")
        beside.write_bytes(result)
        os.replace(beside, source.path)
        self.terminal.note(f"trained {source.path}")
        self._open(source, pool)

    def _open(self, source: Source, pool: Pool) -> None:
        """Read the model; what is in the table of it, and the rest as jobs."""
        try:
            with deadline(self.limits.timeout_s, f"reading {source.path}"):
                model = read_counted(source.path)
                assumed = look_at(model, source.path, self.compare, self.terminal)
            self._assumed[str(source.path)] = assumed
            content = source.path.read_bytes()
        except OtherMeasure as error:
            self.terminal.note(f"{error.message}: left out")
            return
        except (PipelineError, OSError) as error:
            for name in self.strategies:
                self._finish(_ended(unread(source, name, self.table), error))
            return
        same = self._seen.setdefault(model.digest, source)
        if same is not source:
            self.terminal.note(f"{source.path} has the same weights as {same.path}: left out")
            return
        others = left_out(model, self.strategies)
        if others:
            self.terminal.note(
                f"{source.path.stem}: {', '.join(others)}: not for a {model.family}, left out"
            )
        names = [name for name in self.strategies if name not in others]
        begun = [self._begin(source, model, content, name, pool) for name in names]
        missing = [row for row in begun if row is not None]
        if not missing:
            return
        subject = Subject(source, content, missing)
        arguments = source.path.name, content, self.record.right(model.digest)
        job = Job(source.path.stem, look, arguments, LEAST_MEMORY_MB)
        self._submit(pool, job, partial(self._looked, pool, subject))

    def _begin(
        self, source: Source, model: AnyModel, content: bytes, strategy: str, pool: Pool
    ) -> Proof | None:
        """The row to start with, unless there is nothing left to do."""
        try:
            digest = theory_digest(model.family, strategy, theory_root())
        except PipelineError as error:
            self._finish(_ended(beginning(source, model, strategy, "", self.table), error))
            return None
        found = self.record.find(model.digest, strategy, digest)
        if found is not None and intact(found, self.table):
            if self.verify and found.outcome == "proved":
                self._submit_confirmation(found, source, content, pool)
            else:
                self._rows[found.key] = found
            return None
        return beginning(source, model, strategy, digest, self.table)

    def _submit_confirmation(self, row: Proof, source: Source, content: bytes, pool: Pool) -> None:
        manifest = self.table.parent / row.certificate
        names = (WEIGHTS_FILE, theorem_file(row.strategy), manifest.name)
        beside = {name: manifest.with_name(name) for name in names}
        files = {name: path.read_bytes() for name, path in beside.items() if path.is_file()}
        needs = memory_mb(row, self.record, self.limits.memory_mb)
        arguments = row, source.path.name, content, files, self.lean, self.limits
        job = Job(f"{row.model}, {row.strategy}", confirm, arguments, needs, urgent=True)
        self._submit(pool, job, partial(self._confirmed, row))

    def _confirmed(self, row: Proof, result: Any) -> None:
        if not isinstance(result, Proved):
            self._finish(_ended(row.without_proof(), result))
        elif result.row != row:
            self._finish(result.row)
        else:
            self.record.confirm(row)
            self._rows[row.key] = row
            self.terminal.note(f"{row.model}, {row.strategy}: Lean confirms what the table says")

    def _looked(self, pool: Pool, subject: Subject, result: Any) -> None:
        looked = result if isinstance(result, Looked) else Looked(None, None)
        right = looked.right
        for row in subject.rows:
            known = msgspec.structs.replace(
                row,
                right=right,
                right_fraction=None if right is None else right / row.inputs,
                singular_value_ratio=looked.singular_value_ratio,
            )
            if isinstance(result, Exception):
                self._finish(_ended(known, result))
                continue
            needs = memory_mb(known, self.record, self.limits.memory_mb)
            arguments = known, subject.source.path.name, subject.content, self.lean, self.limits
            name = f"{known.model}, {known.strategy}"
            job = Job(name, prove, arguments, needs, urgent=True)
            self._submit(pool, job, partial(self._proved, known))

    def _proved(self, known: Proof, result: Any) -> None:
        if not isinstance(result, Proved):
            self._finish(_ended(known, result))
        elif not result.files:
            self._finish(result.row)
        else:
            self._finish(self._keep(result))

    def _keep(self, proved: Proved) -> Proof:
        """Write the certificate; the row that says where it is."""
        row = proved.row
        folder = self.certificates / f"{row.model}-{row.model_digest[:8]}"
        with open_output(folder) as output:
            output.commit(proved.files)
        manifest = manifest_file(row.strategy)
        assert row.bound is not None
        assert row.theorem_bytes is not None
        assert row.weights_bytes is not None
        return msgspec.structs.replace(
            row,
            normalised_bound=row.bound / row.right if row.right else None,
            certificate_bytes=row.theorem_bytes + row.weights_bytes,
            certificate=from_table(folder / manifest, self.table),
            certificate_sha256=hashlib.sha256(proved.files[manifest]).hexdigest(),
        )

    def _finish(self, row: Proof) -> None:
        self.record.add(row)
        self._rows[row.key] = row
        total = len(self.sources) * len(self.strategies)
        where = f"{len(self._rows)}/{total} {row.model}, {row.strategy}"
        self.terminal.note(f"{where}: {one_line(row)}")

    def _summary(self, rows: Sequence[Proof]) -> str:
        if not rows:
            return "nothing was done"
        self._say_what_is_assumed()
        claimed = self.record.is_claimed
        outcomes = ["claimed" if claimed(row) else row.outcome for row in rows]
        kinds = ("proved", "claimed", *EXIT_CODES)
        counts = [
            f"{outcomes.count(each)} {each}" for each in dict.fromkeys(kinds) if each in outcomes
        ]
        return f"{side_by_side(rows, claimed)}\n{', '.join(counts)}; {self.table}"

    def _say_what_is_assumed(self) -> None:
        """Once for all models of which the same is assumed."""
        said: dict[str, list[str]] = {}
        for path, each in self._assumed.items():
            said.setdefault(each.in_words().plain, []).append(Path(path).name)
        for words, names in said.items():
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            self.terminal.result(f"{', '.join(names[:3])}{more}:\n{words}")


def _ended(row: Proof, error: Exception) -> Proof:
    """The row of what an exception ended."""
    if isinstance(error, MemoryError):
        error = ResourceLimit("out of memory")
    if isinstance(error, OSError):
        system = of_system(error)
        unreadable = MalformedInput(f"{row.model_file}: cannot be read ({error.strerror})")
        error = system if isinstance(system, ResourceLimit) else unreadable
    if isinstance(error, PipelineError):
        ended = failed(row, error)
        # A refusal is final; this is for what may be otherwise in the next run.
        final = isinstance(error, ToolingMissing) or ended.outcome != "refused"
        return ended if final else msgspec.structs.replace(ended, outcome="unreadable")
    return msgspec.structs.replace(row, outcome="failed", reason=" ".join(str(error).split()))
