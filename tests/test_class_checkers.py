"""The strategies that count classes from tables (others: `test_low_rank.py`): Lean counts what the mirrors count.

Each certificate is accepted, and refused for a bound that is one too high, for tables that are
forged and for the weights of another model.
"""

from __future__ import annotations

import pytest

from pipeline.emit.names import camel, definition_name, quoted
from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.transformer.strategies import STRATEGIES, ByClasses, Certificate, Strategy
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, model_of
from tests.tiny_models import noisy_arrays, perfect_arrays, random_arrays

SPACE = "Compact.Certificates"
CLASSES = [each for each in STRATEGIES.values() if isinstance(each, ClassStrategy)]

each_strategy = pytest.mark.parametrize("strategy", CLASSES, ids=lambda each: each.name)
by_classes = pytest.mark.parametrize(
    "strategy",
    [each for each in STRATEGIES.values() if isinstance(each, ByClasses)],
    ids=lambda each: each.name,
)


def certificate(strategy: Strategy, model: Model) -> Certificate:
    return strategy.search(model, lambda _: None)


def test_all_are_registered() -> None:
    assert [each.name for each in CLASSES] == ["quartic", "mixed", "cubic", "prefix"]


@each_strategy
@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(2, 4), (3, 4), (5, 3)])
def test_perfect_model(strategy: ClassStrategy, n_ctx: int, d_vocab: int) -> None:
    assert certificate(strategy, model_of(perfect_arrays(n_ctx, d_vocab))).bound == d_vocab**n_ctx


@by_classes
def test_fields_are_those_that_verification_expects(strategy: ByClasses) -> None:
    found = certificate(strategy, model_of(perfect_arrays(2, 3)))
    assert list(found.fields) == list(strategy.fields())
    assert found.fields["bound"] == found.bound
    for name, kind in strategy.fields().items():
        assert isinstance(found.fields[name], int if kind == "nat" else list), name


@by_classes
def test_one_position_is_refused(strategy: ByClasses) -> None:
    with pytest.raises(MalformedInput, match="two positions"):
        certificate(strategy, model_of(random_arrays(0, 1, 3)))


def checks(name: str, strategy: Strategy, model: Model) -> dict[str, str]:
    """The certificate's module, and what Lean must refuse."""
    found = certificate(strategy, model)
    module, data = camel(strategy.name), quoted(definition_name(strategy.name))
    forged = {
        "bound": f"nat_lit {found.bound + 1}",
        "mass": "[" + ", ".join(["nat_lit 1"] * model.d_vocab) + "]",
        "width": "nat_lit 1",
        "own": "[]",
        "n": f"nat_lit {model.n_ctx}",
    }
    claims = [f"weights {{ {data} with {field} := {value} }}" for field, value in forged.items()]
    claims.append(f"{SPACE}.Another.weights {data}")
    refused = "".join(
        f"example : {module}.check {claim} = false := by decide +kernel\n" for claim in claims
    )
    end = f"end {SPACE}.{name}\n"
    theorem = render_theorem(name, strategy.name, found.bound, found.fields, strategy.checker)
    theorem = theorem.replace("prelude\n", f"prelude\nimport {SPACE}.Another.Weights\n")
    return {f"{SPACE}.{name}.{module}": theorem.replace(end, refused + end)}


def test_lean_counts_the_same() -> None:
    arrays = [
        random_arrays(3, 2, 4, 1.5),
        random_arrays(5, 4, 2, 1.5),
        noisy_arrays(1, 3, 4, 1.0),
        noisy_arrays(2, 2, 3, 1.0),
        perfect_arrays(4, 3),
    ]
    another = model_of(noisy_arrays(7, 3, 3, 0.3))
    sources = {f"{SPACE}.Another.Weights": render_weights("Another", another)}
    for number, model in enumerate(map(model_of, arrays)):
        name = f"Classes{number}"
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        for strategy in CLASSES:
            sources |= checks(name, strategy, model)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected
