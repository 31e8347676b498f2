"""What the tests of the Lean side share: a builder, a tiny certified model, forged certificates."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.check import Checked, LeanChecker
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.models import read_subject
from pipeline.lean import PROJECT, Builder, ModuleResult, SourceRoot, Toolchain, find_toolchain
from pipeline.model import Model
from pipeline.strategies import STRATEGIES
from tests.tiny_models import Arrays, random_arrays, write_model

LEAN_FILES = PROJECT / "tests" / "lean"
STRATEGY = "brute-force"
NAME = "Tiny"


@cache
def toolchain() -> Toolchain:
    return find_toolchain()


def build(sources: Mapping[str, str], prefix: str = "Scratch") -> dict[str, ModuleResult]:
    """Have Lean read modules `prefix.*` on top of the theory; what it says of each of them."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        root = SourceRoot(prefix, Path(directory))
        for module, text in sources.items():
            path = root.path_of(module)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        report = Builder(toolchain(), [theory_root(), root]).attempt(sources)
        return {module: report[module] for module in sources}


def build_one(text: str) -> ModuleResult:
    """Have Lean read one file."""
    return build({"Scratch.Main": text})["Scratch.Main"]


def model_of(arrays: Arrays) -> Model:
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        return read_subject(write_model(Path(directory) / "model.safetensors", arrays))


@cache
def tiny_model() -> Model:
    """Two tokens of three: right about five of nine inputs."""
    return model_of(random_arrays(17, 2, 3))


def bundle_of(model: Model) -> Bundle:
    """The certificate of a model, under the name `Tiny`."""
    certificate = STRATEGIES[STRATEGY].search(model, lambda _: None)
    digest = theory_digest(STRATEGY, theory_root())
    return make_bundle(model, NAME, "tiny.safetensors", certificate, digest)


@cache
def tiny_bundle() -> Bundle:
    return bundle_of(tiny_model())


def verify(theorem: bytes | None = None, weights: bytes | None = None) -> Checked:
    """Check the tiny certificate as `pipeline.verify` does, with forged Lean files in place of its own.

    (`pipeline.verify` derives the files again and never looks at others; here they get past that.)
    """
    genuine = tiny_bundle()
    forged = replace(
        genuine, theorem=theorem or genuine.theorem, weights=weights or genuine.weights
    )
    return LeanChecker(toolchain(), theory_root()).check(forged)
