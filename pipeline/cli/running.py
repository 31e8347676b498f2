"""The options of every program that runs Lean, once: `--json`, `--lean`, `--timeout` and `--memory`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.cli import options
from pipeline.cli.program import Outcome, run
from pipeline.cli.terminal import Terminal
from pipeline.lean import Limits


@dataclass(frozen=True)
class Running:
    """How a program is to run."""

    as_json: bool
    lean: str | None
    timeout: float | None
    memory: int | None

    @property
    def limits(self) -> Limits:
        """The limits for Lean; `MalformedInput` if they make no sense."""
        return options.limits(self.timeout, self.memory)

    def run(self, program: Callable[[Terminal], tuple[Outcome, int]]) -> int:
        """Run a program; the exit code."""
        return run(program, as_json=self.as_json)


def _options(
    *,
    as_json: options.AsJson = False,
    lean: options.Lean = None,
    timeout: options.Timeout = None,
    memory: options.Memory = None,
) -> Running:
    return Running(as_json, lean, timeout, memory)


def runs_lean(command: Callable[..., int]) -> Callable[..., int]:
    """A command with these options in place of its parameter `running`, for typer, which reads signatures."""
    shared = inspect.signature(_options, eval_str=True).parameters
    own = inspect.signature(command, eval_str=True)
    each = [one for name, one in own.parameters.items() if name != "running"]
    each = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in each]

    def called(**given: Any) -> int:
        running = _options(**{name: given.pop(name) for name in shared})
        return command(**given, running=running)

    signature = own.replace(parameters=[*each, *shared.values()])
    called.__signature__ = signature  # type: ignore[attr-defined]
    called.__annotations__ = {name: one.annotation for name, one in signature.parameters.items()}
    return called
