"""Brute force certifies only inputs that are answered correctly, and by default all of them.

The judge is the definition in `lean/Compact/Transformer/Statement.lean`, written down again: position by
position, with exact weights and ball arithmetic.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from flint import arb, arb_mat, ctx, fmpz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.transformer.checker.brute_force import BruteForceCheck
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.enclosure import Params, enclose
from pipeline.transformer.family import read_subject
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.strategies.truth import Truth
from tests.tiny_models import perfect_arrays, random_arrays, write_model

PRECISION = 400
BRUTE_FORCE = STRATEGIES["brute-force"]


def silent(_text: str) -> None:
    pass


class Judge:
    """The forward pass of the statement."""

    def __init__(self, model: Model) -> None:
        self._model = model
        unit = arb(fmpz(1)) / arb(fmpz(1 << model.frac))
        self._W = {
            name: arb_mat([[arb(fmpz(e)) * unit for e in row] for row in rows])
            for name, rows in model.tensors.items()
        }
        self._scale = arb(fmpz(model.attn_scale)) / arb(fmpz(1 << model.scale_frac))

    def right(self, tokens: Sequence[int]) -> bool:
        """Is the input answered correctly?  Fails if that is not clear at this precision."""
        model, W = self._model, self._W
        resid = [
            arb_mat([[W["W_E"][t, i] + W["W_pos"][p, i] for i in range(model.d_model)]])
            for p, t in enumerate(tokens)
        ]
        query = resid[-1] * W["W_Q"]
        weights = [
            ((query * (row * W["W_K"]).transpose())[0, 0] / self._scale).exp() for row in resid
        ]
        total = sum(weights, arb(0))
        head = arb_mat(1, model.d_head)
        for weight, row in zip(weights, resid, strict=True):
            head += (row * W["W_V"]) * (weight / total)
        logits = (resid[-1] + head * W["W_O"]) * W["W_U"]
        top = max(tokens)
        verdict = True
        for t in range(model.d_vocab):
            if t != top:
                margin = logits[0, top] - logits[0, t]
                tie = abs(margin) < arb(
                    "1e-100"
                )  # exact ones are never decided: not above, so not right
                assert margin > 0 or margin <= 0 or tie
                verdict = verdict and bool(margin > 0)
        return verdict


def make(folder: Path, seed: int, n_ctx: int, d_vocab: int, scale: float) -> Model:
    path = folder / f"m{seed}.safetensors"
    return read_subject(write_model(path, random_arrays(seed, n_ctx, d_vocab, scale)))


def inputs(model: Model, query: int) -> list[tuple[int, ...]]:
    """In the order of the checker."""
    prefixes = itertools.product(range(model.d_vocab), repeat=model.n_ctx - 1)
    return [(*prefix, query) for prefix in prefixes]


models = st.tuples(
    st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 4), st.sampled_from([0.3, 1.0, 3.0])
)
roundings = st.tuples(
    st.integers(8, 100), st.integers(1, 4), st.integers(0, 120), st.integers(1, 120)
)


@settings(deadline=None, max_examples=60)
@given(shape=models, rounding=roundings)
@example(shape=(220, 1, 4, 3.0), rounding=(8, 1, 0, 1))  # scores that differ by thousands
def test_certified_inputs_are_right(
    tmp_path_factory: pytest.TempPathFactory,
    shape: tuple[int, int, int, float],
    rounding: tuple[int, int, int, int],
) -> None:
    model = make(tmp_path_factory.mktemp("model"), *shape)
    exact = circuits(model)
    prec, steps, shift, width = rounding
    enclosure = enclose(exact, model.frac, Params(max(prec, 8 * steps), steps, shift, width))
    check, judge, truth = BruteForceCheck.of(enclosure), Judge(model), Truth(exact, model.frac)
    certified = 0
    with ctx.workprec(PRECISION):
        for query in range(model.d_vocab):
            right = [judge.right(tokens) for tokens in inputs(model, query)]
            found = truth.right(query)
            assert all(r for r, f in zip(right, found, strict=True) if f)
            if _score_range(exact, query) < 1000:
                assert found == right
            if enclosure.narrow:
                passing = list(check.passing(query))
                certified += sum(passing)
                assert all(r for r, p in zip(right, passing, strict=True) if p)
    assert check.count() == certified


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost(tmp_path: Path, seed: int) -> None:
    model = make(tmp_path, seed, 3, 4, 2.0)
    certificate = BRUTE_FORCE.search(model, silent)
    with ctx.workprec(PRECISION):
        judge = Judge(model)
        right = sum(judge.right(x) for q in range(4) for x in inputs(model, q))
    assert certificate.bound == right == certificate.fields["bound"]
    assert list(certificate.fields) == list(BRUTE_FORCE.fields())
    _assert_certified(model, certificate.fields, right)


@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(1, 2), (2, 3), (3, 3), (4, 2)])
def test_a_perfect_model_gets_every_input(tmp_path: Path, n_ctx: int, d_vocab: int) -> None:
    model = read_subject(write_model(tmp_path / "m.safetensors", perfect_arrays(n_ctx, d_vocab)))
    assert BRUTE_FORCE.search(model, silent).bound == d_vocab**n_ctx


def test_ties_are_not_right(tmp_path: Path) -> None:
    arrays = {name: array * 0 for name, array in perfect_arrays(2, 3).items()}
    model = read_subject(write_model(tmp_path / "m.safetensors", arrays))
    assert BRUTE_FORCE.search(model, silent).bound == 0


def test_wide_lanes_are_rejected(tmp_path: Path) -> None:
    model = read_subject(write_model(tmp_path / "m.safetensors", perfect_arrays(2, 3)))
    exact = circuits(model)
    assert BruteForceCheck.of(enclose(exact, model.frac, Params(80, 3, 0, 1))).count() == 0


def test_too_many_inputs_are_refused(tmp_path: Path) -> None:
    model = make(tmp_path, 0, 9, 4, 1.0)
    with pytest.raises(MalformedInput, match="262,144 inputs"):
        BRUTE_FORCE.search(model, silent)


def _score_range(exact: Circuits, query: int) -> float:
    """How far scores are apart: far below the largest, a token's attention is too little to see."""
    rows = exact.EQKE[query].tolist(), exact.EQKP[query].tolist()
    gap: int = sum(max(row) - min(row) for row in rows)
    return gap * exact.score_num / exact.score_den


def _assert_certified(model: Model, fields: object, count: int) -> None:
    """The certificate's own rounding gives the count."""
    assert isinstance(fields, dict)
    params = Params(fields["prec"], fields["steps"], fields["shift"], fields["width"])
    assert BruteForceCheck.of(enclose(circuits(model), model.frac, params)).count() == count
