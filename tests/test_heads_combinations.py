"""Every combination of heads and biases: logits are those of torch, and what any strategy counts is right.

For each number of heads and each set of biases; positions, tokens and tasks take turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from examples.heads_network import HeadsModel as Network
from examples.heads_network import HeadsShape
from pipeline.emit.theorem import render_theorem
from pipeline.errors import MalformedInput
from pipeline.families import read_subject
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.lean_file import read_theorem
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.lifts import reversed_model
from pipeline.transformer.heads.model import HeadsModel
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.test_heads_first import tiny as first_model
from tests.test_heads_lifts import about, right

SUBSETS = [chosen for k in range(len(BIASES) + 1) for chosen in combinations(BIASES, k)]
SIZES = [(n_ctx, v) for n_ctx in (1, 2, 3) for v in (2, 3, 4)]
STRATEGIES = ("quartic", "mixed", "cubic", "prefix", "low-rank-qk", "boxes", "brute-force")


@pytest.mark.parametrize("heads", [1, 2, 3])
@pytest.mark.parametrize("n_ctx", [1, 2, 4])
def test_logits_are_those_of_torch(tmp_path: Path, n_ctx: int, heads: int) -> None:
    """In float64, for every set of biases, on random inputs."""
    random = torch.Generator().manual_seed(n_ctx * heads)
    path = tmp_path / "model.safetensors"
    differences = []
    for number, biases in enumerate(SUBSETS):
        network = Network(HeadsShape(n_ctx, 5, heads, 6, 2, biases=True), random)
        with torch.no_grad():
            for name in BIASES:
                parameter = getattr(network, name)
                drawn = torch.randn(parameter.shape, generator=random)
                parameter.copy_(drawn if name in biases else torch.zeros_like(drawn))
        state = network.transformer_lens_state()
        arrays = {name: each.detach().numpy() for name, each in state.items()}
        if number % 2:  # biases that are zero may also be missing
            arrays = {
                name: each
                for name, each in arrays.items()
                if np.any(each) or not name.rpartition(".")[2].startswith("b_")
            }
        safetensors.numpy.save_file(arrays, path)
        model = read_subject(path)
        if not isinstance(model, HeadsModel):  # one head without biases
            assert heads == 1
            assert not biases
            continue
        present = {*model.biases, *(name for head in model.heads for name in head.biases)}
        assert present == set(biases)
        inputs = torch.randint(5, (40, n_ctx), generator=random)
        theirs = network.double()(inputs).detach().numpy()
        differences.append(np.abs(logits(model, inputs.numpy()) - theirs).max())
    assert len(differences) >= len(SUBSETS) - 1
    assert max(differences) < 1e-9


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
    assert used >= by_both | {("first", "boxes"), ("first", "brute-force"), ("last", "brute-force")}
    assert proved > 200
