"""The work of a sweep, in pieces that any process on any machine can do.

Models and certificates travel as bytes, so that nothing but the checkout has to be there.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pipeline.benchmark.measure import Subject, failed, measure
from pipeline.bundle.check import LeanChecker
from pipeline.bundle.layout import manifest_file
from pipeline.bundle.stored import read_stored
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.deadline import deadline
from pipeline.errors import MalformedInput, PipelineError, ToolingMissing
from pipeline.families import family_of, read_counted, read_subject
from pipeline.lean import PROJECT, Builder, Limits, find_toolchain
from pipeline.sweep.proof import Proof

SAFE_PATH = "PYTHONSAFEPATH"
"""The variable that keeps Python from importing from the current directory."""
_LOOK_S = Limits().timeout_s


@dataclass(frozen=True, eq=False)
class Job:
    """Something to do: `function(*arguments)`, with about so much memory."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    memory_mb: int
    urgent: bool = False
    """Before all that is not, so that a model is done before the next one is begun."""


@dataclass(frozen=True)
class Recipe:
    """A model of the reference's configuration (`examples/train.py`)."""

    seed: int
    n_ctx: int
    d_vocab: int

    @property
    def file(self) -> str:
        """What its file is called."""
        vocab = "" if self.d_vocab == 64 else f"_vocab_{self.d_vocab}"
        return f"max_of_{self.n_ctx}{vocab}_seed{self.seed}.safetensors"


@dataclass(frozen=True)
class Looked:
    """What is known of a model besides its proofs."""

    right: int | None
    singular_value_ratio: float | None


@dataclass(frozen=True)
class Proved:
    """A row, and the files of the certificate if there is one."""

    row: Proof
    files: Mapping[str, bytes]


def train(recipe: Recipe) -> bytes:
    """The file of a trained model.  torch is imported in a process of its own only."""
    if not (PROJECT / "examples" / "train.py").is_file():
        raise ToolingMissing(
            "training needs a checkout of the repository", cure="run from a clone, or name models"
        )
    with tempfile.TemporaryDirectory(prefix="compact-sweep-") as directory:
        out = Path(directory) / recipe.file
        chosen = {"--n-ctx": recipe.n_ctx, "--d-vocab": recipe.d_vocab, "--seed": recipe.seed}
        options = [str(part) for pair in chosen.items() for part in pair]
        command = [sys.executable, "-m", "examples.train", *options, "--out", str(out)]
        # `examples` is found in the current directory, which is the checkout.
        env = {name: value for name, value in os.environ.items() if name != SAFE_PATH}
        ran = subprocess.run(
            command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False
        )
        if ran.returncode != 0 or not out.is_file():
            said = ran.stderr.strip().splitlines() or ["without a message"]
            raise ToolingMissing(
                f"training {recipe.file} failed: {said[-1]}", cure="pip install '.[train]'"
            )
        return out.read_bytes()


def look(file: str, content: bytes, right: int | None) -> Looked:
    """Count what the model answers correctly, unless that is known."""
    with _model(file, content) as path:
        with deadline(_LOOK_S, f"reading {file}"):
            model = read_counted(path)
        if right is None:
            right = family_of(model).count_right(model, _silent)
        return Looked(right, family_of(model).singular_value_ratio(model))


def prove(known: Proof, file: str, content: bytes, lean: str | None, limits: Limits) -> Proved:
    """Search a certificate and have Lean check it."""
    with _model(file, content) as path:
        try:
            toolchain = find_toolchain(lean)
            known = msgspec.structs.replace(
                known, lean=toolchain.kind, lean_version=toolchain.version, versions=_versions()
            )
            theory = theory_root()
            subject = Subject(path, read_subject(path), known.right)
            family = family_of(subject.model)
            strategy = family.strategy(known.strategy)
            _require(theory_digest(family.name, strategy.name, theory) == known.theory_digest)
            # Built once, however many proofs begin at the same time.
            Builder(toolchain, [theory]).build([family.form.strategy_module(strategy.checker)])
            checker = LeanChecker(toolchain, theory, limits=limits)
            measured = measure(known, subject, strategy, checker, _silent)
        except PipelineError as error:
            return Proved(failed(known, error), {})
    return Proved(measured.row, measured.proved.files if measured.proved else {})


def confirm(
    row: Proof,
    file: str,
    content: bytes,
    files: Mapping[str, bytes],
    lean: str | None,
    limits: Limits,
) -> Proved:
    """Have Lean check the certificate of a row that says it is proved."""
    try:
        with _model(file, content) as path, deadline(limits.timeout_s, "reading the certificate"):
            manifest = path.parent / "certificate" / manifest_file(row.strategy)
            manifest.parent.mkdir()
            for name, each in files.items():
                (manifest.parent / name).write_bytes(each)
            bundle = read_stored(manifest).require_genuine(read_subject(path), theory_root())
        claim = bundle.manifest.claim
        if (bundle.manifest.strategy, claim.bound, claim.total) != (
            row.strategy,
            row.bound,
            row.inputs,
        ):
            raise MalformedInput("the certificate says something else than the row")
        LeanChecker(find_toolchain(lean), theory_root(), limits=limits).check(bundle)
    except PipelineError as error:
        return Proved(failed(row.without_proof(), error), {})
    return Proved(row, {})


@contextmanager
def _model(file: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="compact-sweep-") as directory:
        path = Path(directory) / file
        path.write_bytes(content)
        yield path


def _versions() -> str:
    libraries = ("compact-proofs", "numpy", "python-flint")
    found = [f"Python {platform.python_version()}"]
    for name in libraries:
        with suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{name} {importlib.metadata.version(name)}")
    return ", ".join(found)


def _require(same_theory: bool) -> None:
    if not same_theory:
        raise ToolingMissing(
            "the machine that this ran on has another version of the Lean theory",
            cure="check out the same commit on all nodes",
        )


def _silent(_text: str) -> None:
    pass
