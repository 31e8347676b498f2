"""A small attack on certificates of models with an MLP passes, and it notices what it should."""

from __future__ import annotations

import pytest

from attack.judge import REJECTED, TRUE
from attack.mlp import AS_IT_WAS, KINDS, SECOND, attack_mlp, subjects
from attack.second import Forged
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp.family import STRATEGIES
from tests.forged_claims import require_noticed
from tests.test_mlp import right_inputs

SEED = 0


def test_the_second_checker_accepts_nothing_that_is_false() -> None:
    tally = attack_mlp(SEED, 150)
    assert tally.bad == []
    assert {kind for kind, _ in tally.counts} == set(KINDS)
    assert tally.total() == 150
    for result in (REJECTED, TRUE):
        assert tally.total(result) > 150 / 10


def test_subjects_are_of_all_strategies_and_some_heads() -> None:
    found = subjects(SEED)
    assert {each.certificate.strategy for each in found} == set(STRATEGIES)
    assert {len(each.model.heads) for each in found} == {1, 2}


def test_what_is_true_is_counted_from_the_statement() -> None:
    for each in subjects(SEED):
        exact = SECOND.right(SECOND.about(render_weights("Tiny", each.model)))
        assert len(right_inputs(each.model, 1e-9)) <= exact <= len(right_inputs(each.model, -1e-9))
        assert each.certificate.bound <= exact


def test_a_false_claim_that_is_accepted_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checker that accepts everything is found out."""
    subject = subjects(SEED)[0]
    checker = STRATEGIES[subject.certificate.strategy].checker
    source = render_weights("Tiny", subject.model)
    honest = Forged(AS_IT_WAS, "nothing", checker, source, subject.certificate.fields)
    require_noticed(SECOND, honest, monkeypatch)
