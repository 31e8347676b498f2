"""The strategy mixed: quartic's checker, for certificates that give up inputs that are dear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from pipeline.emit.names import definition_name, quoted
from pipeline.emit.theorem import render_theorem, render_value
from pipeline.model import Model, read_model
from pipeline.transformer.checker.classes import count, inputs
from pipeline.transformer.family import FORM
from pipeline.transformer.length import operations
from pipeline.transformer.strategies import STRATEGIES, mixed
from pipeline.transformer.strategies.mixed import Mixed
from pipeline.transformer.strategies.quartic import Quartic
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, right_inputs, silent
from tests.tiny_models import noisy_arrays

MODEL_FILE = (
    Path(__file__).resolve().parent.parent / "examples/models/max_of_4_vocab_16.safetensors"
)
NAME = "Mixture"
SPACE = f"Compact.Certificates.{NAME}"


@settings(deadline=None, max_examples=60)
@given(MODELS)
def test_what_it_counts_is_right(model: Model) -> None:
    """... and quartic counts it too, at any price of an operation."""
    t = Mixed().find(model, silent).tables
    all_of_it = {each for run in Quartic().sheets(t).runs() for each in inputs(t.n, run)}
    for price in (1e-3, 0.1):
        runs = list(replace(Quartic().sheets(t), price=price).runs())
        certified = [each for run in runs for each in inputs(t.n, run)]
        assert len(certified) == len(set(certified)) == count(t.n, runs)
        assert set(certified) <= all_of_it <= set(right_inputs(model))


def test_of_a_shipped_model_it_gives_up_next_to_nothing() -> None:
    """... and the check is no longer."""
    model = read_model(MODEL_FILE)
    dear, found = (STRATEGIES[name].search(model, silent) for name in ("quartic", "mixed"))
    lengths = [operations("Mixed", model, each.fields) for each in (found, dear)]
    assert lengths[0] <= lengths[1]
    assert dear.bound - 0.0004 * model.d_vocab**model.n_ctx <= found.bound <= dear.bound


def test_what_is_given_up_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by Lean nor by who reads the certificate."""
    model = model_of(noisy_arrays(2, 3, 5, 0.5))
    all_of_it = Quartic().search(model, silent)
    monkeypatch.setattr(mixed, "WORTH", 14)
    found = Mixed().search(model, silent)
    assert 0 < found.bound < all_of_it.bound
    t = Mixed().find(model, silent).tables
    assert count(t.n, Mixed().counted(model, found.fields)) == found.bound
    data, more = quoted(definition_name("mixed")), found.bound + 1
    blocks = render_value([[model.d_vocab, more]])
    forged = f"{{ {data} with blocks := {blocks}, bound := nat_lit {more} }}"
    refused = f"example : Mixed.check weights {forged} = false := by decide +kernel\n"
    theorem = render_theorem(
        FORM, NAME, "mixed", found.bound, found.fields, joints=Mixed().joints(found.fields)
    )
    sources = {
        f"{SPACE}.Weights": render_weights(NAME, model),
        f"{SPACE}.Mixed": theorem.replace(f"end {SPACE}\n", f"{refused}end {SPACE}\n"),
    }
    results = build(sources, "Compact.Certificates")
    assert not [line for each in results.values() if not each.ok for line in each.printable()]
