"""What the end of one run of Lean means."""

from __future__ import annotations

from pipeline.lean._embedded import CANNOT_LOAD
from pipeline.lean.process import Limits, Outcome
from pipeline.lean.result import Status
from pipeline.lean.store import Artefact


def verdict(
    outcome: Outcome, built: Artefact, limits: Limits, has_olean: bool
) -> tuple[Status, str]:
    """The status of the module and, if it is not built, why, in one line.

    Only a Lean that ended by itself with exit code 0, without an error and with an olean, has accepted a module.
    Only one that says what is wrong has rejected it: on a full disk Lean ends with 1 and says nothing of it.
    """
    if outcome.killed_for == "time":
        return Status.LIMIT, f"stopped after {limits.timeout_s:g} s"
    if outcome.killed_for == "memory":
        return Status.LIMIT, f"stopped for using more than {limits.memory_mb} MB of memory"
    said = _first_line(built.output)
    if outcome.returncode == CANNOT_LOAD:
        return Status.BROKEN, said or "Lean could not be started"
    if outcome.returncode < 0:
        cause = (
            said or "killed from outside (the machine may be out of memory), or a stack overflow"
        )
        return Status.LIMIT, f"Lean died of signal {-outcome.returncode}: {cause}"
    errors = [message for message in built.messages if message.is_error]
    if errors:
        own = [error for error in errors if not error.is_echo] or errors
        # What a limit has stopped leads to other errors, so one of them is enough: there is no verdict.
        limits_met = [error for error in own if error.is_limit]
        status = Status.LIMIT if limits_met else Status.REJECTED
        return status, _first_line(str((limits_met or own)[0]))
    if outcome.returncode != 0 or not has_olean:
        what = f"Lean ended with exit code {outcome.returncode} and no module"
        return Status.LIMIT, f"{what}: {said or 'without a message'}"
    return Status.OK, ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
