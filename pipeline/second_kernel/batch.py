"""Many certificates, one run of the second kernel: it checks the theory once, then each certificate by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.bundle.bundle import Bundle
from pipeline.errors import (
    CheckersDiffer,
    PipelineError,
    ResourceLimit,
    ToolingMissing,
)
from pipeline.lean import Limits, SourceRoot, Toolchain
from pipeline.lean.private import private_temporary_directory
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.program import run_kernel2
from pipeline.second_kernel.reviewed import objection, require_reviewed

ARITHMETIC = "Compact.Foundation.Nat.Kernel"
"""The module with the theorems that say what the computed functions on numbers are."""

FUNCTIONS = 15
_CURE = "one of the two kernels is wrong: please report it, with the model and the certificate"


@dataclass(frozen=True)
class Agreed:
    """What the second kernel says of a certificate that it accepts."""

    cpu_seconds: float
    memory_mb: int
    lean_cpu_seconds: float
    """What building the theorem's module took Lean."""


Outcome = Agreed | PipelineError


class Batch:
    """Certificates that Lean has accepted, and the second kernel's verdict on each."""

    def __init__(
        self, toolchain: Toolchain, theory: SourceRoot, limits: Limits, out_dir: Path | None = None
    ) -> None:
        self._toolchain = toolchain
        self._theory = theory
        self._limits = limits
        self._out_dir = out_dir
        self._runs: list[list[tuple[int, Bundle]]] = []
        self._count = 0

    def add(self, bundle: Bundle) -> int:
        """Take a certificate in, if there is a reviewed text of what it says; its number."""
        require_reviewed(bundle)
        self._count += 1
        sources = _sources(bundle)
        for run in self._runs:  # modules of the same name with other contents cannot be in one run
            known = {name: text for _, other in run for name, text in _sources(other).items()}
            if all(known.get(name, text) == text for name, text in sources.items()):
                run.append((self._count, bundle))
                break
        else:
            self._runs.append([(self._count, bundle)])
        return self._count

    def verdicts(self, progress: Callable[[str], None] = lambda _: None) -> dict[int, Outcome]:
        """Ask the second kernel; by the certificates' numbers."""
        outcomes: dict[int, Outcome] = {}
        for run in self._runs:
            progress(f"the second kernel checks {len(run)} certificates and all they rest on")
            try:
                outcomes |= self._verdicts(run)
            except PipelineError as error:
                outcomes |= {number: error for number, _ in run}
        return outcomes

    def _verdicts(self, run: list[tuple[int, Bundle]]) -> dict[int, Outcome]:
        with private_temporary_directory() as directory:
            oleans = Oleans(directory, self._toolchain, self._theory, self._limits, self._out_dir)
            theory = dict.fromkeys(oleans.add([ARITHMETIC]))
            certificates = []
            for _, bundle in run:
                lean = bundle.manifest.lean
                theory |= dict.fromkeys(oleans.add([lean.module], _sources(bundle)))
                certificates.append(f"--certificate={lean.module}={lean.theorem}")
            arguments = [
                f"--path={directory}",
                f"--arithmetic={ARITHMETIC}",
                *limit_options(self._limits),
            ]
            arguments += certificates
            result = run_kernel2([*arguments, "--", *theory])
        if "certificates" not in result:
            raise _error(result, "the theory")
        if result["refused"]:
            raise _error(result | {"problem": result["refused"][0]}, "the theory")
        if len(result["computed"]) != FUNCTIONS:
            raise ToolingMissing(
                f"the second kernel finds theorems for {len(result['computed'])} of {FUNCTIONS} functions on numbers",
                cure=f"see that {ARITHMETIC} has all of them",
            )
        judged = zip(run, result["certificates"], strict=True)
        return {
            number: _judge(bundle, found, oleans.lean_cpu_seconds[bundle.manifest.lean.module])
            for (number, bundle), found in judged
        }


def _sources(bundle: Bundle) -> dict[str, bytes]:
    lean = bundle.manifest.lean
    return {lean.weights_module: bundle.weights, lean.module: bundle.theorem}


def limit_options(limits: Limits) -> list[str]:
    """The same limits for each process of the second kernel (of its time, what the processor spends counts)."""
    return [f"--timeout={int(limits.timeout_s) or 1}", f"--memory={limits.memory_mb}"]


def _judge(bundle: Bundle, result: dict[str, Any], lean_cpu_seconds: float) -> Outcome:
    theorem = bundle.manifest.lean.theorem
    if result["exit_code"]:
        return _error(result, theorem)
    problem = objection(bundle, result)
    if problem:
        return CheckersDiffer(f"{theorem}: read from the bytes, {problem}", cure=_CURE)
    return Agreed(result["cpu_seconds"], result["memory_mb"], lean_cpu_seconds)


def _error(result: dict[str, Any], what: str) -> PipelineError:
    problem = str(result.get("problem"))
    if result["exit_code"] == ResourceLimit.exit_code:
        return ResourceLimit(f"{what}: the second kernel gives up: {problem}")
    if result["exit_code"] == 1:
        return CheckersDiffer(
            f"{what}: Lean accepts what the second kernel refuses ({problem})", cure=_CURE
        )
    return ToolingMissing(f"{what}: the second kernel cannot read the compiled modules: {problem}")
