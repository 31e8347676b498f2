"""The length of a proof: Lean evaluates the number that Python predicts, and no other."""

from __future__ import annotations

import pytest

from pipeline.emit.names import camel
from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.transformer.claims import CLAIMS
from pipeline.transformer.family import TRANSFORMER
from pipeline.transformer.length import operations
from pipeline.transformer.strategies import STRATEGIES
from pipeline.transformer.weights import render_weights
from tests.lean_support import build, length_examples, model_of
from tests.tiny_models import noisy_arrays

SPACE = "Compact.Certificates"
EVERY = [
    *STRATEGIES.values(),
    *(each for claim in CLAIMS.values() for each in claim.strategies.values()),
]
"""The strategies of all claims."""


@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(2, 3), (4, 3), (3, 5)])
def test_lean_evaluates_the_same_length(n_ctx: int, d_vocab: int) -> None:
    name = "Long"
    model = model_of(noisy_arrays(n_ctx, n_ctx, d_vocab, 0.7))
    sources = {f"{SPACE}.{name}.Weights": render_weights(name, model)}
    for strategy in EVERY:
        found = strategy.search(model, lambda _: None)
        length = operations(strategy.checker, model, found.fields)
        says = length_examples(strategy, length)
        theorem = render_theorem(
            TRANSFORMER.form_for(model, strategy.name, found.fields),
            name,
            strategy.name,
            found.bound,
            found.fields,
            strategy.checker,
            strategy.joints(found.fields),
        )
        theorem = theorem.replace(
            "prelude\n", f"prelude\nimport Compact.Transformer.Length.{strategy.checker}\n"
        )
        end = f"end {SPACE}.{name}\n"
        sources[f"{SPACE}.{name}.{camel(strategy.name)}"] = theorem.replace(end, says + end)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


@pytest.mark.parametrize("bits", [1 << 17, 1 << 40, 1 << 2000])
def test_absurd_lanes_are_refused(bits: int) -> None:
    """Before a number as long as the memory is made."""
    model = model_of(noisy_arrays(1, 2, 3, 0.7))
    found = STRATEGIES["prefix"].search(model, lambda _: None)
    with pytest.raises(MalformedInput, match="sizeBits"):
        operations("Prefix", model, {**found.fields, "sizeBits": bits})


def test_a_longer_input_takes_a_longer_proof() -> None:
    """Lengths grow with the model, for every strategy."""
    small, large = (model_of(noisy_arrays(1, 3, v, 0.3)) for v in (3, 5))
    for strategy in EVERY:
        lengths = [
            operations(strategy.checker, model, strategy.search(model, lambda _: None).fields)
            for model in (small, large)
        ]
        assert lengths[0] < lengths[1], strategy.name
