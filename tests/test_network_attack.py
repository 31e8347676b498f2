"""A small attack on networks passes, and notices what it should; a large one is `python -m attack --family network`."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
import safetensors.numpy

from attack import judge, networks
from attack.campaign import COMMAND, EACH_COMMAND, EXPORT, attack
from attack.certificates import CLAIMS, forged, mutant
from attack.judge import FALSE, REFUSED, REJECTED, TRUE
from attack.kernel import attack_kernel
from attack.subjects import genuine, make_case
from pipeline.network.integers import right_answers
from pipeline.network.strategies import STRATEGIES
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.network.family import NETWORK
from pipeline.recheck.network.weights import Table
from pipeline.recheck.recheck import verdict
from pipeline.strategy import Certificate as CertificateOf

SEED = 0
MUTANTS = 500
KINDS = {
    "Lean files", "Lean files, digests made to fit", *CLAIMS, COMMAND, EXPORT, "file names", "links and places",
    "manifest: bytes", "manifest: fields", "model file", "swapped models", "weights",
    "weights, certificate made to fit",
}  # fmt: skip


def test_python_and_the_second_checker() -> None:
    """No mutant is accepted for a false claim, and each refusal is an error for people."""
    tally = attack(SEED, MUTANTS, "network")
    assert tally.bad == []
    assert {kind for kind, _ in tally.counts} == KINDS
    assert tally.total() == MUTANTS + MUTANTS // EACH_COMMAND
    for result in (REFUSED, REJECTED, TRUE):
        assert tally.total(result) > MUTANTS / 20, result


def test_the_kernel_and_the_second_checker() -> None:
    """Lean accepts what the second checker accepts, of forged certificates and of forged weights and tables."""
    tally = attack_kernel(SEED, 120, "network")
    assert tally.bad == []
    assert tally.of("Lean's weights") > 10
    assert tally.total(REJECTED) > 40
    assert tally.total(TRUE) > 10


def test_subjects_have_genuine_certificates() -> None:
    """Of all strategies; the truth of the search is that of the statement, from the file and from Lean's weights."""
    found = networks.subjects(SEED)
    assert {each.certificate.strategy for each in found} == set(STRATEGIES)
    for subject in found:
        case = genuine(subject)
        assert judge.judge(case).result == TRUE
        right = int(right_answers(subject.model).sum())
        weights = NETWORK.read_weights(case.files["Weights.lean"])[1]
        assert networks.correct_in_file(case.model) == right == networks.correct(weights)
        assert subject.certificate.bound == right


@pytest.mark.parametrize("name", ["Network.right", "Network.right_by"])
def test_an_unsound_checker_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Forgers find out when a test of the checker always passes."""
    monkeypatch.setattr(f"pipeline.recheck.network.counts.{name}", lambda *_: True)
    random = Random(SEED)
    mutants = (mutant(random, networks.subjects(SEED)) for _ in range(900))
    assert any(judge.judge(each.case).result == FALSE for each in mutants)


def test_a_checker_that_always_halves_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that knows `x <= y` only: who counts these pairs twice, claims those that it does not know."""
    subject = networks.subjects(SEED)[-3]
    assert subject.certificate.bound == 6
    fields = {**subject.certificate.fields, "half": 1, "bound": 9, "blocks": [[3, 9]]}
    forged_one = CertificateOf(subject.certificate.strategy, 9, fields)
    case = make_case(subject.model, forged_one, subject.content)
    assert judge.judge(case).result == REJECTED
    monkeypatch.setattr("pipeline.recheck.network.counts._require_symmetry", lambda *_: None)
    assert judge.judge(case).result == FALSE


def test_a_checker_that_takes_any_table_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network by heart, with a table in which two rows are exchanged: it answers some pairs as that table says."""
    subject = networks.subjects(SEED)[-6]
    assert subject.certificate.bound == 9
    weights = NETWORK.read_weights(genuine(subject).files["Weights.lean"])[1]
    a, b, c = weights.table.rows
    forged_weights = replace(weights, table=Table(weights.table.bits, [a, c, b]))
    fields = {**subject.certificate.fields, "bound": 3, "blocks": [[3, 3]]}

    def false() -> bool:
        accepted = verdict(NETWORK, forged_weights, "BruteForce", Certificate(fields)).accepted
        return accepted and networks.untrue_of(Certificate(fields), forged_weights) != ""

    assert not false()
    monkeypatch.setattr("pipeline.recheck.network.counts.require_group", lambda *_: None)
    assert false()


def test_forgers_leave_nothing_out() -> None:
    """Every field of every strategy is changed by some forger."""
    changed: dict[str, set[str]] = {name: set() for name in STRATEGIES}
    random = Random(SEED)
    for _ in range(1500):
        subject, theorem = forged(random, networks.subjects(SEED))
        changed[subject.certificate.strategy] |= set(theorem.what.split(", "))
    for name, strategy in STRATEGIES.items():
        assert set(strategy.fields()) <= changed[name], name


def test_nothing_is_right_about_what_is_no_group() -> None:
    """The truth knows the laws of groups."""
    arrays = {
        "W_L": np.zeros((2, 1), np.float32),
        "W_U": np.zeros((1, 2), np.float32),
        "b_U": np.ones(2, np.float32),
    }
    arrays["b_U"][1] = 0
    tables = {
        "[[0, 1], [1, 0]]": 2,
        "[[0, 0], [0, 0]]": 0,
        "[[0, 1], [1, 1]]": 0,
        "[[0, 1], [1, 2]]": 0,
    }
    for table, right in tables.items():
        content = safetensors.numpy.save(arrays, metadata={"table": table})
        assert networks.correct_in_file(content) == right
