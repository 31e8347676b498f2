"""A limit on the time that Python itself takes, for what is done before Lean has its turn.

    with deadline(limits.timeout_s, "the search"):
        ...

A clock of the system interrupts what runs.  It does so again and again, because Python swallows what is raised in
some places; so it is over soon after the limit, unless one single operation on numbers takes longer than that.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import ResourceLimit

_AGAIN_S = 0.5


class TimeIsUp(BaseException):
    """Not an `Exception`, so that no reader of damaged files takes it for damage.

    `deadline` makes a `ResourceLimit` of it; should the clock strike while it does, the program does (`cli.program`).
    """


@contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """Raise `ResourceLimit` if the block takes longer.  Outside the main thread, which no clock reaches, do nothing."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return
    ends = time.monotonic() + seconds
    over = False

    def interrupt(_signal: int, _frame: object) -> None:
        if not over and time.monotonic() >= ends:
            raise TimeIsUp

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, min(seconds, threading.TIMEOUT_MAX), _AGAIN_S)
        yield
    except TimeIsUp:
        raise ResourceLimit(
            f"{what} was stopped after {seconds:g} s", cure="give it more with --timeout"
        ) from None
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
