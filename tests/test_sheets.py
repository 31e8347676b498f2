"""Quartic counts with tokens that fail, whatever parts and levels: what is certified is true, and Lean, the second
checker and the mirror count the same.

The levels of a certificate are the search's choice, as is how its numbers are rounded.  Wrong ones only count less.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.model import Model
from pipeline.recheck.certificate import Certificate as Reread
from pipeline.recheck.recheck import verdict
from pipeline.recheck.transformer.family import TRANSFORMER as RECHECKED
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.transformer.checker.classes import Run, count, inputs
from pipeline.transformer.checker.sheets import Layout, Pair, Shape, Sheets
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.family import FORM
from pipeline.transformer.strategies.quartic import Quartic, sheet_fields
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, right_inputs
from tests.tiny_models import Arrays, noisy_arrays

PARTS = st.lists(st.integers(0, 40), min_size=3, max_size=3)


def silent(_text: str) -> None:
    pass


def tables_of(model: Model) -> Tables:
    return Quartic().find(model, silent).tables


def alike(t: Tables, shape: Shape) -> list[list[Shape]]:
    return [[shape] * (m + 1) for m in range(t.v)]


def runs_of(t: Tables, parts: list[int], shape: Shape | None = None) -> list[Run]:
    """In the shapes that are cheapest, or all in one."""
    shapes = None if shape is None else alike(t, shape)
    return list(Sheets(t, Layout.of(t, parts), shapes).runs())


@settings(deadline=None, max_examples=100)
@given(MODELS, PARTS, st.none() | st.builds(Shape, st.integers(0, 5), st.booleans()))
def test_any_parts_are_sound(model: Model, parts: list[int], shape: Shape | None) -> None:
    """No parts at all, one, more than a level can be; whatever tokens share a row, whatever decides."""
    t = tables_of(model)
    runs = runs_of(t, parts, shape)
    certified = [each for run in runs for each in inputs(t.n, run)]
    assert len(certified) == len(set(certified)) == count(t.n, runs)
    assert not set(certified) - right_inputs(model)


def equal_weights(seed: int) -> Arrays:
    """A model that looks at all positions alike."""
    arrays = noisy_arrays(seed, 4, 4, 0.7)
    return {**arrays, "W_Q": np.zeros_like(arrays["W_Q"])}


@pytest.mark.parametrize("seed", range(6))
def test_equal_weights(seed: int) -> None:
    model = model_of(equal_weights(seed))
    t = tables_of(model)
    for parts in ([15, 15, 15], [1, 2, 3]):
        certified = {x for run in runs_of(t, parts) for x in inputs(t.n, run)}
        assert not certified - right_inputs(model)


def test_tokens_that_fail_are_counted() -> None:
    """Some of them: more than with one level for all, an equal share."""
    gained = 0
    for seed in range(6):
        t = tables_of(model_of(noisy_arrays(seed, 4, 6, 1.0)))
        equal = count(t.n, runs_of(t, [1, 2, 3]))
        gained += count(t.n, runs_of(t, [15, 15, 15])) > equal
    assert gained


def test_tokens_that_share_a_row_cost_nothing() -> None:
    """Rows are fewer, inputs are not."""
    saved = 0
    for seed in range(6):
        t = tables_of(model_of(noisy_arrays(seed, 4, 6, 0.7)))
        shared, apart = (
            Sheets(t, Layout.of(t, [15, 15, 15]), shapes)
            for shapes in (None, alike(t, Shape(0, False)))
        )
        assert count(t.n, list(shared.runs())) == count(t.n, list(apart.runs()))
        saved += sum(pair.shape.first > 1 and pair.shape.together for pair in shared.pairs)
    assert saved


def test_planes_hold_rows_and_levels() -> None:
    pair = Pair(0, 4, True, Shape(2, False), {1: [None, None, None], 2: [5, None, 15]})
    assert pair.rows == 3
    assert [run.tokens for run in pair.runs([15, 15])] == [(), (0, 1, 3)]
    code = pair.code()
    planes, second = code >> 1, code >> 16
    assert not code & 1
    assert planes & ((1 << 15) - 1) == 0
    assert [second >> 3 * plane & 7 for plane in range(5)] == [0b101, 0b101, 0b100, 0b101, 0b100]


def test_one_test_decides_for_all_classes() -> None:
    pair = Pair(0, 4, True, Shape(2, True), {2: [5, None, 15]}, (1, 2))
    runs = [(run.first, run.tokens, run.parts) for run in pair.runs([15, 20])]
    assert runs == [(0, (), 0), (1, (0, 1, 3), 20), (2, (0, 1, 3), 20)]
    apart = Pair(0, 4, True, Shape(2, False), {1: [5, None, 15]})
    assert pair.code() == apart.code() + 1


def forged(model: Model, found: dict[str, Value]) -> dict[str, dict[str, Value]]:
    """What a forger may change."""
    planes = found["planes"]
    assert isinstance(planes, list)
    rows = [row for row in planes if isinstance(row, list)]
    low = [[entry & 0xFFFF_FFFF_FFFF for entry in row if isinstance(entry, int)] for row in rows]
    every = [[(1 << 300) - 1] * len(row) for row in rows]
    none = [[1] * len(row) for row in rows]
    long = [row * 2 for row in rows]

    def nat(name: str) -> int:
        value = found[name]
        assert isinstance(value, int)
        return value

    return {
        "as it is": {},
        "all tokens at level 15": {"planes": every},
        "a token at level 0": {"planes": none},
        "levels cut off": {"planes": low},
        "queries beyond the maximum": {"planes": long},
        "no planes": {"planes": []},
        "no token shares a row": {"firsts": []},
        "all tokens share a row": {"firsts": [(1 << 16 * model.d_vocab) - 1] * model.d_vocab},
        "nothing dropped": {"shifts": []},
        "all dropped": {"shifts": [(1 << 16 * model.d_vocab) - 1] * model.d_vocab},
        "no parts": {"parts": []},
        "many parts": {"parts": [1 << 20] * 3},
        "more parts": {"parts": [16, 16, 16]},
        "lanes too narrow": {"laneBits": 9},
        "lanes wider": {"laneBits": nat("laneBits") + 40},
        "no spare": {"spareBits": 0},
        "spare beyond lanes": {"spareBits": 1000},
        "parts beyond lanes": {"partBits": 1000},
        "coarse fractions": {"fracBits": 0},
        "fine fractions": {"fracBits": 400},
        "too few inputs": {"countBits": 3},
    }


def test_lean_and_the_second_checker_agree() -> None:
    """Whatever a forger changes, both count the same; and nothing that is false."""
    model = model_of(noisy_arrays(3, 4, 4, 1.0))
    certificate = Quartic().search(model, silent)
    right = len(right_inputs(model))
    weights = render_weights("Sheets", model)
    _, reread = read_weights(weights.encode())
    fields = dict(certificate.fields)
    lines, verdicts = "", dict[str, bool]()
    for name, changes in forged(model, fields).items():
        for bound in (certificate.bound, certificate.bound - 10, right + 1):
            changed = {**changes, "blocks": [[model.d_vocab, bound]], "bound": bound}
            accepted = verdict(RECHECKED, reread, "Quartic", Reread({**fields, **changed})).accepted
            assert bound <= right or not accepted, name
            verdicts[f"{name}, {bound}"] = accepted
            each = ", ".join(f"{key} := {render_value(value)}" for key, value in changed.items())
            lines += (
                f"example : Quartic.check weights {{ quartic with {each} }} = {str(accepted).lower()}"
                " := by decide +kernel\n"
            )
    assert verdicts[f"as it is, {certificate.bound}"]
    assert not verdicts[f"all tokens at level 15, {certificate.bound}"]
    space, end = "Compact.Certificates.Sheets", "end Compact.Certificates.Sheets\n"
    text = render_theorem(
        FORM,
        "Sheets",
        "quartic",
        certificate.bound,
        certificate.fields,
        joints=Quartic().joints(certificate.fields),
    )
    sources = {f"{space}.Weights": weights, f"{space}.Quartic": text.replace(end, lines + end)}
    results = build(sources, space)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_sheet_fields_are_those_of_lean() -> None:
    t = tables_of(model_of(noisy_arrays(1, 3, 3, 0.5)))
    quartic = Quartic()
    fields = sheet_fields(quartic.sheets(t))
    assert list(fields) == list(quartic.own_fields)[:-1]
