"""Be `lean`: load the shared library of Lean and call its `main`.

Run as `python -I -S _embedded.py LIBRARY LEAN_ARGUMENT...`, always in a process of its own, because Lean's
`main` owns the process.  Standard library only; nothing of this project is imported.
"""

import contextlib
import ctypes
import os
import signal
import sys

CANNOT_LOAD = 127
PR_SET_PDEATHSIG = 1


def main() -> int:
    library, *arguments = sys.argv[1:]
    with contextlib.suppress(OSError, AttributeError):
        # If the builder is killed, Lean should not run on without it (Linux only, best effort).
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        lean_main = ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL).lean_main
    except (OSError, AttributeError) as error:
        print(f"cannot load Lean: {error}", file=sys.stderr, flush=True)
        return CANNOT_LOAD
    argv = [b"lean", *map(os.fsencode, arguments)]
    return int(lean_main(len(argv), (ctypes.c_char_p * (len(argv) + 1))(*argv, None)))


if __name__ == "__main__":
    os._exit(main())  # no Python clean-up after Lean has had the process
