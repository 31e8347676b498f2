"""The whole theory, certificates left out, checked by the second kernel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.lean import Limits, SourceRoot, Toolchain
from pipeline.lean.hand_written import theory_modules
from pipeline.lean.modules import load_modules
from pipeline.lean.private import private_temporary_directory
from pipeline.lean.real_module import REAL_CERTIFICATES
from pipeline.second_kernel.batch import ARITHMETIC, limit_options
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.program import run_kernel2

WITH_AXIOMS = "Compact.Real"
"""Only modules below this one, and what imports them, may use Lean's three axioms."""

OF_THE_REALS = "every certificate, about the real numbers"
"""The run of `check_everything`."""

AXIOMS = ("propext", "Quot.sound", "Classical.choice")


def check_theory(
    toolchain: Toolchain, theory: SourceRoot, limits: Limits
) -> dict[str, dict[str, Any]]:
    """The results: for what is free of axioms and, if there is any, for the rest with all that it imports."""
    names = theory_modules(theory)
    resting: set[str] = set()
    for name, module in load_modules(names, [theory]).items():
        if (
            name == WITH_AXIOMS
            or name.startswith(f"{WITH_AXIOMS}.")
            or resting & set(module.imports)
        ):
            resting.add(name)
    runs = {"without axioms": [name for name in names if name not in resting]}
    if resting:
        runs["with Lean's three axioms"] = sorted(resting)
    results = {}
    with private_temporary_directory() as directory:
        oleans = Oleans(directory, toolchain, theory, limits)
        oleans.add(names)
        for what, modules in runs.items():
            axioms = () if what == "without axioms" else AXIOMS
            results[what] = _check(directory, modules, axioms, limits)
    return results


def check_everything(toolchain: Toolchain, theory: SourceRoot, limits: Limits) -> dict[str, Any]:
    """The result for all that the project declares, in one process: the theorems about the real numbers, with every
    certificate that they apply to these.  Takes as long as all certificates together."""
    with private_temporary_directory() as directory:
        Oleans(directory, toolchain, theory, limits).add([REAL_CERTIFICATES])
        return _check(directory, [REAL_CERTIFICATES], AXIOMS, limits)


def _check(
    tree: Path, modules: Sequence[str], axioms: Sequence[str], limits: Limits
) -> dict[str, Any]:
    options = [f"--path={tree}", f"--arithmetic={ARITHMETIC}", *limit_options(limits)]
    return run_kernel2([*options, *(f"--axiom={name}" for name in axioms), "--", *modules])
