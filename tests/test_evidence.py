"""Sampling: right intervals, right answers, and never the word proof without a "not"."""

from __future__ import annotations

from math import comb
from pathlib import Path

import pytest
from mpmath import mp, mpf

from pipeline.api import load
from pipeline.evidence.interval import clopper_pearson
from pipeline.evidence.sample import inputs_for, sample
from pipeline.model import Model
from tests.tiny_models import noisy_arrays, write_model


def tail(p: mpf, n: int, least: int) -> mpf:
    """The chance of at least so many."""
    return sum((comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(least, n + 1)), mpf(0))


@pytest.mark.parametrize(
    ("right", "of"), [(0, 10), (10, 10), (1, 2), (98, 100), (250, 300), (1, 1)]
)
def test_the_interval_is_that_of_its_definition(right: int, of: int) -> None:
    """At its ends, as many or more (fewer) happen in one of forty samples."""
    low, high = clopper_pearson(right, of)
    assert 0 <= low <= right / of <= high <= 1
    with mp.workdps(40):
        assert float(tail(mpf(low), of, right)) == pytest.approx(0.025 if right else 1, abs=1e-9)
        assert float(1 - tail(mpf(high), of, right + 1)) == pytest.approx(
            0.025 if right < of else 1, abs=1e-9
        )
    for wrong in ((-1, 5), (6, 5), (0, 0)):
        with pytest.raises(ValueError, match="of"):
            clopper_pearson(*wrong)


@pytest.mark.parametrize("seed", range(3))
def test_the_sample_finds_the_accuracy(tmp_path: Path, seed: int) -> None:
    """Twenty thousand of 625 inputs hit each: the share is that of all."""
    subject = load(write_model(tmp_path / "m.safetensors", noisy_arrays(seed, 4, 5, 0.4)))
    assert isinstance(subject.model, Model)
    assert subject.truth is not None
    found = sample(subject.model, 20_000, seed)
    truth = subject.truth / subject.total
    assert truth < 1
    assert abs(found.right / found.looked_at - truth) < 0.02
    assert found == sample(subject.model, 20_000, seed)
    assert "EVIDENCE, NOT PROOF" in str(found)
    assert found.json()["label"] == "evidence, not proof"


def test_operations_buy_inputs(tmp_path: Path) -> None:
    """At least one, and more for more."""
    model = load(write_model(tmp_path / "m.safetensors", noisy_arrays(0, 4, 5, 0.4))).model
    assert isinstance(model, Model)
    counts = [inputs_for(model, operations) for operations in (0, 10**5, 10**6, 10**7)]
    assert counts == sorted(counts)
    assert counts[0] == 1 < counts[1] < counts[3]
