"""Models with several heads or biases: Lean counts what the search and the second checker count, no more."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import pytest

from pipeline.emit.names import theorem_module
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.refused import Refused
from pipeline.strategy import Strategy
from pipeline.transformer.heads.cubic import HeadsCubic
from pipeline.transformer.heads.mixed import ByHead, MixedByHead, PrefixByHead
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.quartic import HeadsQuartic
from pipeline.transformer.heads.weights import render_weights
from tests import test_heads, test_heads_cubic, test_heads_mixed
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.heads_module import SPACE, changed, module, require_accepted

Strategies = tuple[Strategy, ModuleType]
EACH: Sequence[Strategies] = (
    (HeadsQuartic(), test_heads),
    (HeadsCubic(), test_heads_cubic),
    (PrefixByHead(), test_heads_mixed),
    (MixedByHead(), test_heads_mixed),
)


def theorem(
    name: str, model: HeadsModel, another: HeadsModel, strategy: Strategy, tests: ModuleType
) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    found = strategy.search(model, lambda _: None)
    checks = []
    for change in tests.forgeries(found.fields).values():
        assert not tests.accepted(model, {**found.fields, **change})
        checks.append(changed(strategy, change))
    assert tests.accepted(model, found.fields)
    assert not tests.accepted(another, found.fields)
    return module(name, model, strategy, found, checks, "Another")


def test_lean_counts_the_same() -> None:
    another = model_of(heads_arrays(9, 3, 4, 2, 0.1))
    sources = {f"{SPACE}.Another.Weights": render_weights("Another", another)}
    models = [(3, 4, 2, 0.15, BIASES), (3, 4, 1, 0.15, BIASES), (3, 4, 3, 0.1, ("b_Q",))]
    for number, (n_ctx, d_vocab, heads, noise, biases) in enumerate(models):
        name = f"Heads{number}"
        model = model_of(heads_arrays(3, n_ctx, d_vocab, heads, noise, biases))
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        for strategy, tests in EACH:
            if heads == 1 and isinstance(strategy, ByHead):
                continue
            sources[theorem_module(name, strategy.name)] = theorem(
                name, model, another, strategy, tests
            )
    require_accepted(sources)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("b_K := some b_K_0", "b_K := some b_K_1"),
        ("W_V := W_V_1", "W_V := W_V_0"),
        ("mlp := none", "mlp := some mlp"),
        ("b_O := some b_O", "b_O := none"),
        ("W_U := W_U", "W_U := W_E"),
        ("def b_U :", "def b_X :"),
    ],
)
def test_weights_that_are_mixed_up_are_refused(old: str, new: str) -> None:
    text = render_weights("Tiny", model_of(heads_arrays(0, 2, 3, 2, 0.1)))
    assert text.count(old) == 1
    with pytest.raises(Refused):
        read_weights(text.replace(old, new).encode())
