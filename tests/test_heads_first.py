"""The first token, by boxes: what is counted is right, input by input, whatever a certificate says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from pipeline.emit.theorem import render_theorem, render_value
from pipeline.errors import MalformedInput
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.heads import first
from pipeline.recheck.heads.family import HEADS as SECOND
from pipeline.recheck.heads.lean_weights import read_weights
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.refused import Refused
from pipeline.transformer.heads.family import HEADS
from pipeline.transformer.heads.first import HeadsFirst
from pipeline.transformer.heads.length import operations
from pipeline.transformer.heads.model import HeadsModel
from pipeline.transformer.heads.weights import render_weights
from tests.heads_models import BIASES, model_of
from tests.heads_second import accepted_by, counted_by
from tests.lean_support import build, with_examples
from tests.test_heads import EACH, listed
from tests.test_heads_lifts import right
from tests.tiny_models import Arrays

SPACE = "Compact.Certificates"


def first_arrays(
    seed: int, n_ctx: int, v: int, heads: int, noise: float, biases: tuple[str, ...]
) -> Arrays:
    """Heads that attend to the first position and copy its token, with noise in sixteenths, and biases."""
    random = np.random.default_rng(seed)
    d_model, d_head = v + n_ctx, v

    def noisy(exact: np.ndarray) -> np.ndarray:
        rough = exact + noise * random.normal(0, 1, exact.shape)
        return (np.round(16 * rough) / 16).astype(np.float32)

    W_E, W_pos = np.zeros((v, d_model)), np.zeros((n_ctx, d_model))
    W_E[:, :v] = np.eye(v)
    W_pos[:, v:] = np.eye(n_ctx)
    W_Q, W_K, W_V = (np.zeros((d_model, d_head)) for _ in range(3))
    W_Q[v:, 0], W_K[v, 0] = 3.0, 3.0
    W_V[:v] = 4 * np.eye(v)
    found = {"W_E": noisy(W_E), "W_pos": noisy(W_pos), "W_U": noisy(W_E.T)}
    for name, exact in (
        ("W_Q", W_Q),
        ("W_K", W_K),
        ("W_V", W_V),
        ("W_O", W_E[:, :d_model] / heads),
    ):
        found[name] = np.stack([noisy(exact) for _ in range(heads)])
    shapes = {"b_O": (d_model,), "b_U": (v,)}
    for name in biases:
        found[name] = noisy(np.zeros(shapes.get(name, (heads, d_head))))
    return found


def tiny(
    seed: int,
    heads: int,
    n_ctx: int = 3,
    v: int = 4,
    noise: float = 0.1,
    biases: tuple[str, ...] = BIASES,
) -> HeadsModel:
    return replace(model_of(first_arrays(seed, n_ctx, v, heads, noise, biases)), task="first")


counted = counted_by(first.count, "first")
accepted = accepted_by(counted)


@pytest.mark.parametrize(("n_ctx", "d_vocab", "heads"), EACH)
def test_what_is_counted_is_right(n_ctx: int, d_vocab: int, heads: int) -> None:
    bounds = []
    kinds = [((), 0.1), (("b_Q", "b_U"), 0.2), (("b_K", "b_V", "b_O"), 0.4), (BIASES, 0.6)]
    for seed, (biases, noise) in enumerate(kinds):
        model = tiny(seed, heads, n_ctx, d_vocab, noise, biases)
        found = HeadsFirst().search(model, lambda _: None)
        second = counted(model, found.fields)
        assert second.number == found.bound
        assert listed(second) <= right(model)
        bounds.append(found.bound)
    assert max(bounds) == d_vocab**n_ctx


@pytest.mark.parametrize("seed", range(6))
def test_whatever_shares_and_leads_say(seed: int) -> None:
    random, heads, v = Random(seed), 1 + seed % 3, 4
    model = tiny(seed, heads, noise=0.5)
    honest = HeadsFirst().search(model, lambda _: None).fields
    verdicts = set[int]()
    for bits in (1, 4, 10):
        shares = [[random.getrandbits(bits * heads) | 1 for _ in range(v)] for _ in range(v)]
        leads = [[random.getrandbits(16) for _ in range(v)] for _ in range(v)]
        for change in ({"shareBits": bits, "shares": shares}, {"leads": leads}):
            found = counted(model, {**honest, **change, "bound": 0})
            assert listed(found) <= right(model)
            verdicts.add(found.number)
    assert verdicts


def forgeries(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Certificates that must be refused."""
    bound, heads, width = fields["bound"], fields["heads"], fields["width"]
    assert isinstance(bound, int)
    assert isinstance(heads, int)
    assert isinstance(width, int)
    leads, short, pos = fields["leads"], fields["tokenShort"], fields["posShort"]
    assert isinstance(leads, list)
    assert isinstance(short, list)
    assert isinstance(pos, list)
    return {
        "bound": {"bound": bound + 1},
        "heads": {"heads": heads + 1},
        "no heads": {"heads": 0},
        "cells": {"cellBits": 8},
        "leads too large": {"leads": [[each + 1 for each in row] for row in leads]},
        "shortfalls too small": {"tokenShort": [[each // 2 for each in row] for row in short]},
        "no shortfalls": {"posShort": [], "tokenShort": []},
        "no shares": {"shares": []},
        "narrow lanes": {"bits": width + 4},
        "narrow logits": {"width": 1},
    }


def theorem(name: str, model: HeadsModel, another: HeadsModel) -> str:
    """The certificate's module, with its length, and what Lean must refuse."""
    strategy = HeadsFirst()
    found = strategy.search(model, lambda _: None)
    checks = []
    for change in forgeries(found.fields).values():
        assert not accepted(model, {**found.fields, **change}), change
        with_ = ", ".join(f"{key} := {render_value(value)}" for key, value in change.items())  # type: ignore[arg-type]
        checks.append(f"HeadsFirst.check weights {{ boxes with {with_} }} = false")
    assert accepted(model, found.fields)
    assert not accepted(another, found.fields)
    checks.append(f"HeadsFirst.check {SPACE}.Another.weights boxes = false")
    length = operations(strategy.checker, model, found.fields)
    checks.append(f"Nat.beq (HeadsFirst.operations weights boxes) (nat_lit {length}) = true")
    form, joints = HEADS.form_for(model, strategy.name, {}), strategy.joints(found.fields)
    text = render_theorem(
        form, name, strategy.name, found.bound, found.fields, strategy.checker, joints
    )
    assert read_theorem(text.encode(), SECOND).claimed == found.bound
    return with_examples(
        text, checks, "Compact.Transformer.Length.HeadsFirst", f"{SPACE}.Another.Weights"
    )


def test_lean_counts_the_same() -> None:
    another = tiny(9, 2)
    sources = {f"{SPACE}.Another.Weights": render_weights("Another", another)}
    for number, model in enumerate((tiny(1, 1), tiny(2, 2), tiny(3, 3, 2, 3))):
        name = f"First{number}"
        sources[f"{SPACE}.{name}.Weights"] = render_weights(name, model)
        sources[f"{SPACE}.{name}.Boxes"] = theorem(name, model, another)
    results = build(sources, SPACE)
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_what_it_is_not_about_gets_one_line() -> None:
    with pytest.raises(MalformedInput, match="not with the largest token"):
        HeadsFirst().search(replace(tiny(0, 1), task="max"), lambda _: None)
    with pytest.raises(MalformedInput, match="needs two positions and two tokens"):
        HeadsFirst().search(tiny(0, 1, n_ctx=1), lambda _: None)
    with pytest.raises(Refused, match="the theorem is not"):
        counted_as_maximum(tiny(0, 1))


def counted_as_maximum(model: HeadsModel) -> Counted:
    fields = HeadsFirst().search(model, lambda _: None).fields
    _, weights = read_weights(render_weights("Tiny", model).encode())
    return first.count(weights, Certificate(dict(fields)))
