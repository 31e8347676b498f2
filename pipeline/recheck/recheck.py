"""Checking a certificate on disk for the second time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input, One
from pipeline.recheck.families import FAMILIES
from pipeline.recheck.family import Family, checkers_of
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.manifest_file import read_manifest
from pipeline.recheck.natural import power
from pipeline.recheck.numbers import Numbers
from pipeline.recheck.refused import BeyondLimits, Refused

MAX_FILE_BYTES = 1 << 28


@dataclass(frozen=True)
class Verdict:
    """What the second checker finds."""

    accepted: bool
    reason: str
    """One line: what it proves, or why it is refused."""
    gave_up: bool = False
    """Evaluation went beyond the limits: this is no verdict on what Lean would say."""
    numbers: Numbers | None = None
    """What the inputs are like that it counts, if that was asked."""

    @classmethod
    def of(cls, check: Callable[[], Verdict]) -> Verdict:
        """The verdict of a check, which may raise `Refused`."""
        try:
            return check()
        except Refused as refused:
            return cls(False, str(refused), isinstance(refused, BeyondLimits))


def recheck(model: Path, manifest: Path, look_at: int = 0) -> Verdict:
    """Would Lean accept this certificate, and is it about this model?  Everything is read from disk.

    If so, up to so many of the inputs that it certifies are looked at by themselves.
    """
    return Verdict.of(lambda: _recheck(model, manifest, look_at))


@dataclass(frozen=True)
class Certified:
    """What a certificate counts, input by input."""

    counted: Counted
    bound: int
    _numbers: Callable[[Counted], Numbers]

    def is_right(self, x: Input) -> bool:
        """Is an input answered rightly, in the claim's own words and with intervals of many digits?  A tie is not."""
        return not self._numbers(Counted(1, [One(x)])).wrong


def certified(model: Path, manifest: Path) -> Certified:
    """The inputs that a certificate counts; raises `Refused` where Lean would not accept it, or counts no inputs."""
    family, w, checker, certificate = _read_all(model, manifest)
    if family.losses is not None:
        raise Refused("a mean loss counts no inputs")
    counted = family.counts[checker](w, certificate)
    return Certified(
        counted, certificate.nat("bound"), lambda some: family.look(w, certificate, some, 1)
    )


def verdict(
    family: Family, w: Any, checker: str, certificate: Certificate, look_at: int = 0
) -> Verdict:
    """What Lean's `check` is for these weights and this certificate: `true` if accepted."""
    return Verdict.of(lambda: _check(family, w, checker, certificate, look_at))


def _check(family: Family, w: Any, checker: str, certificate: Certificate, look_at: int) -> Verdict:
    """Refuse a certificate for which the `check` of a Lean checker is not `true`."""
    if family.losses is not None:
        return _check_loss(family, w, family.losses[checker], certificate, look_at)
    counted, bound = family.counts[checker](w, certificate), certificate.nat("bound")
    if bound > counted.number:
        raise Refused(f"{counted.number:,} inputs are counted, fewer than the bound")
    what = "of weight are" if "tokenWeights" in certificate.fields else "inputs are"
    reason = f"{counted.number:,} {what} counted, the bound is {bound:,}"
    numbers = family.look(w, certificate, counted, look_at) if look_at else None
    return Verdict(True, reason, numbers=numbers)


def _check_loss(
    family: Family,
    w: Any,
    summed: Callable[[Any, Certificate], int],
    certificate: Certificate,
    look_at: int,
) -> Verdict:
    """The same, where the number is a mean loss in billionths."""
    n_ctx, d_vocab = family.sizes(w)
    total, bound = summed(w, certificate), certificate.nat("bound")
    inputs = power(d_vocab, n_ctx)
    if total > inputs * bound:
        raise Refused(
            f"the losses add up to {total:,} billionths, more than {inputs:,} times the bound"
        )
    numbers = family.look(w, certificate, Counted(0, []), look_at) if look_at else None
    reason = f"the losses of {inputs:,} inputs add up to {total:,} billionths, the bound of their mean is {bound:,}"
    return Verdict(True, reason, numbers=numbers)


def _recheck(model: Path, manifest: Path, look_at: int) -> Verdict:
    return _check(*_read_all(model, manifest), look_at)


def _read_all(model: Path, manifest: Path) -> tuple[Family, Any, str, Certificate]:
    """The weights, the checker and the certificate, if all that is on disk fits together."""
    found = read_manifest(_read(manifest))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found.strategy, re.ASCII):
        raise Refused(f"the strategy {ascii(found.strategy)[:40]} is not known")
    if found.family not in FAMILIES:
        raise Refused(f"the family {ascii(found.family)[:40]} is not known")
    family = FAMILIES[found.family]
    camel = "".join(part.capitalize() for part in found.strategy.split("-"))
    space, w = family.read_weights(_read(manifest.with_name("Weights.lean")))
    claimed = family.said(found.kind, found.certificate)
    before = family.before(found.kind, found.certificate)
    worded = family.worded(found.kind, found.certificate)
    theorem = read_theorem(
        _read(manifest.with_name(f"{camel}.lean")), family, claimed, before, worded
    )
    if theorem.space != space or theorem.definition != camel[:1].lower() + camel[1:]:
        raise Refused("the Lean files do not fit together")
    if theorem.checker not in checkers_of(family):
        raise Refused(f"the checker {theorem.checker[:40]} is not known")
    if family.kind_of(theorem.checker) != found.kind:
        raise Refused(f"what {theorem.checker[:40]} shows is no {ascii(found.kind)[:40]}")
    if theorem.certificate != found.certificate:
        raise Refused("the manifest and the Lean file have other fields, or other values in them")
    if theorem.label is not None:
        w = replace(w, label=theorem.label, lifts=theorem.lifts)
    family.require_model(_read(model), w)
    n_ctx, d_vocab = family.sizes(w)
    bound = found.certificate.nat("bound")
    claim = {
        family.measure: bound,
        "total": family.total(found.kind, found.certificate, n_ctx, d_vocab),
        "n_ctx": n_ctx,
        "d_vocab": d_vocab,
    }
    if found.claim != claim or theorem.claimed != bound:
        raise Refused("what is claimed is not what the certificate is about")
    return family, w, theorem.checker, found.certificate


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
