"""Counting with tokens that fail, whatever the levels: what is certified is true, and Lean counts the same.

The levels of a certificate are the search's choice.  Any are sound: none, one, levels that no input can use.
"""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.emit.names import definition_name, quoted
from pipeline.emit.theorem import Value, render_theorem, render_value
from pipeline.model import Model
from pipeline.transformer.checker.classes import Run, count, inputs
from pipeline.transformer.checker.leads import exact_leads
from pipeline.transformer.checker.mixture import Levels
from pipeline.transformer.family import FORM
from pipeline.transformer.strategies.margin import CubicMargin, Dyadic
from pipeline.transformer.strategies.mixture import LeadStrategy, candidates
from pipeline.transformer.strategies.prefix import Prefix
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.test_certified_sets import MODELS, right_inputs
from tests.tiny_models import noisy_arrays

STRATEGIES: list[LeadStrategy] = [CubicMargin(Dyadic(0, 0)), Prefix()]
LEVELS = st.integers(1, 12).flatmap(
    lambda parts: st.builds(
        Levels, st.just(parts), st.sets(st.integers(0, 2 * parts), max_size=6).map(sorted)
    )
)


def silent(_text: str) -> None:
    pass


@settings(deadline=None, max_examples=60)
@given(MODELS, LEVELS)
def test_any_levels_are_sound(model: Model, levels: Levels) -> None:
    t = STRATEGIES[0].find(model, silent).tables
    right = right_inputs(model)
    for strategy in STRATEGIES:
        runs = list(strategy.graded(t, exact_leads(t), levels))
        certified = [each for run in runs for each in inputs(t.n, run)]
        assert len(certified) == len(set(certified)) == count(t.n, runs)
        assert not set(certified) - right, strategy.name


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(1, 4), st.integers(0, 20))
def test_the_power_counts_what_there_is(levels: list[int], others: int, parts: int) -> None:
    run = Run(0, 9, others, others, range(len(levels)), levels, parts)
    there = sum(sum(each) <= parts for each in product(levels, repeat=others))
    assert run.count(others) == there


def test_more_levels_count_more() -> None:
    """The search would gain nothing otherwise; with the model of `tests/test_certified_sets.py` nothing may be lost."""
    gained = 0
    for seed in range(8):
        t = STRATEGIES[0].find(model_of(noisy_arrays(seed, 4, 8, 1.0)), silent).tables
        for strategy in STRATEGIES:
            few, *_, many = [  # few positions: from the fewest levels to the most
                count(t.n, list(strategy.graded(t, exact_leads(t), each)))
                for each in candidates(t.n)
            ]
            assert few <= many
            gained += many > few
    assert gained


def fields_with(strategy: LeadStrategy, model: Model, levels: Levels) -> dict[str, Value]:
    """A certificate with these levels, and one block for each maximum."""
    found = strategy.search(model, silent)
    t = strategy.find(model, silent).tables
    runs = list(strategy.graded(t, exact_leads(t), levels))
    counted = [sum(run.count(t.n) for run in runs if run.maximum == m) for m in range(t.v)]
    changed: dict[str, Value] = {
        "parts": levels.parts,
        "levels": list(levels.levels),
        **strategy.own_claims(t, levels, runs),
        "blocks": [[1, number] for number in counted],
        "bound": sum(counted),
    }
    return {name: changed.get(name, value) for name, value in found.fields.items()}


def test_lean_counts_the_same_with_odd_levels() -> None:
    model = model_of(noisy_arrays(3, 4, 4, 1.2))
    odd = [Levels(1, [1]), Levels(5, [0, 2, 3, 9]), Levels(12, range(13)), Levels(4, [])]
    sources = {}
    for number, levels in enumerate(odd):
        name = f"Mixture{number}"
        sources[f"Compact.Certificates.{name}.Weights"] = render_weights(name, model)
        for strategy in [Prefix()]:  # the other's theorems are of margins (`tests/test_margin.py`)
            fields = fields_with(strategy, model, levels)
            bound = fields["bound"]
            assert isinstance(bound, int)
            blocks = fields["blocks"]
            assert isinstance(blocks, list)
            most = [[1, inputs_ + 1] for _, inputs_ in blocks]  # type: ignore[misc]
            text = render_theorem(
                FORM, name, strategy.name, bound, fields, joints=strategy.joints(fields)
            )
            data = quoted(definition_name(strategy.name))
            forged = "".join(
                f"example : {strategy.checker}.check weights {{ {data} with blocks :="
                f" {render_value(one)} }} = false := by decide +kernel\n"
                for one in (
                    [most[0], *blocks[1:]],
                    [*blocks[:-1], most[-1]],
                    [*blocks, [1, 0]],
                )
            )
            end = f"end Compact.Certificates.{name}\n"
            sources[f"Compact.Certificates.{name}.{strategy.checker}"] = text.replace(
                end, forged + end
            )
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected
