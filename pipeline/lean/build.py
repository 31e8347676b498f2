"""Build Lean modules: in dependency order, on all cores, only what has changed.

The key of a module is the SHA-256 of everything that its build depends on: the very Lean (its SHA-256), extra
arguments for it, the module's name and source, and the keys of its imports.  A module whose key is in the store is
not built again; its messages and its cost are read from the store.  (A Lean file that reads other files while it
is elaborated would escape this; the theory has none.)

Lean never sees the source tree: it is given a copy of the bytes that were hashed, in a private work space, with the
oleans of the imports in a tree next to it, and an environment without variables that change what it does.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from pipeline.errors import MalformedInput
from pipeline.lean.messages import parse_messages, shown_path
from pipeline.lean.modules import Module, SourceRoot, load_modules, relative_path
from pipeline.lean.places import default_out_dir
from pipeline.lean.process import POLL_S, LeanProcess, Limits, Outcome
from pipeline.lean.result import BuildReport, ModuleResult, Status
from pipeline.lean.store import ILEAN_SUFFIX, Artefact, Store
from pipeline.lean.toolchain import Toolchain
from pipeline.lean.verdict import verdict

Progress = Callable[[ModuleResult], None]

_FORMAT = 2
"""Part of every key: raise it when the store or the way Lean is run changes."""

_DROPPED_VARIABLES = ("LEAN", "LAKE", "ELAN", "PYTHON")
"""Variables with these beginnings do not reach Lean (`LEAN_NAT_MAX_SIZE` changes what the kernel evaluates)."""


class Builder:
    """Builds modules found under some source roots with one Lean into one output directory."""

    def __init__(
        self,
        toolchain: Toolchain,
        roots: Sequence[SourceRoot],
        out_dir: Path | None = None,
        *,
        limits: Limits | None = None,
        jobs: int | None = None,
        lean_args: Sequence[str] = (),
    ) -> None:
        self.toolchain = toolchain
        self.roots = tuple(roots)
        self.limits = limits or Limits()
        self.jobs = jobs if jobs is not None else _cores()
        self.lean_args = tuple(lean_args)
        if self.jobs < 1:
            raise MalformedInput(f"{self.jobs} jobs are too few")
        self._store = Store((out_dir or default_out_dir()).absolute())

    def build(
        self,
        targets: Iterable[str],
        *,
        force: bool | Collection[str] = False,
        on_result: Progress | None = None,
    ) -> BuildReport:
        """Build the targets and what they import; raise the error if that fails (see `BuildReport.error`)."""
        report = self.attempt(targets, force=force, on_result=on_result)
        report.require_ok()
        return report

    def attempt(
        self,
        targets: Iterable[str],
        *,
        force: bool | Collection[str] = False,
        on_result: Progress | None = None,
    ) -> BuildReport:
        """Build as much as can be built and report; raises only if the sources cannot be read.

        `force` names modules to build even if nothing has changed; `True` means the targets.
        `on_result` is told of each module as it is done.
        """
        started = time.monotonic()
        targets = list(targets)
        modules = load_modules(targets, self.roots)
        forced = set(targets) if force is True else set(force or ())
        with self._store.stage() as stage:
            run = _Run(self, modules, self.keys(modules), forced, stage, on_result)
            results = run.all()
        ordered = tuple(results[name] for name in modules)
        return BuildReport(self.toolchain.describe(), ordered, time.monotonic() - started)

    def keys(self, modules: dict[str, Module]) -> dict[str, str]:
        """The key of each module; the modules come each after its imports."""
        keys: dict[str, str] = {}
        for module in modules.values():
            content = [
                _FORMAT,
                self.toolchain.sha256,
                self.lean_args,
                module.name,
                hashlib.sha256(module.source).hexdigest(),
                [keys[name] for name in module.imports],
            ]
            keys[module.name] = hashlib.sha256(json.dumps(content).encode()).hexdigest()
        return keys

    def prune(self, unused_days: float) -> int:
        """Remove what no build has used for so many days from the output directory; how many modules that was."""
        return self._store.prune(unused_days)

    @property
    def store(self) -> Store:
        return self._store


class _Run:
    """One run of a builder, in its work space.  One thread; every Lean is a process."""

    def __init__(
        self,
        builder: Builder,
        modules: dict[str, Module],
        keys: dict[str, str],
        forced: Collection[str],
        stage: Path,
        on_result: Progress | None,
    ) -> None:
        self._builder = builder
        self._modules = modules
        self._keys = keys
        self._forced = forced
        self._on_result = on_result
        self._oleans = stage / "lib"
        self._sources = stage / "src"
        self._logs = stage / "log"
        self._stage = stage
        self._results: dict[str, ModuleResult] = {}
        self._running: dict[str, LeanProcess] = {}
        for directory in (self._oleans, self._sources, self._logs):
            directory.mkdir()

    def all(self) -> dict[str, ModuleResult]:
        """Build everything; the results by name."""
        waiting = list(self._modules)
        with ExitStack() as at_exit:
            at_exit.callback(self._kill_all)
            while waiting or self._running:
                waiting = [name for name in waiting if not self._settle_or_start(name)]
                if self._running and not self._collect():
                    time.sleep(POLL_S)
        return self._results

    def _settle_or_start(self, name: str) -> bool:
        """Do what can be done about a waiting module now; whether it waits no longer."""
        module = self._modules[name]
        imports = [self._results.get(item) for item in module.imports]
        failed = next((item for item in imports if item is not None and not item.ok), None)
        if failed is not None:
            self._done(name, Status.SKIPPED, reason=f"not tried, as {failed.module} is not built")
            return True
        if None in imports:
            return False
        if name not in self._forced:
            stored = self._builder.store.get(self._keys[name], self._olean(name))
            if stored is not None:
                self._done(name, Status.OK, stored, cached=True)
                return True
        if len(self._running) >= self._builder.jobs:
            return False
        self._running[name] = self._start(module)
        return True

    def _start(self, module: Module) -> LeanProcess:
        relative = relative_path(module.name)
        source = self._sources / relative
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(module.source)
        olean = self._olean(module.name)
        olean.parent.mkdir(parents=True, exist_ok=True)
        # Lean derives the module's name, which private names contain, from the path below the root.
        args = ["--json", f"--root={self._sources}", f"--memory={self._builder.limits.memory_mb}"]
        outputs = ["-o", str(olean), "-i", str(olean.with_suffix(ILEAN_SUFFIX))]
        args += [*self._builder.lean_args, *outputs, str(relative)]
        env = {k: v for k, v in os.environ.items() if not k.startswith(_DROPPED_VARIABLES)}
        return LeanProcess(
            self._builder.toolchain.command(args),
            cwd=self._sources,
            env=env | {"LEAN_PATH": str(self._oleans)},
            stdout=self._log(module.name, "out"),
            stderr=self._log(module.name, "err"),
            limits=self._builder.limits,
        )

    def _collect(self) -> bool:
        """Look at every running Lean; whether any has ended."""
        ended = False
        for name, process in list(self._running.items()):
            outcome = process.poll()
            if outcome is not None:
                del self._running[name]
                self._finish(name, outcome)
                ended = True
        return ended

    def _finish(self, name: str, outcome: Outcome) -> None:
        shown = shown_path(self._modules[name].path)
        messages, other = parse_messages(_read(self._log(name, "out")), shown)
        output = "\n".join(part for part in (other, _read(self._log(name, "err")).strip()) if part)
        built = Artefact(
            tuple(messages), output, outcome.seconds, outcome.cpu_seconds, outcome.peak_rss_mb
        )
        status, reason = verdict(outcome, built, self._builder.limits, self._olean(name).is_file())
        if status is Status.OK:
            self._builder.store.put(self._keys[name], built, self._olean(name), self._stage)
        self._done(name, status, built, reason=reason)

    def _done(
        self,
        name: str,
        status: Status,
        built: Artefact | None = None,
        *,
        cached: bool = False,
        reason: str = "",
    ) -> None:
        path = self._modules[name].path
        built = built or Artefact((), "", 0.0, 0.0, 0.0)
        self._results[name] = result = ModuleResult(
            name,
            path,
            status,
            cached,
            reason,
            tuple(message.about(shown_path(path)) for message in built.messages),
            built.output,
            built.seconds,
            built.cpu_seconds,
            built.peak_rss_mb,
            self._keys[name],
        )
        if self._on_result is not None:
            self._on_result(result)

    def _kill_all(self) -> None:
        for process in self._running.values():
            process.kill()

    def _olean(self, name: str) -> Path:
        return self._oleans / relative_path(name, ".olean")

    def _log(self, name: str, suffix: str) -> Path:
        return self._logs / f"{name}.{suffix}"


def _cores() -> int:
    """The number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
