"""`python -m tests.statement_bytes`: write what the second kernel reads of the committed theorems, to be reviewed.

`tests/lean/statement_bytes.txt`: the statement, its name, number and weights left open, and all definitions that it
rests on, read from the bytes of the compiled modules and printed by `kernel2`.  Read the difference before you
commit it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pipeline.bundle.bundle import Bundle
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_root
from pipeline.cli.corpus import read_corpus
from pipeline.families import read_subject
from pipeline.lean import PROJECT
from pipeline.second_kernel.batch import ARITHMETIC
from pipeline.second_kernel.oleans import Oleans
from pipeline.second_kernel.program import run_kernel2
from pipeline.second_kernel.reviewed import left_open
from tests.lean_support import LEAN_FILES, toolchain

SNAPSHOT = LEAN_FILES / "statement_bytes.txt"


def smallest() -> Bundle:
    """The genuine bundle of the shipped Max-of-3 model, which takes the least time."""
    [task] = [
        task
        for task in read_corpus(PROJECT / "examples" / "corpus.json")
        if task.model.stem == "max_of_3"
    ]
    [manifest] = find_manifests(task.certificate)
    return read_stored(manifest).require_genuine(read_subject(task.model), theory_root())


def text_of(bundle: Bundle) -> str:
    """What the second kernel reads of a certificate, the theorem's own names and number left open."""
    lean = bundle.manifest.lean
    sources = {lean.weights_module: bundle.weights, lean.module: bundle.theorem}
    with tempfile.TemporaryDirectory() as directory:
        oleans = Oleans(Path(directory), toolchain(), theory_root())
        theory = dict.fromkeys([*oleans.add([ARITHMETIC]), *oleans.add([lean.module], sources)])
        options = [f"--path={directory}", f"--arithmetic={ARITHMETIC}"]
        certificate = f"--certificate={lean.module}={lean.theorem}"
        result = run_kernel2([*options, certificate, "--", *theory])
    [found] = result["certificates"]
    assert found["exit_code"] == 0, found
    return left_open(bundle, found)


if __name__ == "__main__":
    SNAPSHOT.write_text(text_of(smallest()))
