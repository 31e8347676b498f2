"""Models with an MLP: read as they are, and by brute force exactly the inputs that are right, and no others."""

from __future__ import annotations

import json
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
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.mlp import brute_force
from pipeline.recheck.mlp.family import MLP as SECOND
from pipeline.recheck.mlp.lean_weights import read_weights
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.compare import logits
from pipeline.transformer.heads.family import form_of
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp.brute_force import MlpBruteForce
from pipeline.transformer.mlp.length import operations
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.tasks import TASKS
from tests.lean_support import build, with_examples
from tests.mlp_models import RELU, mlp_arrays, model_of, write_mlp

SPACE = "Compact.Certificates"
SIZES = [(1, 2), (1, 4), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4)]
SOME = [("b_in",), ("b_out", "b_O"), (), ("b_in", "b_out", "b_O", "b_U", "b_Q", "b_K", "b_V")]


def right_inputs(model: MlpModel, slack: float) -> set[tuple[int, ...]]:
    """The inputs that floats say are answered rightly, by more than so much."""
    inputs = list(product(range(model.d_vocab), repeat=model.n_ctx))
    found, right = logits(model, np.array(inputs)), set()
    for x, row in zip(inputs, found, strict=True):
        label = TASKS[model.task].answer(x)
        if row[label] - np.delete(row, label).max() > slack:
            right.add(x)
    return right


def counted(model: MlpModel, fields: Mapping[str, object]) -> set[tuple[int, ...]]:
    """The inputs that the second checker counts."""
    _, weights = read_weights(render_weights("Tiny", model).encode())
    weights = replace(weights, label=TASKS[model.task].label)
    found = brute_force.count(weights, Certificate(dict(fields)))  # type: ignore[arg-type]
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) == found.number
    return set(every)


@pytest.mark.parametrize(("n_ctx", "d_vocab"), SIZES)
@pytest.mark.parametrize("heads", [1, 2])
def test_counts_what_is_right(n_ctx: int, d_vocab: int, heads: int) -> None:
    for d_mlp in (1, 2, 3):
        seed = 7 * d_mlp + heads + n_ctx
        task, biases = list(TASKS)[seed % len(TASKS)], SOME[seed % len(SOME)]
        model = replace(
            model_of(mlp_arrays(seed, n_ctx, d_vocab, heads, d_mlp, 0.3, biases)), task=task
        )
        found = MlpBruteForce().search(model, lambda _: None)
        second = counted(model, found.fields)
        assert len(second) == found.bound
        assert right_inputs(model, 1e-5) <= second <= right_inputs(model, -1e-9)


def test_neurons_matter() -> None:
    """What is proved is not what would be proved without the MLP, nor of another MLP."""
    model = model_of(mlp_arrays(3, 2, 4, 2, 3))
    right = right_inputs(model, 0)
    assert right != right_inputs(replace(model, mlp=None), 0)
    mlp = model.neurons
    signs = {name: [[-e for e in row] for row in rows] for name, rows in mlp.tensors.items()}
    assert right != right_inputs(replace(model, mlp=replace(mlp, tensors=signs)), 0)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_rounding_says(seed: int) -> None:
    model = model_of(mlp_arrays(seed, 2, 3, 1 + seed % 2, 3, 0.2))
    honest = MlpBruteForce().search(model, lambda _: None).fields
    right, verdicts = right_inputs(model, -1e-9), set[int]()
    for prec, shift, width, bits in product((0, 8, 32), (0, 40, 53), (6, 14, 40), (64, 200, 400)):
        forged = {**honest, "prec": prec, "shift": shift, "width": width, "steps": 1, "bits": bits}
        try:
            found = counted(model, forged)
        except Refused:
            continue
        assert found <= right
        verdicts.add(len(found))
    assert verdicts


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """Certificates that must be refused."""
    bound = fields["bound"]
    assert isinstance(bound, int)
    return {
        "bound": {"bound": bound + 1},
        "cells": {"cellBits": 8},
        "lanes": {"bits": 60},
        "width": {"width": 2},
        "shift": {"shift": 0},
        "prec": {"prec": 0},
        "coarse": {"shift": 400},
    }


def accepted(model: MlpModel, fields: Mapping[str, object]) -> bool:
    """What the second checker says of a certificate."""
    bound = fields["bound"]
    assert isinstance(bound, int)
    try:
        return bound <= len(counted(model, fields))
    except Refused:
        return False


def theorem(name: str, model: MlpModel, other: str) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy, form = MlpBruteForce(), form_of(model, MlpBruteForce.name)
    found = strategy.search(model, lambda _: None)
    label, checks = TASKS[model.task].label, []
    for what, change in forgeries(found.fields).items():
        assert not accepted(model, {**found.fields, **change}), what
        with_ = ", ".join(f"{key} := {render_value(value)}" for key, value in change.items())
        checks.append(f"MlpBruteForce.check {label} weights {{ bruteForce with {with_} }} = false")
    checks.append(f"MlpBruteForce.check {other} weights bruteForce = false")
    checks.append(f"MlpBruteForce.check {label} {{ weights with mlp := none }} bruteForce = false")
    assert accepted(model, found.fields)
    length = operations(strategy.checker, model, found.fields)
    checks.append(
        f"Nat.beq (MlpBruteForce.operations weights bruteForce) (nat_lit {length}) = true"
    )
    text = render_theorem(form, name, strategy.name, found.bound, found.fields, strategy.checker)
    read = read_theorem(text.encode(), SECOND)
    assert (read.claimed, read.label) == (found.bound, label)
    return with_examples(text, checks, "Compact.Transformer.Length.MlpBruteForce")


def test_lean_counts_the_same() -> None:
    sources = {}
    cases = [("max", 1, 3, "minimum", 3), ("min", 2, 2, "maximum", 2), ("last", 1, 3, "minimum", 0)]
    for number, (task, heads, d_mlp, other, some) in enumerate(cases):
        name = f"Mlp{number}"
        models = [
            replace(model_of(mlp_arrays(seed, 2, 3, heads, d_mlp, 0.3, SOME[some])), task=task)
            for seed in range(16)
        ]
        another = next(key for key, value in TASKS.items() if value.label == other)

        def ahead(model: MlpModel, another: str = another) -> int:
            return len(right_inputs(model, 0)) - len(right_inputs(replace(model, task=another), 0))

        # with another task, fewer inputs are right
        model = max(models, key=ahead)
        assert ahead(model) > 0
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.BruteForce"] = theorem(name, model, other)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_files(tmp_path: Path) -> None:
    """TransformerLens names, and settings that belong to an MLP."""
    arrays = mlp_arrays(1, 2, 3, 1, 3)
    model = read_subject(write_mlp(tmp_path / "short.safetensors", arrays))
    assert family_of(model).name == "mlp"
    long = {
        f"blocks.0.mlp.{k}" if k in ("W_in", "W_out", "b_in", "b_out") else k: v
        for k, v in arrays.items()
    }
    config = {"d_mlp": 3, "act_fn": "relu", "attn_only": False, "gated_mlp": False, "n_heads": 1}
    path = write_mlp(tmp_path / "long.safetensors", long, {"cfg": json.dumps(config)})
    same = read_subject(path)
    assert isinstance(same, MlpModel)
    assert (same.digest, same.mlp) == (model.digest, model.mlp)  # type: ignore[attr-defined]
    _, weights = read_weights(render_weights("Tiny", same).encode())
    SECOND.require_model(path.read_bytes(), weights)
    without = {name: each for name, each in arrays.items() if name not in ("b_in", "b_out")}
    zeros = {
        **without,
        "b_in": np.zeros(3, "<f4"),
        "b_out": np.zeros((1, arrays["W_E"].shape[1]), "<f4"),
    }
    digests = [
        read_subject(write_mlp(tmp_path / "z.safetensors", each)).digest
        for each in (without, zeros)
    ]
    assert digests[0] == digests[1] != model.digest


REFUSED: dict[str, tuple[dict[str, object], dict[str, str], str]] = {
    "not said": ({}, {}, "does not say that its neurons are ReLU"),
    "gelu": ({}, {"act_fn": "gelu_new"}, "train the model with act_fn = relu"),
    "beside attention": ({}, {**RELU, "parallel_attn_mlp": "True"}, "MLP beside attention"),
    "gated": ({}, {**RELU, "gated_mlp": "True"}, "gated MLP"),
    "another size": ({}, {**RELU, "d_mlp": "8"}, "d_mlp is 3"),
    "attention only": ({}, {**RELU, "attn_only": "True"}, "there is an MLP"),
    "norm": ({}, {**RELU, "normalization_type": "LN"}, "that norm has weights: fold"),
    "no W_out": ({"W_out": None}, RELU, "an MLP without W_out"),
    "a gate": ({"blocks.0.mlp.W_gate": np.ones((9, 3), "<f4")}, RELU, "an MLP"),
    "transposed": ({"W_in": np.ones((3, 9), "<f4")}, RELU, "W_in of the MLP has shape"),
    "a vector": ({"W_in": np.ones(3, "<f4")}, RELU, "W_in of the MLP has shape"),
    "b_in": ({"b_in": np.ones(4, "<f4")}, RELU, "b_in of the MLP has shape"),
    "NaN": ({"b_out": np.full(9, np.nan, "<f4")}, RELU, "NaN"),
    "twice": ({"blocks.0.mlp.b_in": np.ones(3, "<f4")}, RELU, "given twice"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, tmp_path: Path) -> None:
    change, metadata, message = REFUSED[case]
    arrays: dict[str, object] = {**mlp_arrays(1, 2, 3, 1, 3), **change}
    d_model = np.asarray(arrays["W_E"]).shape[1]
    kept = {k: _fitted(np.asarray(v), d_model) for k, v in arrays.items() if v is not None}
    path = tmp_path / "model.safetensors"
    safetensors.numpy.save_file(kept, path, metadata=metadata)
    with pytest.raises(MalformedInput, match=message):
        read_subject(path)


def _fitted(array: np.ndarray, d_model: int) -> np.ndarray:
    """Sizes of 9 in the cases above stand for `d_model`."""
    shape = tuple(d_model if size == 9 else size for size in array.shape)
    return array if shape == array.shape else np.full(shape, array.flat[0], array.dtype)


def test_the_second_checker_reads_the_file_itself(tmp_path: Path) -> None:
    arrays = mlp_arrays(1, 2, 3, 1, 3)
    model = model_of(arrays)
    _, weights = read_weights(render_weights("Tiny", model).encode())
    for change, metadata, message in (
        ({}, {"act_fn": "gelu"}, "ReLU"),
        ({}, {}, "ReLU"),
        ({"W_in": arrays["W_in"] + 1}, RELU, "W_in"),
        ({"b_out": 2 * arrays["b_out"]}, RELU, "b_out"),
    ):
        path = write_mlp(tmp_path / "other.safetensors", {**arrays, **change}, metadata)
        with pytest.raises(Refused, match=message):
            SECOND.require_model(path.read_bytes(), weights)


def test_too_many_inputs() -> None:
    with pytest.raises(MalformedInput, match="at most"):
        MlpBruteForce().search(model_of(mlp_arrays(0, 8, 4, 1, 2)), lambda _: None)
