"""Runs a module as `python -m` would, and does something at its nth operation that writes.

    python tripwire.py count:FILE MODULE ARGUMENT...     write the path of each operation into FILE
    python tripwire.py kill:N MODULE ARGUMENT...         SIGKILL at operation N
    python tripwire.py full:N MODULE ARGUMENT...         from operation N on, nothing new fits on the disk
    python tripwire.py broken:N MODULE ARGUMENT...       operation N fails with an input/output error

Operations are counted by an audit hook, so they stop just before they happen.  Standard library only.
"""

from __future__ import annotations

import atexit
import errno
import os
import runpy
import signal
import sys

FIRED = b"tripwire\n"
"""Said when it happens: a program may get over an error, and end well."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_GROWING = ("open", "os.mkdir", "os.link")
_OTHER = ("os.rename", "os.remove", "os.rmdir", "fcntl.flock", "subprocess.Popen")


def main() -> None:
    action, _, argument = sys.argv[1].partition(":")
    seen: list[str] = []

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and not (isinstance(args[2], int) and args[2] & _WRITING):
            return
        if event not in _GROWING and event not in _OTHER:
            return
        where = args[0] if isinstance(args[0], str | bytes | os.PathLike) else ""
        seen.append(os.fsdecode(where))
        here = len(seen) - 1
        if action == "kill" and here == int(argument):
            os.write(2, FIRED)
            os.kill(os.getpid(), signal.SIGKILL)
        if action == "full" and here >= int(argument) and event in _GROWING:
            os.write(2, FIRED)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), seen[-1])
        if action == "broken" and here == int(argument) and event.startswith(("open", "os.")):
            os.write(2, FIRED)
            raise OSError(errno.EIO, os.strerror(errno.EIO), seen[-1])

    def write() -> None:
        wanted = list(seen)
        with open(argument, "w") as file:
            file.writelines(f"{path}\n" for path in wanted)

    if action == "count":
        atexit.register(write)
    sys.path[0] = os.getcwd()
    sys.argv = sys.argv[2:]
    sys.addaudithook(hook)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
