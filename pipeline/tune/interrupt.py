"""Ctrl-C between two steps, and not within one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Asked:
    """Has somebody asked to stop?"""

    stop: bool = False


@contextmanager
def interruptible() -> Iterator[Asked]:
    """Inside, the first SIGINT or SIGTERM only asks to stop; the second interrupts as ever."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def handler(number: int, _frame: object) -> None:
        if asked.stop:
            raise KeyboardInterrupt
        asked.stop = True

    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, old in before.items():
            signal.signal(number, old)
