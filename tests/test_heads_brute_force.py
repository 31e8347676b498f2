"""Brute force for any number of heads, biases and task: exactly the inputs that are right, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from pipeline.emit.theorem import render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.families import family_of, read_subject
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.heads import brute_force, quartic
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.brute_force import HeadsBruteForce
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.heads.family import form_of
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.quartic import HeadsQuartic
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.tasks import TASK_VARIABLE, TASKS
from tests.heads_models import BIASES, heads_arrays, model_of
from tests.lean_support import build, with_examples
from tests.tiny_models import random_arrays, write_model

SPACE = "Compact.Certificates"
SIZES = [(n_ctx, d_vocab) for n_ctx in (1, 2, 3) for d_vocab in (2, 3, 4)]


def right_inputs(model: HeadsModel, slack: float) -> set[tuple[int, ...]]:
    """The inputs that floats say are answered rightly, by more than so much."""
    inputs = list(product(range(model.d_vocab), repeat=model.n_ctx))
    found, right = logits(model, np.array(inputs)), set()
    for x, row in zip(inputs, found, strict=True):
        label = TASKS[model.task].answer(x)
        if row[label] - np.delete(row, label).max() > slack:
            right.add(x)
    return right


def counted(model: HeadsModel, fields: Mapping[str, object]) -> set[tuple[int, ...]]:
    """The inputs that the second checker counts."""
    _, weights = read_weights(render_weights("Tiny", model).encode())
    weights = replace(weights, label=TASKS[model.task].label)
    found = brute_force.count(weights, Certificate(dict(fields)))  # type: ignore[arg-type]
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) == found.number
    return set(every)


@pytest.mark.parametrize(("n_ctx", "d_vocab"), SIZES)
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_counts_what_is_right(n_ctx: int, d_vocab: int, heads: int) -> None:
    for seed, (task, noise) in enumerate(product(TASKS, (0.1, 1.0))):
        biases = BIASES[seed % 3 :]
        arrays = heads_arrays(seed, n_ctx, d_vocab, heads, noise, biases)
        model = replace(model_of(arrays), task=task)
        found = HeadsBruteForce().search(model, lambda _: None)
        second = counted(model, found.fields)
        assert len(second) == found.bound
        assert right_inputs(model, 1e-6) <= second <= right_inputs(model, -1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_rounding_says(seed: int) -> None:
    model = replace(model_of(heads_arrays(seed, 2, 4, 2, 0.3)), task=list(TASKS)[seed])
    honest = HeadsBruteForce().search(model, lambda _: None).fields
    right, verdicts = right_inputs(model, -1e-9), set[int]()
    for prec, shift, width in product((0, 1, 8, 32), (0, 40, 53, 60), (0, 6, 14, 40)):
        forged = {**honest, "prec": prec, "shift": shift, "width": width, "steps": 2}
        try:
            found = counted(model, forged)
        except Refused:
            continue
        assert found <= right
        verdicts.add(len(found))
    assert len(verdicts) > 1


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """Certificates that must be refused."""
    bound = fields["bound"]
    assert isinstance(bound, int)
    return {
        "bound": {"bound": bound + 1},
        "cells": {"cellBits": 8},
        "width": {"width": 1},
        "shift": {"shift": 0},
        "prec": {"prec": 0},
        "coarse": {"shift": 400},
    }


def accepted(model: HeadsModel, fields: Mapping[str, object]) -> bool:
    """What the second checker says of a certificate."""
    bound = fields["bound"]
    assert isinstance(bound, int)
    try:
        return bound <= len(counted(model, fields))
    except Refused:
        return False


def theorem(name: str, model: HeadsModel, other: str) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy, form = HeadsBruteForce(), form_of(model, HeadsBruteForce.name)
    found = strategy.search(model, lambda _: None)
    label = TASKS[model.task].label
    checks = []
    for change in forgeries(found.fields).values():
        assert not accepted(model, {**found.fields, **change})
        with_ = ", ".join(f"{key} := {render_value(value)}" for key, value in change.items())
        checks.append(
            f"HeadsBruteForce.check {label} weights {{ bruteForce with {with_} }} = false"
        )
    checks.append(f"HeadsBruteForce.check {other} weights bruteForce = false")
    assert accepted(model, found.fields)
    length = operations(strategy.checker, model, found.fields)
    checks.append(
        f"Nat.beq (HeadsBruteForce.operations weights bruteForce) (nat_lit {length}) = true"
    )
    text = render_theorem(form, name, strategy.name, found.bound, found.fields, strategy.checker)
    read = read_theorem(text.encode(), SECOND)
    assert (read.claimed, read.label) == (found.bound, label)
    return with_examples(text, checks, "Compact.Transformer.Length.HeadsBruteForce")


def test_lean_counts_the_same() -> None:
    sources = {}
    cases = [
        ("max", 1, "minimum"),
        ("min", 2, "maximum"),
        ("first", 3, "last"),
        ("last", 2, "first"),
    ]
    for number, (task, heads, other) in enumerate(cases):
        name = f"BruteForceHeads{number}"
        models = [
            replace(model_of(heads_arrays(seed, 2, 3, heads, 0.4)), task=task) for seed in range(8)
        ]
        # the model that is best at the task: with another task, fewer inputs are right
        model = max(models, key=lambda each: len(right_inputs(each, 0)))
        assert len(right_inputs(model, 0)) > len(
            right_inputs(replace(model, task=_named(other)), 0)
        )
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.BruteForce"] = theorem(name, model, other)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def _named(label: str) -> str:
    return next(name for name, task in TASKS.items() if task.label == label)


def test_the_task_is_that_of_the_file_or_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    for arrays in (heads_arrays(0, 2, 3, 2), random_arrays(0, 2, 3)):
        safetensors.numpy.save_file(arrays, path, metadata={"task": "min"})
        model = read_subject(path)
        assert isinstance(model, HeadsModel)
        assert model.task == "min"
        monkeypatch.setenv(TASK_VARIABLE, "first")
        model = read_subject(path)
        assert isinstance(model, HeadsModel)
        assert model.task == "first"
        monkeypatch.setenv(TASK_VARIABLE, "sort")
        with pytest.raises(MalformedInput, match="unknown task"):
            read_subject(path)
        monkeypatch.delenv(TASK_VARIABLE)
    monkeypatch.setenv(TASK_VARIABLE, "max")
    assert family_of(read_subject(path)).name == "transformer"


def test_a_theorem_about_another_task_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    safetensors.numpy.save_file(heads_arrays(0, 2, 3, 2), path, metadata={"task": "min"})
    model = read_subject(path)
    _, weights = read_weights(render_weights("Tiny", model).encode())  # type: ignore[arg-type]
    SECOND.require_model(path.read_bytes(), replace(weights, label="minimum"))
    with pytest.raises(Refused, match="the task maximum"):
        SECOND.require_model(path.read_bytes(), weights)
    monkeypatch.setenv(TASK_VARIABLE, "first")
    with pytest.raises(Refused, match="the task minimum"):
        SECOND.require_model(path.read_bytes(), replace(weights, label="minimum"))


def test_quartic_is_about_the_maximum() -> None:
    model = model_of(heads_arrays(3, 3, 4, 2, 0.15))
    with pytest.raises(MalformedInput, match="not with the first token"):
        HeadsQuartic().search(replace(model, task="first"), lambda _: None)
    fields = HeadsQuartic().search(model, lambda _: None).fields
    _, weights = read_weights(render_weights("Tiny", model).encode())
    with pytest.raises(Refused, match="the maximum"):
        quartic.count(replace(weights, label="minimum"), Certificate(dict(fields)))


def test_warns_of_a_model_for_another_task(tmp_path: Path) -> None:
    perfect = heads_arrays(0, 2, 4, 2, 0.0, ())
    notes = {}
    for task in ("max", "min"):
        path = tmp_path / f"{task}.safetensors"
        safetensors.numpy.save_file(perfect, path, metadata={"task": task})
        model = read_subject(path)
        assert isinstance(model, HeadsModel)
        notes[task] = [note for note in model.notes if "did you mean --task max" in note]
    assert (len(notes["max"]), len(notes["min"])) == (0, 1)


def test_too_many_inputs(tmp_path: Path) -> None:
    model = read_subject(write_model(tmp_path / "m.safetensors", heads_arrays(0, 8, 4, 2, 0.0)))
    assert isinstance(model, HeadsModel)
    with pytest.raises(MalformedInput, match="at most"):
        HeadsBruteForce().search(model, lambda _: None)
