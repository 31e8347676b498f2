"""Running a command line program: exit codes, errors in words or as JSON, Ctrl-C.

Exit codes: those of `pipeline.errors`, 130 when interrupted, 70 for a bug in this program.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from pipeline.cli.deadline import TimeIsUp
from pipeline.cli.system import of_system
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_LIMIT, EXIT_MALFORMED, EXIT_PROVED, PipelineError, ResourceLimit

EXIT_BUG = 70
EXIT_INTERRUPTED = 130

_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]

Outcome = Mapping[str, Any]
"""What a program has to say as JSON."""


def run(program: Callable[[Terminal], tuple[Outcome, int]], *, as_json: bool) -> int:
    """Run a program, print its outcome as JSON if so wanted; the exit code."""
    terminal = Terminal(quiet_stdout=as_json)
    try:
        outcome, exit_code = program(terminal)
    except TimeIsUp:
        outcome, exit_code = _failed(terminal, ResourceLimit("stopped for --timeout"))
    except MemoryError:
        outcome, exit_code = _failed(terminal, ResourceLimit("out of memory"))
    except RecursionError:
        nested = ResourceLimit("something is nested too deeply for Python")
        outcome, exit_code = _failed(terminal, nested)
    except PipelineError as error:
        outcome, exit_code = _failed(terminal, error)
    except KeyboardInterrupt:
        terminal.error("interrupted")
        outcome, exit_code = _failure("interrupted", EXIT_INTERRUPTED), EXIT_INTERRUPTED
    except Exception as error:
        known = of_system(error) if isinstance(error, OSError) else None
        if known is not None:
            outcome, exit_code = _failed(terminal, known)
        else:
            outcome, exit_code = _bug(terminal, error)
    if as_json:
        try:
            print(json.dumps(outcome, indent=2), flush=True)
        except BrokenPipeError:
            exit_code = EXIT_LIMIT
    _abandon_broken_stdout()
    return exit_code


def main(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run the program behind it; the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    stop_on_sigterm()
    for stream in (sys.stdout, sys.stderr):  # a file name need not be printable
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        exit_code = app(arguments, standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED  # before the program itself had begun
    except _USAGE_ERROR as error:
        message = f"{getattr(error, 'format_message', error.__str__)()}"
        Terminal(quiet_stdout=True).error(message, cure="see --help")
        if "--json" in arguments:
            print(json.dumps(_failure(message, EXIT_MALFORMED, cure="see --help"), indent=2))
        return EXIT_MALFORMED
    return EXIT_PROVED if exit_code is None else int(exit_code)


def stop_on_sigterm() -> None:
    """Being asked to end is being interrupted."""
    signal.signal(signal.SIGTERM, _interrupt)


def failure_json(error: PipelineError) -> dict[str, Any]:
    """An error as the programs report it in JSON."""
    return _failure(error.message, error.exit_code, cure=error.cure, details=error.details)


def _abandon_broken_stdout() -> None:
    """If nobody reads it any more, do not let Python end with a code of its own over what is left in it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(terminal: Terminal, error: Exception) -> tuple[Outcome, int]:
    traceback.print_exc(file=sys.stderr)
    terminal.error("this is a bug in the program, not a verdict")
    return _failure(f"bug: {type(error).__name__}: {error}", EXIT_BUG), EXIT_BUG


def _failed(terminal: Terminal, error: PipelineError) -> tuple[Outcome, int]:
    terminal.error(error.message, cure=error.cure, details=error.details)
    return failure_json(error), error.exit_code


def _failure(
    message: str, exit_code: int, *, cure: str | None = None, details: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        "proved": False,
        "error": message,
        "cure": cure,
        "exit_code": exit_code,
        "details": list(details),
    }


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
