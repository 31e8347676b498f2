"""One run of Lean under limits on time and memory, with its cost measured.

How memory is bounded.  Lean maps far more address space than it uses, so `ulimit -v` is of no use (with 4 GB of
address space it cannot start a thread).  Lean's own `-M` makes the kernel look at the process's resident memory from
time to time and stop with a proper message ("excessive memory consumption detected"); the elaborator does not look.
So a watchdog also reads the resident memory from `/proc` a hundred times a second and kills the process a little
above the limit.  Where there is no `/proc`, `-M` is all there is.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import MalformedInput, ToolingMissing

POLL_S = 0.01
LEAST_MEMORY_MB = 256
"""Lean itself takes 110 to 160 MB."""
_MIB_IN_KIB = 1024


def _default_memory_mb() -> int:
    """8 GiB, or four fifths of the machine's memory if that is less."""
    try:
        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    except (ValueError, OSError):
        return 8192
    return max(LEAST_MEMORY_MB, min(8192, physical * 4 // 5))


@dataclass(frozen=True)
class Limits:
    """Limits for each module: wall-clock seconds, and mebibytes of resident memory."""

    timeout_s: float = 1800.0
    memory_mb: int = field(default_factory=_default_memory_mb)

    def __post_init__(self) -> None:
        if not self.timeout_s > 0:
            raise MalformedInput(f"a timeout of {self.timeout_s} s is not positive")
        if self.memory_mb < LEAST_MEMORY_MB:
            raise MalformedInput(
                f"Lean needs at least {LEAST_MEMORY_MB} MB, the limit is {self.memory_mb} MB"
            )

    @property
    def kill_above_kib(self) -> int:
        """The watchdog's limit: a tenth and 128 MiB more than Lean's own, so that Lean's message comes first."""
        return (self.memory_mb * 11 // 10 + 128) * _MIB_IN_KIB


@dataclass(frozen=True)
class Outcome:
    """How a process ended and what it cost."""

    returncode: int
    """The exit status; a negative number is a signal."""
    killed_for: Literal["time", "memory"] | None
    seconds: float
    cpu_seconds: float
    peak_rss_mb: float


class LeanProcess:
    """A running Lean.  Its output goes to files, so it can never block on us or lose its reader."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdout: Path,
        stderr: Path,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._killed_for: Literal["time", "memory"] | None = None
        self._sampled_peak_kib = 0
        self._own_peak_kib = _maxrss_kib(resource.getrusage(resource.RUSAGE_SELF))
        self._started = time.monotonic()
        with stdout.open("wb") as out, stderr.open("wb") as err:
            try:
                # In a session of its own: Ctrl-C comes to us, and we stop Lean.
                self._process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            except OSError as error:
                raise ToolingMissing(f"cannot run {command[0]}: {error.strerror}") from None

    def poll(self) -> Outcome | None:
        """Look at the process: stop it if it is over a limit; its outcome once it has ended."""
        pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
        if pid == 0:
            self._enforce_limits()
            return None
        self._process.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait again
        return Outcome(
            returncode=self._process.returncode,
            killed_for=self._killed_for,
            seconds=time.monotonic() - self._started,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_rss_mb=self._peak_kib(usage) / _MIB_IN_KIB,
        )

    def kill(self) -> None:
        """End the process now and wait until it has ended."""
        if self._process.returncode is None:
            self._signal()
            self._process.wait()

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _enforce_limits(self) -> None:
        if self._killed_for is not None:
            return
        now_kib, peak_kib = _resident_kib(self._process.pid)
        self._sampled_peak_kib = max(self._sampled_peak_kib, peak_kib)
        if now_kib > self._limits.kill_above_kib:
            self._killed_for = "memory"
        elif time.monotonic() - self._started > self._limits.timeout_s:
            self._killed_for = "time"
        if self._killed_for is not None:
            self._signal()

    def _peak_kib(self, usage: resource.struct_rusage) -> int:
        """The peak of resident memory.

        On Linux a child's `ru_maxrss` begins at the peak of the process that started it.  If it is not above that, the
        last sample of `VmHWM` is used, which can miss what happened in the last hundredth of a second.
        """
        own = _maxrss_kib(usage)
        if self._sampled_peak_kib and own <= self._own_peak_kib:
            return self._sampled_peak_kib
        return own


def _maxrss_kib(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss


def _resident_kib(pid: int) -> tuple[int, int]:
    """Resident memory of a process now and at its peak; zeros where there is no `/proc`."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0, 0
    now = peak = 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            peak = int(line.split()[1])
        elif line.startswith("VmRSS:"):
            now = int(line.split()[1])
    return now, peak
