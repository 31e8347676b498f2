"""What the tests of the Lean side share: a builder, a tiny certified model, forged certificates."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from pipeline.bundle.bundle import Bundle, make_bundle
from pipeline.bundle.check import Checked, LeanChecker
from pipeline.bundle.stored import StoredCertificate
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.emit.names import definition_name, quoted
from pipeline.lean import PROJECT, Builder, ModuleResult, SourceRoot, Toolchain, find_toolchain
from pipeline.model import Model
from pipeline.strategy import Strategy
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.family import read_subject
from pipeline.transformer.strategies import Certificate
from tests.tiny_models import Arrays, random_arrays, write_model

LEAN_FILES = PROJECT / "tests" / "lean"

NAME = "Tiny"
STRATEGY = "brute-force"
PREFIX = f"Compact.Certificates.{NAME}"
WEIGHTS = f"{PREFIX}.Weights"
ROUNDING = Params(prec=14, steps=1, shift=64, width=4)
BOUND = 5
"""What the tiny model answers correctly, of 9 inputs; `test_must_fail.py` checks it."""


@cache
def toolchain() -> Toolchain:
    return find_toolchain()


def build(
    sources: Mapping[str, str], prefix: str = "Scratch", theory: SourceRoot | None = None
) -> dict[str, ModuleResult]:
    """Have Lean read modules `prefix.*` on top of the theory (or another one); what it says of each of them."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        root = SourceRoot(prefix, Path(directory))
        for module, text in sources.items():
            path = root.path_of(module)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        report = Builder(toolchain(), [theory or theory_root(), root]).attempt(sources)
        failed = [each for each in report if not each.ok and each.module not in sources]
        assert not failed, [line for each in failed for line in each.printable()]
        return {module: report[module] for module in sources}


def build_one(text: str, theory: SourceRoot | None = None) -> ModuleResult:
    """Have Lean read one file."""
    return build({"Scratch.Main": text}, theory=theory)["Scratch.Main"]


def model_of(arrays: Arrays) -> Model:
    """The model with these weights, as it stands in certificates."""
    with tempfile.TemporaryDirectory(prefix="compact-tests-") as directory:
        return read_subject(write_model(Path(directory) / "model.safetensors", arrays))


def count(model: Model, params: Params = ROUNDING) -> int:
    """The largest bound that the brute-force checker accepts, by the Python mirror."""
    return BruteForceCheck.of(enclose(circuits(model), model.frac, params)).count()


@cache
def tiny_model() -> Model:
    """Three tokens, two positions, right about some inputs."""
    return model_of(random_arrays(17, 2, 3))


@cache
def tiny_bundle(claim: int = BOUND, **witnesses: int) -> Bundle:
    """The certificate of the tiny model, or one that claims something else, or has other witnesses."""
    r = ROUNDING
    rounding = {"prec": r.prec, "steps": r.steps, "shift": r.shift, "width": r.width} | witnesses
    certificate = Certificate(STRATEGY, claim, {"bound": claim, **rounding})
    digest = theory_digest("transformer", STRATEGY, theory_root())
    return make_bundle(tiny_model(), NAME, "tiny.safetensors", certificate, digest)


def audit(theorem: str | None = None, weights: str | None = None, claim: int = BOUND) -> Checked:
    """Have Lean check the tiny certificate and audit it, with forged files in place of its own.

    `pipeline.verify` derives the files again before it does this; here forgeries get through.
    """
    genuine = tiny_bundle(claim)
    forged = Bundle(
        genuine.manifest,
        genuine.weights if weights is None else weights.encode(),
        genuine.theorem if theorem is None else theorem.encode(),
        genuine.operations,
        genuine.form,
    )
    return LeanChecker(toolchain(), theory_root()).check(forged)


def compare(theorem: str, claim: int) -> None:
    """The first thing that `pipeline.verify` does: are these the files of a certificate?"""
    genuine = tiny_bundle(claim)
    digest = hashlib.sha256(theorem.encode()).hexdigest()
    lean = msgspec.structs.replace(genuine.manifest.lean, sha256=digest)
    manifest = msgspec.structs.replace(genuine.manifest, lean=lean)
    stored = StoredCertificate(
        Path("brute-force.json"), manifest, genuine.weights, theorem.encode()
    )
    stored.require_genuine(tiny_model(), theory_root())


def with_examples(text: str, checks: Sequence[str], *imports: str) -> str:
    """A certificate's module, which also says each of these equations, and imports what they are about."""
    more = "".join(f"import {module}\n" for module in imports)
    says = "".join(f"example : {check} := by decide +kernel\n" for check in checks)
    before, end = text.rsplit("\nend ", 1)
    return before.replace("prelude\n", f"prelude\n{more}", 1) + f"\n{says}end {end}"


def length_examples(strategy: Strategy, length: int) -> str:
    """Lean text: the length of the strategy's certificate of `weights` is this number, and not one more."""
    of = f"{strategy.checker}.operations weights {quoted(definition_name(strategy.name))}"
    return "".join(
        f"example : Nat.beq ({of}) (nat_lit {value}) = {answer} := by decide +kernel\n"
        for value, answer in ((length, "true"), (length + 1, "false"))
    )
