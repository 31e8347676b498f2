"""Checking a certificate on disk for the second time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.lean_file import read_theorem, read_weights
from pipeline.recheck.manifest_file import read_manifest
from pipeline.recheck.model_file import read_model
from pipeline.recheck.natural import power
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.strategies import COUNTS
from pipeline.recheck.transformer.weights import Weights

MAX_FILE_BYTES = 1 << 28


@dataclass(frozen=True)
class Verdict:
    """What the second checker finds."""

    accepted: bool
    reason: str
    """One line: what it proves, or why it is refused."""
    gave_up: bool = False
    """Evaluation went beyond the limits: this is no verdict on what Lean would say."""

    @classmethod
    def of(cls, check: Callable[[], str]) -> Verdict:
        """The verdict of a check that says what it proves, or raises `Refused`."""
        try:
            return cls(True, check())
        except Refused as refused:
            return cls(False, str(refused), isinstance(refused, BeyondLimits))


def recheck(model: Path, manifest: Path) -> Verdict:
    """Would Lean accept this certificate, and is it about this model?  Everything is read from disk."""
    return Verdict.of(lambda: _recheck(model, manifest))


def verdict(w: Weights, checker: str, certificate: Certificate) -> Verdict:
    """What Lean's `check` is for these weights and this certificate: `true` if accepted."""
    return Verdict.of(lambda: require_check(w, checker, certificate))


def require_check(w: Weights, checker: str, certificate: Certificate) -> str:
    """Refuse a certificate for which the `check` of a Lean checker is not `true`."""
    counted, bound = COUNTS[checker](w, certificate), certificate.nat("bound")
    if bound > counted:
        raise Refused(f"{counted:,} inputs are counted, fewer than the bound")
    return f"{counted:,} inputs are counted, the bound is {bound:,}"


def _recheck(model: Path, manifest: Path) -> str:
    found = read_manifest(_read(manifest))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found.strategy, re.ASCII):
        raise Refused(f"the strategy {ascii(found.strategy)[:40]} is not known")
    camel = "".join(part.capitalize() for part in found.strategy.split("-"))
    space, w = read_weights(_read(manifest.with_name("Weights.lean")))
    theorem = read_theorem(_read(manifest.with_name(f"{camel}.lean")))
    if theorem.space != space or theorem.definition != camel[:1].lower() + camel[1:]:
        raise Refused("the Lean files do not fit together")
    if theorem.checker not in COUNTS:
        raise Refused(f"the checker {theorem.checker[:40]} is not known")
    if theorem.certificate != found.certificate:
        raise Refused("the manifest and the Lean file have other fields, or other values in them")
    read_model(_read(model)).holds(w)
    bound = found.certificate.nat("bound")
    claim = {
        "correct": bound,
        "total": power(w.d_vocab, w.n_ctx),
        "n_ctx": w.n_ctx,
        "d_vocab": w.d_vocab,
    }
    if found.claim != claim or theorem.claimed != bound:
        raise Refused("what is claimed is not what the certificate is about")
    return require_check(w, theorem.checker, found.certificate)


def _read(path: Path) -> bytes:
    def refuse(why: str) -> Refused:
        return Refused(f"{path.name!a} cannot be read: {why}")

    try:
        if not path.is_file():
            raise refuse("no such file")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise refuse(error.strerror or "unknown error") from None
    if len(content) > MAX_FILE_BYTES:
        raise refuse("too large")
    return content
