"""A task in a process of its own, under limits on time and memory.

Rule: a process that ends in any other way than by handing its result over has no verdict (exit code 4).  Python's own
calls take no C stack; how deep they may go is limited by the number here, and beyond it there is no verdict either.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kernel2.errors import EXIT_LIMIT, Kernel2Error

MAX_DEPTH = 1_000_000
_MIB = 1 << 20
_PARENT_DEATH_SIGNAL = 1


@dataclass(frozen=True)
class Limits:
    """For each process: seconds of processor time, mebibytes of address space."""

    seconds: int = 1800
    memory_mb: int = 6144


Result = dict[str, Any]
"""What a task hands over; "exit_code" and, if that is not 0, "problem" are in it."""


def isolated(task: Callable[[], Result], limits: Limits) -> Result:
    """Run a task in a copy of this process, which may not change this one."""
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(task, limits, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        data = pipe.read()
    _, status, usage = os.wait4(child, 0)
    result = _result(data, status)
    result["cpu_seconds"] = round(usage.ru_utime + usage.ru_stime, 2)
    result["memory_mb"] = usage.ru_maxrss // 1024
    return result


def _run(task: Callable[[], Result], limits: Limits, writing: int) -> None:
    """In the copy: run the task, hand its result over, end."""
    code = EXIT_LIMIT
    try:
        try:
            _limit(limits)
            result = task()
        except Kernel2Error as error:
            result = {"exit_code": error.exit_code, "problem": str(error)}
        except RecursionError:
            result = _no_verdict("a term or an evaluation is too deep")
        except MemoryError:
            result = _no_verdict(f"more than {limits.memory_mb} MB of memory")
        with open(writing, "wb") as pipe:
            pipe.write(json.dumps(result).encode())
        code = 0
    except KeyboardInterrupt:
        code = 130
    finally:
        if code != 0:
            sys.excepthook(*sys.exc_info())
        os._exit(code)


def _limit(limits: Limits) -> None:
    with suppress(OSError, AttributeError):  # if the process that waits for it is killed, this one ends (Linux only)
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    gc.disable()  # there are no circles worth looking for
    sys.setrecursionlimit(MAX_DEPTH)
    _lower(resource.RLIMIT_AS, limits.memory_mb * _MIB, 0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + limits.seconds, 5)


def _lower(what: int, limit: int, grace: int) -> None:
    """Set a limit; one that this process has already (`ulimit`) and that is lower stays: none can be raised."""
    _, hard = resource.getrlimit(what)
    highest = limit + grace if hard == resource.RLIM_INFINITY else min(limit + grace, hard)
    resource.setrlimit(what, (min(limit, highest), highest))


def _no_verdict(problem: str) -> Result:
    return {"exit_code": EXIT_LIMIT, "problem": f"no verdict: {problem}"}


def _result(data: bytes, status: int) -> Result:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in (signal.SIGXCPU, signal.SIGKILL):
            return _no_verdict("the time limit was reached, or the process was killed")
        return _no_verdict(f"the process ended with signal {number}")
    if os.WEXITSTATUS(status) or not data:
        return _no_verdict(f"the process ended with code {os.WEXITSTATUS(status)}")
    found: Result = json.loads(data)
    return found
