"""Every combination of heads and biases: what any strategy counts is right.  (Logits: `test_forward_in_torch`.)

For each number of heads and each set of biases; positions, tokens and tasks take turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import pytest

from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.lean_file import read_theorem
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.lifts import reversed_model
from pipeline.transformer.heads.model import HeadsModel
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.test_heads_first import tiny as first_model
from tests.test_heads_lifts import about, right

SUBSETS = [chosen for k in range(len(BIASES) + 1) for chosen in combinations(BIASES, k)]
SIZES = [(n_ctx, v) for n_ctx in (1, 2, 3) for v in (2, 3, 4)]
STRATEGIES = ("quartic", "mixed", "cubic", "prefix", "low-rank-qk", "boxes", "brute-force")


def tasks(number: int, heads: int, biases: tuple[str, ...]) -> Iterator[HeadsModel]:
    """A model for each task; most are nearly perfect at it, some are not."""
    (n_ctx, v), noise = SIZES[number % len(SIZES)], (0.1, 0.25, 0.6)[number % 3]
    model = model_of(heads_arrays(number, n_ctx, v, heads, noise, biases))
    yield model
    yield replace(reversed_model(model), task="min")
    yield replace(model, task="last")
    yield replace(first_model(number, heads, n_ctx, v, noise, biases), task="first")


def counted(model: HeadsModel, name: str) -> tuple[int, set[tuple[int, ...]]]:
    """What a certificate claims, and the inputs that the second checker counts for it."""
    strategy = HEADS.to_claim("accuracy", name, model)
    found = strategy.search(model, lambda _: None)
    form, joints = HEADS.form_for(model, strategy.name, found.fields), strategy.joints(found.fields)
    text = render_theorem(
        form, "Tiny", strategy.name, found.bound, found.fields, strategy.checker, joints
    )
    read = read_theorem(text.encode(), SECOND)
    said = SECOND.counts[read.checker](about(model, read), read.certificate)
    assert said.number >= found.bound
    every = [x for group in said.groups for x in group.all()]
    assert len(set(every)) == len(every)
    return found.bound, set(every)


@pytest.mark.parametrize("heads", [1, 2, 3])
def test_what_any_strategy_counts_is_right(heads: int) -> None:
    used = set[tuple[str, str]]()
    proved = 0
    for number, biases in enumerate(SUBSETS):
        for model in tasks(number, heads, biases):
            truth = right(model)
            for strategy in STRATEGIES:
                try:
                    bound, inputs = counted(model, strategy)
                except MalformedInput:  # another task, one position, several heads
                    continue
                assert inputs <= truth, (biases, model.task, strategy)
                assert bound <= len(inputs)
                used.add((model.task, strategy))
                proved += bound > 0
    by_both = set(product(("max", "min"), ("quartic", "mixed", "cubic", "prefix", "brute-force")))
    by_position = set(product(("first", "last"), ("quartic", "mixed", "cubic", "brute-force")))
    assert used >= by_both | by_position | {("first", "boxes")}
    assert proved > 200
