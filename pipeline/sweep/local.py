"""Jobs on the cores of this machine: a process for each, so that one that dies takes nothing with it.

A job begins when a core is free and its memory fits into what is left of the machine's; when nothing
runs, the next one begins in any case.  A worker whose parent is gone, killed outright for example,
stops itself and the Lean that it started.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pipeline.sweep.jobs import SAFE_PATH, Job
from pipeline.sweep.pool import Done, Lost, ended_by

STOPPING_S = 20.0
_SPARE = 0.9
"""The share of the available memory that is used."""


@dataclass(frozen=True)
class _Running:
    job: Job
    process: BaseProcess


class LocalPool:
    """So many jobs at a time, in so much memory."""

    def __init__(self, jobs: int, memory_mb: int) -> None:
        self._jobs = jobs
        self._memory_mb = memory_mb
        self._waiting: list[Job] = []
        self._running: dict[Connection, _Running] = {}
        self._context = multiprocessing.get_context("spawn")

    def submit(self, job: Job) -> None:
        self._waiting.append(job)
        self._start()

    def next(self) -> Done:
        ready = wait(list(self._running))[0]
        assert isinstance(ready, Connection)
        running = self._running.pop(ready)
        try:
            result = ready.recv()
        except EOFError:
            result = None
        running.process.join()
        ready.close()
        if result is None:
            code = running.process.exitcode
            result = Lost(f"the worker process ended with exit code {code}")
        self._start()
        return running.job, result

    def close(self) -> None:
        for running in self._running.values():
            running.process.terminate()
        for connection, running in self._running.items():
            running.process.join(STOPPING_S)
            running.process.kill()
            connection.close()
        self._running.clear()

    def _start(self) -> None:
        while (job := self._fitting()) is not None:
            self._waiting.remove(job)
            ours, theirs = self._context.Pipe(duplex=False)
            process = self._context.Process(target=_work, args=(job, theirs), daemon=False)
            with _safe_path():
                process.start()
            theirs.close()
            self._running[ours] = _Running(job, process)

    def _fitting(self) -> Job | None:
        if len(self._running) >= self._jobs:
            return None
        free = self._memory_mb - sum(each.job.memory_mb for each in self._running.values())
        fits = (job for job in self._waiting if job.memory_mb <= free or not self._running)
        return min(fits, key=lambda job: not job.urgent, default=None)


@contextmanager
def _safe_path() -> Iterator[None]:
    """A worker begins as `python -c`, which would import from the current directory before anything else."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def available_memory_mb() -> int:
    """What is to be had without swapping, less a reserve."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        kib = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
        return int(_SPARE * kib) // 1024
    except (OSError, StopIteration, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**21


def _work(job: Job, answer: Connection) -> None:
    """The whole life of a worker process."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    threading.Thread(target=_watch_parent, daemon=True).start()
    try:
        try:
            result: Any = job.function(*job.arguments)
        except Exception as error:
            result = ended_by(error)
            if isinstance(result, Lost):
                traceback.print_exc()
        answer.send(result)
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(130) from None


def _stop(_signal: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
