"""`python -m tests.statement_bytes`: write what the second kernel reads of the committed theorems, to be reviewed.

`pipeline/second_kernel/statements/FAMILY.txt`: the statement, its name, numbers and weights left open, as Lean prints
it and as it stands in the bytes of the compiled module, and all definitions that it rests on.  Read the difference
before you commit it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.theory import theory_root
from pipeline.claim import ACCURACY
from pipeline.emit.form import Form
from pipeline.lean import PROJECT
from pipeline.second_kernel.batch import ARITHMETIC
from pipeline.second_kernel.listed import SHIPPED, genuine_bundles, smallest_of_each_kind
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.program import run_kernel2
from pipeline.second_kernel.reviewed import STATEMENTS, from_bytes, printed
from tests.lean_support import toolchain
from tests.second_kernel_tiny import of_normed_tasks, of_tasks


@cache
def committed() -> list[Bundle]:
    """All committed certificates."""
    return genuine_bundles(SHIPPED, theory_root())


@cache
def chosen() -> list[Bundle]:
    """For each kind of statement, the smallest of them; and one for each task that they are not about."""
    return [*smallest_of_each_kind(committed()), *of_tasks(), *of_normed_tasks()]


def _name(bundle: Bundle) -> str:
    """The family; if not usual, what is claimed; if not usual, the right answer."""
    words = [bundle.manifest.family]
    if bundle.manifest.claim.kind != ACCURACY:
        words.append(bundle.manifest.claim.kind)
    if bundle.form.answer != Form.answer:
        words.append(bundle.form.answer.replace(" ", "-"))
    return "-".join(words)


def text_of(bundle: Bundle, found: dict[str, Any]) -> str:
    """What has to be reviewed of a certificate."""
    return f"{printed(bundle)}\n\n{from_bytes(bundle, found)}\n\n{found['meaning']}"


def read_from_bytes(bundles: Iterable[Bundle]) -> list[dict[str, Any]]:
    """What the second kernel says of certificates, after the theory that they rest on, which it accepts."""
    bundles = list(bundles)
    with tempfile.TemporaryDirectory() as directory:
        oleans = Oleans(Path(directory), toolchain(), theory_root())
        theory, options = oleans.add([ARITHMETIC]), list[str]()
        for bundle in bundles:
            lean = bundle.manifest.lean
            sources = {lean.weights_module: bundle.weights, lean.module: bundle.theorem}
            theory += oleans.add([lean.module], sources)
            options.append(f"--certificate={lean.module}={lean.theorem}")
        options += [f"--path={directory}", f"--arithmetic={ARITHMETIC}"]
        result = run_kernel2([*options, "--", *dict.fromkeys(theory)])
    assert result.get("refused") == [], result
    return list(result["certificates"])


if __name__ == "__main__":
    for bundle, found in zip(chosen(), read_from_bytes(chosen()), strict=True):
        assert found["exit_code"] == 0, found
        path, text = STATEMENTS / f"{_name(bundle)}.txt", text_of(bundle, found)
        if any(text == other.read_text() for other in STATEMENTS.glob("*.txt") if other != path):
            continue  # a model with an MLP has the statement of heads
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(PROJECT)}: {found['theorem']}, {found['cpu_seconds']} s")
