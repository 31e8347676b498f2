"""Cubic, with tokens' own outputs apart: what is certified is true, and Lean counts the same.

Parts and the rounding of a certificate are the search's choice.  Any are sound.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.emit.names import definition_name, quoted
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.model import Model
from pipeline.transformer.checker.apart import admitted, apart_leads
from pipeline.transformer.checker.classes import count, inputs
from pipeline.transformer.family import FORM
from pipeline.transformer.strategies.cubic import Cubic
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, right_inputs
from tests.tiny_models import noisy_arrays


def silent(_text: str) -> None:
    pass


@settings(deadline=None, max_examples=60)
@given(MODELS, st.integers(1, 60))
def test_any_parts_are_sound(model: Model, parts: int) -> None:
    t = Cubic().find(model, silent).tables
    runs = list(admitted(t, apart_leads(t), parts, Cubic().least_bits(t)))
    certified = [each for run in runs for each in inputs(t.n, run)]
    assert len(certified) == len(set(certified)) == count(t.n, runs)
    assert not set(certified) - right_inputs(model)


@settings(deadline=None, max_examples=30)
@given(MODELS, st.integers(-9, 9))
def test_lower_leads_are_sound_and_count_no_more(model: Model, less: int) -> None:
    t = Cubic().find(model, silent).tables
    exact, bits = apart_leads(t), Cubic().least_bits(t)
    lower = replace(
        exact, token=[[max(0, each - abs(less)) for each in row] for row in exact.token]
    )
    found = count(t.n, admitted(t, lower, 12, bits))
    assert found <= count(t.n, admitted(t, exact, 12, bits))


def test_lean_counts_the_same() -> None:
    """No block counts one input more than it says."""
    sources = {}
    for number, (seed, v, n) in enumerate([(3, 4, 4), (5, 5, 3), (7, 3, 2)]):
        model = model_of(noisy_arrays(seed, v, n, 1.2))
        found = Cubic().search(model, silent)
        blocks = found.fields["blocks"]
        assert isinstance(blocks, list)
        name = f"Apart{number}"
        sources[f"Compact.Certificates.{name}.Weights"] = render_weights(name, model)
        text = render_theorem(
            FORM, name, "cubic", found.bound, found.fields, joints=Cubic().joints(found.fields)
        )
        data = quoted(definition_name("cubic"))
        first = blocks[0]
        assert isinstance(first, list)
        most: Value = [[first[0], first[1] + 1], *blocks[1:]]
        forged = (
            f"example : Cubic.check weights {{ {data} with blocks := {render_value(most)} }}"
            " = false := by decide +kernel\n"
        )
        end = f"end Compact.Certificates.{name}\n"
        sources[f"Compact.Certificates.{name}.Cubic"] = text.replace(end, forged + end)
    results = build(sources, "Compact.Certificates")
    assert not [line for each in results.values() if not each.ok for line in each.printable()]
