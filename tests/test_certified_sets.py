"""What a strategy certifies is true: not only is the number of inputs right, but each of them.

The classes that a checker counts are written out as inputs and compared with the truth, which is
exact: `pipeline/transformer/strategies/truth.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Model
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import Run, inputs
from pipeline.transformer.strategies import STRATEGIES, ByClasses, Strategy
from pipeline.transformer.strategies.class_search import ClassStrategy
from pipeline.transformer.strategies.truth import Truth
from tests.lean_support import model_of
from tests.tiny_models import Arrays, noisy_arrays, random_arrays

CLASSES = [each for each in STRATEGIES.values() if isinstance(each, ByClasses)]
TABLES = [each for each in CLASSES if isinstance(each, ClassStrategy)]

Input = tuple[int, ...]


def silent(_text: str) -> None:
    pass


def right_inputs(model: Model) -> set[Input]:
    """All inputs that are answered correctly."""
    truth, tokens = Truth(circuits(model), model.frac), range(model.d_vocab)
    return {
        (*before, query)
        for query in tokens
        for before, is_right in zip(
            product(tokens, repeat=model.n_ctx - 1), truth.right(query), strict=True
        )
        if is_right
    }


def expand(n: int, runs: Iterable[Run]) -> list[Input]:
    return [each for run in runs for each in inputs(n, run)]


MODELS = st.builds(
    lambda make, seed, n_ctx, d_vocab, scale: model_of(make(seed, n_ctx, d_vocab, scale)),
    st.sampled_from([random_arrays, noisy_arrays]),
    st.integers(0, 2**32 - 1),
    st.integers(2, 4),
    st.integers(2, 4),
    st.sampled_from([0.25, 0.5, 1.0, 1.5, 4.0]),
)


@settings(deadline=None, max_examples=100)
@given(MODELS)
def test_every_certified_input_is_right(model: Model) -> None:
    right = right_inputs(model)
    for strategy in CLASSES:
        found = strategy.search(model, silent)
        certified = expand(model.n_ctx - 1, strategy.counted(model, found.fields))
        assert len(certified) == len(set(certified)) == found.bound, strategy.name
        wrong = set(certified) - right
        assert not wrong, f"{strategy.name} certifies {sorted(wrong)}"


def test_the_models_are_not_all_alike() -> None:
    """The tests above would prove nothing about models of which nothing, or all, is certified."""
    for strategy in CLASSES:
        bounds = {
            strategy.search(model_of(noisy_arrays(seed, 3, 3, scale)), silent).bound
            for seed in range(6)
            for scale in (0.25, 1.0)
        }
        assert len(bounds) > 3
        assert max(bounds) > 9


def five_five() -> Arrays:
    """The model of REFERENCE 5.5, of which an unsound way to count claims 20 inputs of 100.

    Residual stream: one-hot token, whether the query looks for 9, a constant at all positions, then
    what the head reads of token 9 and of positions.  Queries from 4 on attend only to token 9.
    """
    v, looks, constant, of_nine, of_position = 10, 10, 11, 12, 13
    d_model, d_head = 14, 2
    arrays = {
        "W_E": np.zeros((v, d_model)),
        "W_pos": np.zeros((2, d_model)),
        "W_Q": np.zeros((d_model, d_head)),
        "W_K": np.zeros((d_model, d_head)),
        "W_V": np.zeros((d_model, d_head)),
        "W_O": np.zeros((d_head, d_model)),
        "W_U": np.zeros((d_model, v)),
    }
    arrays["W_E"][:, :v] = np.eye(v)
    arrays["W_E"][4:, looks] = 1
    arrays["W_pos"][:, constant] = 1
    arrays["W_Q"][looks, 0] = arrays["W_K"][9, 0] = 6
    arrays["W_V"][9, 0] = arrays["W_V"][constant, 1] = 1
    arrays["W_O"][0, of_nine] = arrays["W_O"][1, of_position] = 1
    arrays["W_U"][of_nine] = [-1, -10, *[-1] * 7, 0]
    arrays["W_U"][of_position, 1] = 6
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def test_reference_counterexample_has_18_right_inputs() -> None:
    right = right_inputs(model_of(five_five()))
    from_nine = {(9, query) for query in range(4, 10)} | {(token, 9) for token in range(9)}
    assert right == {(0, 1), (1, 0), (1, 1)} | from_nine
    assert len(right) == 18


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
def test_no_strategy_claims_more_of_the_counterexample(strategy: Strategy) -> None:
    claimed = strategy.search(model_of(five_five()), silent).bound
    assert 0 < claimed <= 18
