"""The checker's tables enclose the exact numbers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, ctx, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Model, read_model
from pipeline.numbers.lanes import Lanes
from pipeline.recheck.transformer.form import Form
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.enclosure import Params, exp_neg, round_row
from pipeline.transformer.checker.exp_form import ExpForm
from tests.tiny_models import random_arrays, write_model

NO_DEADLINE = settings(deadline=None)


@NO_DEADLINE
@given(
    st.integers(0, 6),
    st.integers(1, 150),
    st.integers(0, 1 << 200),
    st.integers(1, 1 << 190),
)
def test_exponentials_are_enclosed(steps: int, prec: int, num: int, den: int) -> None:
    prec = max(prec, 8 * steps - 2)  # below that the upper bound explodes (still sound)
    found = exp_neg(Params(prec, steps, 0, 1), num, den)
    with ctx.workprec(2000):
        exact = (-arb(fmpz(num)) / arb(fmpz(den))).exp() * arb(fmpz(1 << prec))
        assert not arb(fmpz(found.lo)) > exact
        assert not arb(fmpz(found.hi)) < exact


@NO_DEADLINE
@given(
    st.integers(0, 30),
    st.integers(0, 150),
    st.integers(0, 1 << 200),
    st.integers(1, 1 << 190),
)
def test_exponentials_from_one_number_are_enclosed(
    half: int, prec: int, num: int, den: int
) -> None:
    form = ExpForm(prec, half)
    y = form.argument(num, den)
    found = form.bounds(y)
    assert found == Form(prec, half).exp(y)
    with ctx.workprec(2000):
        exact = (-arb(fmpz(num)) / arb(fmpz(den))).exp() * arb(fmpz(1 << prec))
        assert not arb(fmpz(found.lo)) > exact
        assert not arb(fmpz(found.hi)) < exact


@pytest.mark.parametrize("half", range(4, 30, 4))
@pytest.mark.parametrize("gap", [0, 1, 20])
def test_exponentials_from_one_number_are_close(half: int, gap: int) -> None:
    form = ExpForm(64 + 2 * half, half)
    found = form.bounds(gap << (2 * half))
    assert form.fit
    assert found.hi - found.lo < (found.hi >> 2 * half - 3) + 4 * form.prec


@pytest.mark.parametrize("steps", range(2, 8))
def test_more_steps_are_more_accurate(steps: int) -> None:
    prec = 16 * steps + 16
    found = exp_neg(Params(prec, steps, 0, 1), 3, 2)
    assert 0 < found.hi - found.lo < 1 << (prec - 8 * steps + 2)


@given(
    st.lists(st.integers(-(1 << 80), 1 << 80), min_size=1), st.integers(0, 90), st.integers(0, 9)
)
def test_rows_are_rounded_by_less_than_one(row: list[int], shift: int, frac: int) -> None:
    lanes = round_row(Params(1, 1, shift, 1), row, 1 << frac)
    for lane, entry in zip(lanes, row, strict=True):
        assert 0 <= Fraction((entry - min(row)) << frac, 1 << shift) - lane < 1


@given(st.lists(st.integers(0, 255), min_size=1, max_size=9), st.integers(-5, 256), st.data())
def test_lanes_compare_as_numbers_do(row: list[int], limit: int, data: st.DataObject) -> None:
    lanes = Lanes.of(len(row), 9)
    packed = lanes.pack(row)
    assert [lanes.lane(packed, i) for i in range(len(row))] == row
    assert lanes.all_below(packed, limit) == all(entry < limit for entry in row)
    if limit >= 0:
        assert lanes.any_reaches(packed, limit) == any(entry >= limit for entry in row)
    gone = data.draw(st.integers(0, len(row) - 1))
    rest = [0 if i == gone else entry for i, entry in enumerate(row)]
    assert lanes.without(packed, gone) == lanes.pack(rest)


@pytest.mark.parametrize("seed", range(3))
def test_circuits_are_the_products_of_the_weights(tmp_path: Path, seed: int) -> None:
    model = read_model(write_model(tmp_path / "m.safetensors", random_arrays(seed, 2, 4)))
    found = circuits(model)
    scale = Fraction(model.attn_scale, 1 << model.scale_frac)
    unit = Fraction(found.score_num, found.score_den)
    four, two = 1 << (4 * model.frac), 1 << (2 * model.frac)
    W = {name: _fractions(model, name) for name in model.tensors}
    resid = [_add(row, W["W_pos"][-1]) for row in W["W_E"]]
    out = _times(W["W_O"], W["W_U"])
    query = _times(resid, W["W_Q"])
    for q in range(model.d_vocab):
        for key, table in (("W_E", found.EQKE), ("W_pos", found.EQKP)):
            for j, row in enumerate(_times(W[key], W["W_K"])):
                score = (
                    sum((a * b for a, b in zip(query[q], row, strict=True)), Fraction(0)) / scale
                )
                assert table[q, j] * unit == score
    for key, table in (("W_E", found.EVOU), ("W_pos", found.PVOU)):
        for i, row in enumerate(_times(_times(W[key], W["W_V"]), out)):
            assert [Fraction(entry, four) for entry in table[i].tolist()] == row
    for i, row in enumerate(_times(resid, W["W_U"])):
        assert [Fraction(entry, two) for entry in found.EU[i].tolist()] == row


Rows = list[list[Fraction]]


def _fractions(model: Model, name: str) -> Rows:
    return [[Fraction(entry, 1 << model.frac) for entry in row] for row in model.tensors[name]]


def _add(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    return [x + y for x, y in zip(a, b, strict=True)]


def _times(a: Rows, b: Rows) -> Rows:
    columns = list(zip(*b, strict=True))
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns]
        for row in a
    ]
