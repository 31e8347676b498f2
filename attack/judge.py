"""What the Python side and the second checker make of a mutant, and whether what they accept is true."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from attack import networks
from attack.case import Case
from attack.claims import untrue
from attack.subjects import small_theory
from attack.truth import exact_in_file
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.errors import EXIT_MALFORMED, PipelineError
from pipeline.network.reading import read_network
from pipeline.recheck import Verdict, recheck
from pipeline.recheck.families import FAMILIES
from pipeline.recheck.lean_file import TheoremFile, read_theorem
from pipeline.recheck.manifest_file import read_manifest
from pipeline.recheck.recheck import verdict
from pipeline.transformer.family import read_subject

REFUSED, REJECTED, TRUE = "refused before Lean", "rejected by the checker", "still true"
FALSE, DIFFER, CRASH, UNCLEAR = "FALSE CLAIM ACCEPTED", "CHECKERS DIFFER", "CRASH", "UNCLEAR ERROR"
GAVE_UP = "no verdict"
RESULTS = (REFUSED, REJECTED, TRUE, GAVE_UP, FALSE, DIFFER, CRASH, UNCLEAR)
BAD = (FALSE, DIFFER, CRASH, UNCLEAR)


@dataclass(frozen=True)
class Judgement:
    """One of `RESULTS`, and a line about it."""

    result: str
    why: str


def judge(case: Case) -> Judgement:
    """Hand the mutant to everything that comes before Lean, and to the second checker."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        model, certificate = case.write(Path(folder))
        return guarded(lambda: _judge(case, model, certificate))


def guarded(action: Callable[[], Judgement]) -> Judgement:
    """The judgement; errors for people are refusals, all others crashes."""
    try:
        return action()
    except PipelineError as error:
        lines = [error.message, error.cure or "", *error.details]
        if (
            error.exit_code != EXIT_MALFORMED
            or not error.message
            or not all(map(str.isprintable, lines))
        ):
            return Judgement(UNCLEAR, f"exit code {error.exit_code}: {error.message!a}")
        return Judgement(REFUSED, error.message)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Judgement(
            CRASH, f"{type(error).__name__} in {where.filename}:{where.lineno}: {error}"
        )


def _judge(case: Case, model: Path, certificate: Path) -> Judgement:
    """As `pipeline.verify` does it with a folder, up to Lean."""
    try:
        found = find_manifests(certificate)
    except PipelineError:
        return _bad_or_raise(case, model, certificate / case.manifest_name)
    judgements = [_judge_one(case, model, manifest) for manifest in found]
    return next((each for each in judgements if each.result in BAD), judgements[0])


def _judge_one(case: Case, model: Path, manifest: Path) -> Judgement:
    try:
        stored = read_stored(manifest)
        read = read_network if case.family == "network" else read_subject
        bundle = stored.require_genuine(read(model), small_theory())
    except PipelineError:
        return _bad_or_raise(case, model, manifest)
    second = recheck(model, manifest)
    family = FAMILIES[case.family]
    _, weights = family.read_weights(bundle.weights)
    theorem = _read(bundle.theorem, bundle.manifest.render())
    lean = verdict(family, weights, theorem.checker, theorem.certificate)
    if lean.accepted != second.accepted:
        return Judgement(DIFFER, f"{lean.reason} / {second.reason}")
    if not second.accepted:
        return Judgement(GAVE_UP if second.gave_up else REJECTED, second.reason)
    return _false_claim(case, second, manifest) or Judgement(TRUE, second.reason)


def _bad_or_raise(case: Case, model: Path, manifest: Path) -> Judgement:
    """For what is refused: raise the error again, unless the second checker accepts a false claim.

    (It may accept a true one: it compares no digests, and does not insist on one way of writing JSON.)
    """
    false = _false_claim(case, recheck(model, manifest), manifest)
    if false is not None:
        return false
    raise


def _false_claim(case: Case, second: Verdict, manifest: Path) -> Judgement | None:
    """What is wrong with the claim, if it is accepted."""
    if not second.accepted:
        return None
    theorem = _read(manifest.with_name(case.theorem_name).read_bytes(), manifest.read_bytes())
    if read_manifest(manifest.read_bytes()).family == "network":
        wrong = networks.untrue(theorem.certificate, case.model)
    else:
        wrong = untrue(theorem.checker, theorem.certificate, exact_in_file(case.model))
    return Judgement(FALSE, wrong) if wrong else None


def _read(theorem: bytes, manifest: bytes) -> TheoremFile:
    """A certificate's Lean file, of the claim that its manifest names."""
    found = read_manifest(manifest)
    kind, certificate, family = found.kind, found.certificate, FAMILIES[found.family]
    said, before = family.said(kind, certificate), family.before(kind, certificate)
    return read_theorem(theorem, family, said, before, family.worded(kind, certificate))
