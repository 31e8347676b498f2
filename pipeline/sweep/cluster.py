"""Jobs on a Ray cluster, or on one that is started on this machine for the occasion.

Ray is an extra and is imported here only.  Every node needs a checkout of the same commit, installed
or under the same path, and the same versions of Python and Ray.  A node runs as many jobs at a time as
it has cores and memory for.
"""

from __future__ import annotations

import importlib
import os
import socket
from typing import Any

from pipeline.errors import ToolingMissing
from pipeline.lean import PROJECT
from pipeline.sweep.jobs import Job
from pipeline.sweep.pool import Done, Lost, ended_by

LOCAL = "local"
_MIB = 1 << 20
_CANCEL_S = 20.0
_CONNECT_S = 10.0


class RayPool:
    """The jobs that this process gave to a cluster."""

    def __init__(self, address: str, jobs: int | None, memory_mb: int | None) -> None:
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            self._ray = ray = importlib.import_module("ray")
        except ImportError as error:
            raise ToolingMissing(
                f"--ray needs Ray, which cannot be imported ({error})",
                cure="pip install '.[ray]', or leave --ray out",
            ) from error
        _require_reachable(address)
        where: dict[str, Any] = {"address": address}
        if address == LOCAL:
            memory = None if memory_mb is None else memory_mb * _MIB
            where |= {"num_cpus": jobs, "_memory": memory, "include_dashboard": False}
        environment = {"env_vars": {"PYTHONPATH": str(PROJECT)}}
        try:
            ray.init(**where, runtime_env=environment, log_to_driver=False, logging_level="error")
        except Exception as error:
            raise _nobody(address, f"{type(error).__name__}: {error}") from error
        self._largest = max(
            (int(node["Resources"].get("memory", 0)) for node in ray.nodes() if node["Alive"]),
            default=0,
        )
        self._jobs: dict[Any, Job] = {}

    def submit(self, job: Job) -> None:
        # What no node could ever hold begins when a node is otherwise empty.
        memory = min(job.memory_mb * _MIB, self._largest)
        remote = self._ray.remote(num_cpus=1, memory=memory, max_retries=1)(job.function)
        self._jobs[remote.remote(*job.arguments)] = job

    def next(self) -> Done:
        [ready], _ = self._ray.wait(list(self._jobs), num_returns=1)
        job = self._jobs.pop(ready)
        try:
            return job, self._ray.get(ready)
        except self._ray.exceptions.RayTaskError as error:
            return job, ended_by(error.cause if isinstance(error.cause, Exception) else error)
        except self._ray.exceptions.RayError as error:
            return job, Lost(" ".join(str(error).split())[:300])

    def close(self) -> None:
        for reference in self._jobs:
            self._ray.cancel(reference)  # raises KeyboardInterrupt there, which stops Lean
        if self._jobs:
            self._ray.wait(list(self._jobs), num_returns=len(self._jobs), timeout=_CANCEL_S)
        self._jobs.clear()
        self._ray.shutdown()


def _require_reachable(address: str) -> None:
    """Ray itself tries for minutes before it gives up an address at which nobody is."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdigit():
        try:
            socket.create_connection((host.strip("[]"), int(port)), _CONNECT_S).close()
        except (OSError, OverflowError) as error:
            raise _nobody(address, str(error)) from error


def _nobody(address: str, why: str) -> ToolingMissing:
    return ToolingMissing(
        f"no Ray cluster at {address} ({' '.join(why.split())[:200]})",
        cure=f"start one with `ray start --head`, or use --ray {LOCAL}",
    )
