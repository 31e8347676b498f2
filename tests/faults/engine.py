"""Draws faults, injects them and judges what comes of it."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import EXIT_LIMIT, EXIT_MALFORMED, EXIT_PROVED, EXIT_TOOLING
from tests.faults.commands import BEFORE, COMMANDS, Command, State
from tests.faults.disk import FILLER, SmallDisk
from tests.faults.disk import small_disk as mount
from tests.faults.kinds import KINDS, Clean, Fault, Kind
from tests.faults.sandbox import Ran, Sandbox, Work, finish
from tests.faults.tripwire import FIRED

NO_VERDICT = (EXIT_MALFORMED, EXIT_TOOLING, EXIT_LIMIT)
KILLED = -9
_CLEAR = re.compile(r"\b(error|limit|missing): \S")
"""A message, or a row of a table that says why there is no verdict."""
TRIES = 20
"""Faults that come too late, after the command is done, are drawn again so often."""


@dataclass(frozen=True)
class Expected:
    """What runs without faults leave."""

    state: State
    files: frozenset[str]
    clean: Clean


@dataclass(frozen=True)
class Injected:
    """One fault and what is wrong after it; nothing if it was survived."""

    command: str
    kind: str
    what: str
    code: int
    complaints: tuple[str, ...]


@dataclass
class Engine:
    """All faults of one run; the same seed draws the same faults."""

    sandbox: Sandbox
    commands: Sequence[Command] = COMMANDS
    seed: int = 0
    _before: dict[tuple[str, bool], Path] = field(default_factory=dict)
    _expected: dict[tuple[str, bool, bool], Expected] = field(default_factory=dict)

    def inject(self, count: int, kinds: Sequence[Kind] = KINDS) -> Iterator[Injected]:
        """So many faults, the kinds in turn and the commands in turn."""
        pairs = [
            (command, kind)
            for command in self.commands
            for kind in kinds
            if kind.possible and (command.rival or kind.name != "two at once")
        ]
        draw = random.Random(self.seed)
        order: list[tuple[Command, Kind]] = []
        while len(order) < count:
            order += draw.sample(pairs, len(pairs))
        for number, (command, kind) in enumerate(order[:count]):
            yield self._one(command, kind, random.Random(f"{self.seed}/{number}"))

    def _one(self, command: Command, kind: Kind, draw: random.Random) -> Injected:
        for _ in range(TRIES):
            fault = kind.draw(draw, self._expect(command).clean)
            injected = self._try(command, kind, fault)
            if injected is not None:
                return injected
        raise RuntimeError(f"{command.name}: no {kind.name} came in time")

    def _try(self, command: Command, kind: Kind, fault: Fault) -> Injected | None:
        """Inject it; `None` if it came too late."""
        rival = command.rival if fault.rival_after is not None else None
        expected = self._expect(command, fault.large, rival is not None)
        work = self.sandbox.work(self._start_state(command.before, fault.large))
        before = command.state(work.out)
        argv = self._argv(command.line, work, fault.large)
        with ExitStack() as stack:
            disk = self._disk(fault, work, stack)
            if rival is not None:
                rans = self._both(work, argv, self._argv(rival, work, False), fault)
            else:
                rans = [self._run(work, argv, fault)]
            if _late(rans[0], fault):
                return None
            complaints = [each for ran in rans for each in _ending(ran, fault)]
            if rival is not None and all(ran.code for ran in rans):
                complaints.append("neither of the two got through")
            complaints += [f"still running: {line}" for line in self.sandbox.orphans()]
            complaints += _halves(command.state(work.out), before, expected.state)
            failed = rival is None and rans[0].code in NO_VERDICT
            if failed and command.all_or_nothing and command.state(work.out) != before:
                complaints.append("the directory is not as it was, although the command failed")
            if disk is not None:
                disk.mend()
            complaints += self._again(work, argv)
            if rival is not None:
                complaints += self._again(work, self._argv(rival, work, False))
            if command.state(work.out) != expected.state:
                complaints.append("run again, it leaves something else than a run without faults")
            elif _files(work.out) != expected.files:
                complaints.append(f"left over: {sorted(_files(work.out) ^ expected.files)}")
            if any(self.sandbox.stage.iterdir()):
                complaints.append("the work space of a build is left over")
        return Injected(command.name, kind.name, fault.what, rans[0].code, tuple(complaints))

    def _disk(self, fault: Fault, work: Work, stack: ExitStack) -> SmallDisk | None:
        if fault.disk is None:
            return None
        place, free = fault.disk
        path = {"out": work.out, "tmp": work.temporary, "stage": self.sandbox.stage}[place]
        disk = stack.enter_context(mount(path))
        if free is None:
            disk.lock()
        else:
            disk.fill(free)
        return disk

    def _run(self, work: Work, argv: Sequence[str], fault: Fault) -> Ran:
        started = time.monotonic()
        argv = [*argv, *fault.options]
        process = self.sandbox.start(work, argv, fault.trip, fault.prepare)
        if fault.kill_after is not None:
            time.sleep(fault.kill_after)
            process.kill()
        return finish(process, started)

    def _both(self, work: Work, one: Sequence[str], two: Sequence[str], fault: Fault) -> list[Ran]:
        started = time.monotonic()
        first = self.sandbox.start(work, one)
        time.sleep(fault.rival_after or 0)
        second = self.sandbox.start(work, two)
        return [finish(first, started), finish(second, started)]

    def _again(self, work: Work, argv: Sequence[str]) -> list[str]:
        ran = self.sandbox.run(work, argv)
        return [f"run again, it fails: {_last(ran)}"] if ran.code else []

    def _expect(self, command: Command, large: bool = False, rival: bool = False) -> Expected:
        """Run it without faults, once."""
        key = (command.name, large, rival)
        if key not in self._expected:
            work = self.sandbox.work(self._start_state(command.before, large))
            trace = work.path / "operations"
            ran = self.sandbox.run(work, self._argv(command.line, work, large), f"count:{trace}")
            _require(ran)
            if rival and command.rival:
                _require(self.sandbox.run(work, self._argv(command.rival, work, False)))
            operations = [
                "out" if line.startswith(str(work.out)) else ""
                for line in trace.read_text(errors="surrogateescape").splitlines()
            ]
            clean = Clean(operations, ran.seconds)
            self._expected[key] = Expected(command.state(work.out), _files(work.out), clean)
        return self._expected[key]

    def _start_state(self, name: str, large: bool) -> Path | None:
        """A directory with what is there before."""
        if name == "empty":
            return None
        if (name, large) not in self._before:
            work = self.sandbox.work(None)
            for line in BEFORE[name]:
                _require(self.sandbox.run(work, self._argv(line, work, large)))
            self._before[name, large] = work.out
        return self._before[name, large]

    def _argv(self, line: str, work: Work, large: bool) -> list[str]:
        paths = self.sandbox.paths | {"out": work.out}
        if large:
            paths["model"] = paths["large"]
        return [part.format(**paths) for part in line.split()]


def _late(ran: Ran, fault: Fault) -> bool:
    """Did the command get through without having met the fault?"""
    if fault.trip is not None:
        return FIRED.decode() not in ran.output
    return fault.kill_after is not None and ran.code != KILLED


def _ending(ran: Ran, fault: Fault) -> list[str]:
    """What is wrong with how the command ended."""
    if ran.code == EXIT_PROVED:
        return []
    if ran.code == KILLED and (
        fault.kill_after is not None or (fault.trip or "").startswith("kill")
    ):
        return []
    if ran.code not in NO_VERDICT:
        return [f"exit code {ran.code}: {_last(ran)}"]
    if not _CLEAR.search(ran.output) or "Traceback" in ran.output:
        return [f"no clear message: {_last(ran)}"]
    return []


def _halves(found: State, before: State, after: State) -> list[str]:
    """What is there that is neither the old nor the new."""
    return [
        f"half-written: {name}"
        for name, value in found.items()
        if value not in (before.get(name), after.get(name))
    ]


def _files(directory: Path) -> frozenset[str]:
    return frozenset(each.name for each in directory.iterdir()) - {FILLER}


def _require(ran: Ran) -> None:
    if ran.code:
        raise RuntimeError(f"a run without faults fails: {_last(ran)}")


def _last(ran: Ran) -> str:
    return " | ".join(ran.output.strip().splitlines()[-6:])


Figures = dict[str, tuple[int, int]]


def figures(injected: Sequence[Injected], by: Callable[[Injected], str]) -> Figures:
    """Injected and survived."""
    all_of = Counter(by(each) for each in injected)
    survived = Counter(by(each) for each in injected if not each.complaints)
    return {name: (all_of[name], survived[name]) for name in all_of}
