"""The smallest token by what proves the largest, and one head with biases by what proves plain models.

What is counted is right, and lemmas that are mixed up are refused, by Lean and by the second checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from pipeline.emit.names import definition_name, quoted, theorem_module
from pipeline.emit.theorem import Value, render_theorem
from pipeline.errors import MalformedInput
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.heads.weights import Weights
from pipeline.recheck.lean_file import TheoremFile, read_theorem
from pipeline.recheck.recheck import verdict
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.lifts import reversed_model
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.tasks import TASKS
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.lean_support import build, with_examples

SPACE = "Compact.Certificates"
SEVERAL = ("quartic", "cubic")
BY_HEAD = ("mixed-by-head", "prefix-by-head")
ONE_HEAD = ("mixed", "prefix", "prefix-top2", "low-rank-qk", "low-rank-qk-eu", "quadratic-qk")


def tiny(
    seed: int,
    task: str,
    heads: int,
    biases: tuple[str, ...] = BIASES,
    n_ctx: int = 3,
    noise: float = 0.1,
) -> HeadsModel:
    """A model that is nearly perfect at its task."""
    model = model_of(heads_arrays(seed, n_ctx, 4, heads, noise, biases))
    return model if task == "max" else replace(reversed_model(model), task=task)


def right(model: HeadsModel) -> set[tuple[int, ...]]:
    """All inputs that floats do not say are answered wrongly."""
    inputs = np.array(list(product(range(model.d_vocab), repeat=model.n_ctx)))
    found, rows = logits(model, inputs), np.arange(len(inputs))
    label = np.array([TASKS[model.task].answer(x) for x in inputs.tolist()])
    answer = found[rows, label].copy()
    found[rows, label] = -np.inf
    return {tuple(map(int, x)) for x in inputs[answer - found.max(axis=1) > -1e-9]}


def theorem(name: str, model: HeadsModel, strategy: str) -> tuple[str, Mapping[str, Value], int]:
    """The certificate's module, its fields and its bound."""
    chosen = HEADS.strategy(strategy)
    found = chosen.search(model, lambda _: None)
    form, joints = HEADS.form_for(model, strategy, found.fields), chosen.joints(found.fields)
    text = render_theorem(form, name, strategy, found.bound, found.fields, chosen.checker, joints)
    return text, found.fields, found.bound


def about(model: HeadsModel, read: TheoremFile) -> Weights:
    """The weights that a theorem is about, for the second checker."""
    assert read.label is not None
    _, weights = read_weights(render_weights("Tiny", model).encode())
    return replace(weights, label=read.label, lifts=read.lifts)


@pytest.mark.parametrize("task", ["max", "min"])
@pytest.mark.parametrize("strategy", [*SEVERAL, *BY_HEAD, *ONE_HEAD])
def test_what_is_counted_is_right(strategy: str, task: str) -> None:
    bounds = []
    kinds = [((), 0.05), (("b_Q", "b_U"), 0.1), (("b_K", "b_V", "b_O"), 0.2), (BIASES, 0.3)]
    for seed, (biases, noise) in enumerate(kinds):
        for n_ctx in (2, 3):
            heads = 2 if strategy in SEVERAL and task == "min" and n_ctx == 3 else 1
            heads = 2 if strategy in BY_HEAD else heads
            model = tiny(seed, task, heads, biases, n_ctx, noise)
            text, _, bound = theorem("Tiny", model, strategy)
            read = read_theorem(text.encode(), SECOND)
            counted = SECOND.counts[read.checker](about(model, read), read.certificate)
            assert counted.number >= bound == read.claimed
            every = [x for group in counted.groups for x in group.all()]
            assert len(set(every)) == len(every)
            assert set(every) <= right(model)
            bounds.append(bound)
    assert max(bounds) > 4


def test_logits_are_renumbered_as_tokens_are() -> None:
    model = model_of(heads_arrays(5, 3, 4, 2, 0.5))
    inputs = np.array(list(product(range(4), repeat=3)))
    there, here = logits(reversed_model(model), 3 - inputs), logits(model, inputs)
    assert np.abs(there[:, ::-1] - here).max() < 1e-9
    assert reversed_model(reversed_model(model)).tensors == model.tensors


MIXED_UP = {
    "another task": ("Correct R minimum", "Correct R maximum"),
    "not reversed": ("sound R weights.reversed", "sound R weights"),
    "another model": ("folded R weights.reversed", "folded R weights"),
    "not folded": (".reversed.folded", ".reversed"),
    "no lemma": ("minimum_of_reversed R weights (by decide +kernel) (", "("),
    "twice": (".reversed.folded", ".reversed.reversed.folded"),
    "the wrong way round": (".reversed.folded", ".folded.reversed"),
    "another lemma": ("maximum_of_folded R", "minimum_of_reversed R"),
}


def test_lean_and_the_second_checker_agree() -> None:
    sources, expected = dict[str, str](), dict[str, bool]()
    two, one = tiny(1, "min", 2), tiny(2, "min", 1)
    for name, model, strategies in (
        ("Two", two, (*SEVERAL, *BY_HEAD)),
        ("One", one, ("prefix", "low-rank-qk")),
        ("Largest", tiny(2, "max", 1), ("prefix", "low-rank-qk")),
    ):
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        for strategy in strategies:
            text, fields, bound = theorem(name, model, strategy)
            checker = HEADS.strategy(strategy).checker
            form = HEADS.form_for(model, strategy, fields)
            data = quoted(definition_name(strategy))
            length = operations(checker, model, fields)
            said = f"({form.subject('weights')})"
            checks = [f"Nat.beq ({checker}.operations {said} {data}) (nat_lit {length}) = true"]
            checks.append(f"{checker}.check {said} {{ {data} with bound := {bound + 1} }} = false")
            full = with_examples(text, checks, form.length_module(checker))
            sources[theorem_module(name, strategy)] = full
            expected[theorem_module(name, strategy)] = True
    text, _, _ = theorem("One", one, "prefix")
    assert accepted(one, text)
    for number, (kind, (old, new)) in enumerate(MIXED_UP.items()):
        assert old in text, kind
        forged = text.replace(old, new)
        assert not accepted(one, forged), kind
        sources[f"{SPACE}.One.Forged{number}"] = forged
        expected[f"{SPACE}.One.Forged{number}"] = False
    results = build(sources, SPACE)
    assert {name: results[name].ok for name in expected} == expected


def accepted(model: HeadsModel, text: str) -> bool:
    """What the second checker says of a certificate's module."""
    try:
        read = read_theorem(text.encode(), SECOND)
    except Refused:
        return False
    return verdict(SECOND, about(model, read), read.checker, read.certificate).accepted


@pytest.mark.parametrize("strategy", [*SEVERAL, *BY_HEAD, *ONE_HEAD])
def test_other_tasks_and_several_heads_get_one_line(strategy: str) -> None:
    model = replace(tiny(0, "max", 2 if strategy in BY_HEAD else 1), task="first")
    with pytest.raises(MalformedInput, match="largest or smallest token, not with the first token"):
        HEADS.strategy(strategy).search(model, lambda _: None)
    if strategy in ONE_HEAD:
        with pytest.raises(MalformedInput, match="takes models with one head, and this one has 2"):
            HEADS.strategy(strategy).search(tiny(0, "max", 2), lambda _: None)
