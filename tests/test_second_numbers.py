"""The second checker's look at real numbers: the claim's own words, with mpmath's intervals.

The truth comes from `attack/truth.py`, which is written for itself and computes with Arb.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import iv

from attack.certificates import weights_of
from attack.claims import ALL
from attack.subjects import Subject, subjects
from attack.truth import Exact
from pipeline import export, verify
from pipeline.recheck import recheck
from pipeline.recheck.__main__ import main
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Class, Counted, Group, Input, Levelled, Listed
from pipeline.recheck.numbers import Numbers
from pipeline.recheck.transformer.enclosure import Params
from pipeline.recheck.transformer.look import look
from pipeline.recheck.transformer.strategies import COUNTS
from pipeline.recheck.transformer.weights import TENSORS, Weights
from pipeline.recheck.transformer.words import Words
from tests.conftest import Runner
from tests.tiny_models import perfect_arrays, write_model

SEED = 0
SUBJECTS = subjects(SEED)
EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "models"


def right_by_arb(w: Weights, x: Input) -> bool:
    def matrix(name: str) -> list[list[Fraction]]:
        rows = w.tensors[name].matrix(w.columns(name))
        return [[Fraction(entry, 1 << w.frac) for entry in row] for row in rows]

    scale = Fraction(w.attn_scale, 1 << w.scale_frac)
    return Exact([matrix(name) for name in TENSORS], scale)._is_correct(x, Fraction(0))


def inputs(w: Weights) -> list[Input]:
    return list(product(range(w.d_vocab), repeat=w.n_ctx))


def counted(subject: Subject) -> tuple[Weights, Params, Counted]:
    w, c = weights_of(subject), Certificate(subject.certificate.fields)
    return w, Params.of(c), COUNTS[ALL[subject.certificate.strategy].checker](w, c)


def test_words_tell_right_from_wrong() -> None:
    """For every input of every tiny model, as Arb does; and there are inputs of both kinds."""
    answers = []
    for w in {id(subject.model): weights_of(subject) for subject in SUBJECTS}.values():
        words = Words(w, 60)
        for x in inputs(w):
            margin = words.margin(x)
            assert (margin is None) == (w.d_vocab == 1)
            answers.append(margin is None or margin.a > 0)
            assert answers[-1] == right_by_arb(w, x), x
    assert min(answers.count(True), answers.count(False)) > 50


def test_words_compute_the_model() -> None:
    """As numpy does, about."""
    subject = next(each for each in SUBJECTS if each.model.n_ctx == 3)
    w, arrays = weights_of(subject), {k: v.astype(float) for k, v in subject.arrays.items()}
    E, P, Q, K, V, O, U = (arrays[name] for name in TENSORS)  # noqa: E741
    for x in inputs(w):
        resid = E[list(x)] + P
        scores = (resid @ K) @ (resid[-1] @ Q) / np.sqrt(Q.shape[-1])
        weights = np.exp(scores) / np.exp(scores).sum()
        expected = (resid[-1] + weights @ (resid @ V) @ O) @ U
        found = [float(logit.mid.a) for logit in Words(w, 60).logits(x)]
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_more_digits_are_within_fewer() -> None:
    w, _, _ = counted(SUBJECTS[-1])
    few, many = Words(w, 20), Words(w, 200)
    for x in inputs(w):
        for a, b in zip(few.logits(x), many.logits(x), strict=True):
            assert b in a
            assert a.delta < iv.mpf("1e-12")
            assert b.delta < iv.mpf("1e-190")


def test_what_is_counted_is_right_and_no_more() -> None:
    """Groups hold as many different inputs as are counted, all of them right."""
    sizes = set()
    for subject in SUBJECTS:
        w, _, found = counted(subject)
        listed = [x for group in found.groups for x in group.all()]
        assert len(listed) == len(set(listed)) == sum(group.size for group in found.groups)
        assert len(listed) == found.number == subject.certificate.bound
        words = Words(w, 60)
        for x in listed:
            margin = words.margin(x)
            assert margin is None or margin.a > 0, (subject.certificate.strategy, x)
        sizes.add(len(listed))
    assert len(sizes) > 5


def test_samples_are_of_what_is_counted() -> None:
    classes: list[Group] = [Class(0, 3, 4, 2, (0, 2)), Class(1, 3, 4, 0, ()), Listed(5, 2, [7, 24])]
    found = Counted.of(classes)
    everything = {x for group in classes for x in group.all()}
    assert found.number == len(everything) == 24 + 1 + 2
    assert {(2, 1), (4, 4), (3, 3, 3, 3, 1)} < everything
    assert set(found.sample(27, Random(1))) == everything
    sample = found.sample(20, Random(1))
    assert len(set(sample)) == len(sample) == 20
    assert set(sample) < everything
    assert Counted.of(()).sample(5, Random(1)) == []


@given(
    st.lists(st.integers(0, 6), max_size=4), st.integers(0, 3), st.integers(0, 2), st.integers(0, 8)
)
def test_inputs_with_levels(levels: list[int], others: int, more: int, parts: int) -> None:
    """Their number is that of those that are written down, and each may be drawn."""
    group = Levelled(1, 9, others + more, others, tuple(enumerate(levels)), parts)
    everything = list(group.all())
    assert group.size == len(everything) == len(set(everything))
    if everything:
        assert {group.draw(Random(seed)) for seed in range(20)} <= set(everything)


def test_samples_of_more_than_can_be_counted() -> None:
    """And of very unequal groups: half of the sample is of small ones."""
    large = Class(0, 60, 400, 200, range(60))
    small = [Class(q, 50, 400, 1, range(50)) for q in range(1, 20)]
    assert large.size.bit_length() > 1024
    sample = Counted.of([large, *small]).sample(100, Random(2))
    assert 30 < sum(x[-1] > 0 for x in sample) < 60


def test_a_wrong_input_is_noticed() -> None:
    subject = next(each for each in SUBJECTS if 0 < each.certificate.bound < 9)
    w, p, found = counted(subject)
    good = look(w, p, found, 1000)
    assert good.hold
    assert good.inputs == found.number
    wrong = next(x for x in inputs(w) if not right_by_arb(w, x))
    number = sum(token * w.d_vocab**i for i, token in enumerate(wrong))
    groups = [*found.groups, Listed(w.d_vocab, w.n_ctx, [number])]
    bad = look(w, p, Counted.of(groups), 1000)
    assert (bad.hold, list(bad.wrong)) == (False, [wrong])
    assert str(bad) == f"the input {wrong} is counted, but not answered rightly"
    assert bad.as_json()["right"] == good.inputs


def test_a_tie_is_not_right() -> None:
    """All weights 0: all logits are equal, to any number of digits."""
    w, p, _ = counted(SUBJECTS[0])
    zeros = {
        name: type(t)(t.bits, [t.offset * sum(1 << t.bits * j for j in range(w.columns(name)))] * len(t.rows))
        for name, t in w.tensors.items()
    }  # fmt: skip
    tied = Weights(
        w.n_ctx, w.d_vocab, w.d_model, w.d_head, w.frac, w.attn_scale, w.scale_frac, zeros
    )
    found = look(tied, p, Counted.of([Listed(w.d_vocab, w.n_ctx, [0, 1])]), 10)
    assert len(found.wrong) == 2
    assert found.least_margin == 0


@pytest.mark.parametrize(("low", "high"), [(1, 0), (0, -1)])
def test_a_factor_outside_its_bounds_is_noticed(
    monkeypatch: pytest.MonkeyPatch, low: int, high: int
) -> None:
    """Bounds that are moved past each other's place: the real number is between the true ones."""
    w, p, found = counted(SUBJECTS[0])
    exact = Params.exp

    def moved(self: Params, y: int) -> tuple[int, int]:
        lo, hi = exact(self, y)
        return lo + low * (hi - lo), hi + high * (hi - lo)

    assert not look(w, p, found, 1000).outside
    monkeypatch.setattr(Params, "exp", moved)
    numbers = look(w, p, found, 1000)
    assert not numbers.hold
    assert "is not within its bounds" in str(numbers)


def test_fewer_of_long_inputs_are_looked_at() -> None:
    manifest = EXAMPLES.parents[1] / "lean/Compact/Certificates/MaxOf20/prefix-top2.json"
    numbers = recheck(EXAMPLES / "max_of_20.safetensors", manifest, look_at=1000).numbers
    assert numbers is not None
    assert numbers.hold
    assert numbers.inputs == (1 << 18) // (20 * 64)
    assert numbers.least_margin is not None
    assert numbers.least_margin > 0


def test_no_input_is_no_evidence() -> None:
    w, p, _ = counted(SUBJECTS[0])
    numbers = look(w, p, Counted.of(()), 1000)
    assert str(numbers) == "no input is certified, so none was evaluated"
    assert numbers.least_margin is None


def test_margins_are_rounded_down() -> None:
    """1.99999 is not said to be 2."""
    assert str(Numbers(1, [], Decimal("1.999"), 3, [])) == (
        "1 certified inputs evaluated to 60 digits: all right, least margin 1.999; "
        "3 softmax factors within their bounds"
    )
    w, p, found = counted(SUBJECTS[0])
    words, least = Words(w, 60), look(w, p, found, 1000).least_margin
    margins = [words.margin(x) for group in found.groups for x in group.all()]
    exact = min(margin.a for margin in margins if margin is not None)
    assert least is not None
    assert iv.mpf(str(least)) <= exact < iv.mpf(str(least)) * iv.mpf("1.002")


def test_cross_says_what_was_looked_at(
    program: Runner, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert program(export.app, model_file, "--no-check", "--out", out).exit_code == 0
    ran = program(verify.app, model_file, out, "--cross", "--json")
    assert ran.exit_code == 0, ran.err
    [result] = ran.json["certificates"]
    numbers = result["numbers"]
    assert (numbers["inputs"], numbers["right"], numbers["digits"]) == (9, 9, 60)
    assert numbers["factors"] == numbers["factors_within_bounds"] == 3 * 3 + 3 * 2
    assert 0 < float(numbers["least_margin"]) < 1
    text = program(verify.app, model_file, out, "--cross").out
    assert "9 certified inputs evaluated to 60 digits: all right, least margin 0." in text
    assert "numbers" not in program(verify.app, model_file, out, "--json").json["certificates"][0]

    changed = perfect_arrays(2, 3)
    changed["W_U"][:] = 0
    blind = write_model(tmp_path / "blind.safetensors", changed)
    monkeypatch.setitem(COUNTS, "BruteForce", lambda *_: Counted(9, [Listed(3, 2, [1])]))
    out = tmp_path / "blind"
    assert program(export.app, blind, "--no-check", "--out", out).exit_code == 0
    ran = program(verify.app, blind, out, "--cross", "--json")
    assert ran.exit_code == 5
    [result] = ran.json["certificates"]
    assert "Lean accepts it, but the input (1, 0) is counted, but not answered" in result["error"]
    assert main([str(blind), str(next(out.glob("*.json")))]) == 1
