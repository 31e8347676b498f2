"""A small attack passes, and an attack notices what it should.

The large one is `python -m attack`, with 10,000 mutants and more.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import safetensors.numpy
from typer.testing import CliRunner

from attack import certificates, judge, kernel
from attack.__main__ import app
from attack.campaign import COMMAND, EACH_COMMAND, EXPORT, attack, one
from attack.case import Case
from attack.claims import ALL, untrue
from attack.command import run_command
from attack.judge import CRASH, DIFFER, FALSE, REFUSED, REJECTED, TRUE, UNCLEAR
from attack.kernel import Asked, ask, attack_kernel
from attack.subjects import genuine, make_case, models, subjects
from attack.theorems import Theorem
from attack.truth import correct, correct_in_file, exact_in_file
from pipeline.errors import RejectedByLean
from pipeline.recheck import Refused, Verdict
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.recheck import verdict
from pipeline.recheck.transformer.family import TRANSFORMER as RECHECKED
from pipeline.recheck.transformer.strategies import COUNTS
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.strategies.truth import Truth
from tests.lean_support import model_of
from tests.test_lean_agrees import odd_arrays

SEED = 0
MUTANTS = 800
KINDS = {
    "Lean files",
    "Lean files, digests made to fit",
    *certificates.CLAIMS,
    COMMAND,
    EXPORT,
    "file names",
    "links and places",
    "manifest: bytes",
    "manifest: fields",
    "model file",
    "swapped models",
    "weights",
    "weights, certificate made to fit",
}


def test_python_and_the_second_checker() -> None:
    """No mutant is accepted for a false claim, and each refusal is an error for people."""
    tally = attack(SEED, MUTANTS)
    assert tally.bad == []
    assert {kind for kind, _ in tally.counts} == KINDS
    assert tally.total() == MUTANTS + MUTANTS // EACH_COMMAND
    for result in (REFUSED, REJECTED, TRUE):
        assert tally.total(result) > MUTANTS / 20, result


def test_the_kernel_and_the_second_checker() -> None:
    """Lean accepts what the second checker accepts, and nothing else."""
    tally = attack_kernel(SEED, 80)
    assert tally.bad == []
    assert tally.total(REJECTED) + tally.total(TRUE) == 80
    assert tally.total(REJECTED) > 20
    assert tally.total(TRUE) > 10


def test_the_same_seed_gives_the_same_mutants() -> None:
    for number in range(60):
        first, second = one(7, number), one(7, number)
        assert first[1].result == second[1].result
        assert first[0] == second[0]
    assert [one(8, number)[0] for number in range(9)] != [one(7, number)[0] for number in range(9)]


def test_the_command() -> None:
    """The program itself prints the figures, and says by its exit code that all is well."""
    ran = CliRunner().invoke(app, ["--mutants", "40", "--kernel", "5", "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    # One head, several heads, MLPs, norms, networks.
    assert found["python"]["tried"] == 41 + 10 + 10 + 10 + 11
    assert found["kernel"]["tried"] >= 5 + 1 + 1
    assert found["python"]["false_claims_accepted"] == found["kernel"]["checkers_differ"] == 0


# What an attack has to notice.


def overclaiming(extra: int) -> Case:
    """A certificate that fits together, of a bound that is wrong for `extra > 0`."""
    subject = subjects(SEED)[0]
    bound = subject.certificate.bound + extra
    fields = {**subject.certificate.fields, "bound": bound}
    forged = replace(subject.certificate, bound=bound, fields=fields)
    content = safetensors.numpy.save(dict(subject.arrays))
    return make_case(subject.model, forged, content)


def test_a_false_claim_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judge.judge(overclaiming(0)).result == TRUE
    assert judge.judge(overclaiming(1)).result == REJECTED
    monkeypatch.setattr(judge, "recheck", lambda *_: Verdict(True, ""))
    monkeypatch.setattr(judge, "verdict", lambda *_: Verdict(True, ""))
    assert judge.judge(overclaiming(0)).result == TRUE
    assert judge.judge(overclaiming(1)).result == FALSE


@pytest.mark.parametrize(
    ("test", "passed"),
    [
        ("packed.OneAboveOthers.test", True),
        ("transformer.ruler.Ruler.ahead", True),
        ("transformer.share_pair.SharePair.spare", 1 << 512),
        ("transformer.strategies.quartic_sheets.Sheets.at_most", True),
    ],
)
def test_an_unsound_checker_is_noticed(
    monkeypatch: pytest.MonkeyPatch, test: str, passed: int
) -> None:
    """Forgers find out when a test of the checker always passes."""
    monkeypatch.setattr(f"pipeline.recheck.{test}", lambda *_: passed)
    random = Random(SEED)
    mutants = [certificates.mutant(random, subjects(SEED)) for _ in range(400)]
    assert any(judge.judge(mutant.case).result == FALSE for mutant in mutants)


def test_a_disagreement_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "recheck", lambda *_: Verdict(False, ""))
    assert judge.judge(overclaiming(0)).result == DIFFER


def test_crashes_and_unclear_errors_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = overclaiming(0)

    def fails(error: Exception) -> None:
        def raising(*_: object) -> None:
            raise error

        monkeypatch.setattr(judge, "read_subject", raising)

    fails(KeyError("x"))
    assert judge.judge(case).result == CRASH
    fails(RejectedByLean("too early"))
    assert judge.judge(case).result == UNCLEAR
    monkeypatch.setattr("pipeline.verify.find_manifests", lambda _: 1 // 0)
    assert run_command(case).result == CRASH


def test_the_kernel_has_a_say() -> None:
    """With the verdicts turned round, Lean agrees with none."""
    asked = []
    for number in range(12):
        theorem = kernel._mutant(SEED, number)
        found = verdict(RECHECKED, theorem.weights, theorem.checker, theorem.certificate)
        if not found.gave_up:
            asked.append(Asked(theorem, found))
    turned = [Asked(each.theorem, Verdict(not each.verdict.accepted, "")) for each in asked]
    assert len(asked) > 6
    assert all(agreed for _, agreed in ask(asked))
    assert not any(agreed for _, agreed in ask(turned))


# The truth, and the subjects.


@pytest.mark.parametrize("seed", range(3))
def test_truth_is_that_of_the_search(seed: int) -> None:
    """Two evaluators that share nothing but Arb's exponential."""
    for arrays in (*models(seed), odd_arrays(seed, 2, 3)):
        model = model_of(arrays)
        truth = Truth(circuits(model), model.frac)
        right = sum(sum(truth.right(query)) for query in range(model.d_vocab))
        found = correct_in_file(safetensors.numpy.save(dict(arrays)))
        assert found == (
            right if model.d_vocab > 1 else 1
        )  # there is no other token to be wrong about


def test_subjects_have_genuine_certificates() -> None:
    by_strategy = {each.certificate.strategy: each for each in subjects(SEED)}
    assert by_strategy.keys() == set(ALL)
    for subject in subjects(SEED):
        case = genuine(subject)
        assert judge.judge(case).result == TRUE
        if by_strategy[subject.certificate.strategy] is subject:
            assert run_command(case).result == REFUSED
        weights = certificates.weights_of(subject)
        assert correct(weights) == correct_in_file(case.model)
        assert correct(weights) >= subject.certificate.bound


def test_the_truth_of_each_claim() -> None:
    """Genuine certificates are true; what claims a little more is found to be false."""
    found = set()
    for subject in subjects(SEED):
        checker, fields = (
            ALL[subject.certificate.strategy].checker,
            dict(subject.certificate.fields),
        )
        exact = exact_in_file(genuine(subject).model)
        assert not untrue(checker, Certificate(fields), exact)
        assert untrue(checker, Certificate({**fields, "bound": 1 << 40}), exact)
        changes = {
            "region": {"least": 0, "gap": 1},
            "gaps": {"gapBits": 1, "gaps": (1 << exact.d_vocab) - 1},
            "margin": {"marginNum": 1 << 30},
            "mass": {"tokenWeights": 0},
        }
        kind = RECHECKED.kind_of(checker)
        if exact.correct() < len(list(exact.inputs())) and subject.certificate.bound:
            more = untrue(checker, Certificate({**fields, **changes.get(kind, {})}), exact)
            found |= {kind} if more else set()
    assert found == {"region", "gaps", "margin", "mass"}


def test_forgers_leave_nothing_out() -> None:
    """Every field of every strategy is changed by some forger."""
    changed: dict[str, set[str]] = {each.checker: set() for each in ALL.values()}
    random = Random(SEED)
    for strategy in ALL:
        its = [each for each in subjects(SEED) if each.certificate.strategy == strategy]
        fields = {name for each in its for name in each.certificate.fields}
        for _ in range(600):
            _, theorem = certificates.forged(random, its)
            changed[theorem.checker] |= set(theorem.what.split(", "))
            if fields <= changed[theorem.checker]:
                break
    for subject in subjects(SEED):
        checker = ALL[subject.certificate.strategy].checker
        assert set(subject.certificate.fields) <= changed[checker], checker


def test_the_second_checker_gives_up_on_what_is_too_large() -> None:
    subject = subjects(SEED)[0]
    weights = certificates.weights_of(subject)
    fields = {"bound": 0, "prec": 1 << 25, "steps": 1, "shift": 1, "width": 1}
    with pytest.raises(Refused, match="more than 4096 bits of an exponential"):
        COUNTS["BruteForce"](weights, Certificate(fields))
    theorem = Theorem("", "", "brute-force", weights, Certificate(fields))
    [(_, agreed)] = ask([Asked(theorem, Verdict(True, ""))])
    assert not agreed, "Lean's kernel evaluates it"


def test_files_are_where_a_case_says(tmp_path: Path) -> None:
    case = replace(genuine(subjects(SEED)[0]), links={"Weights.lean": "nowhere"})
    model, certificate = case.write(tmp_path)
    assert model.read_bytes() == case.model
    assert (certificate / "Weights.lean").is_symlink()
    assert (certificate / case.manifest_name).read_bytes() == case.manifest
