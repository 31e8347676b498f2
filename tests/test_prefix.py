"""Prefixes of the tokens: never more than the truth, and Lean counts what the mirror counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.checker.circuits import circuits
from pipeline.emit.theorem import render_theorem
from pipeline.emit.weights import render_weights
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategies import STRATEGIES, Certificate
from pipeline.strategies.truth import Truth
from tests.lean_support import build, model_of
from tests.tiny_models import perfect_arrays, random_arrays

PREFIX = STRATEGIES["prefix"]


def certificate(model: Model) -> Certificate:
    return PREFIX.search(model, lambda _: None)


def truth(model: Model) -> int:
    exact = Truth(circuits(model), model.frac)
    return sum(sum(exact.right(query)) for query in range(model.d_vocab))


SIZES = [(n_ctx, d_vocab) for n_ctx in (2, 3) for d_vocab in (2, 3, 4)]


def test_never_more_than_the_truth() -> None:
    bounds = []
    for seed in range(8):
        for n_ctx, d_vocab in SIZES:
            model = model_of(random_arrays(seed, n_ctx, d_vocab, 1.5))
            bounds.append(certificate(model).bound)
            assert bounds[-1] <= truth(model)
    assert len(set(bounds)) > 3, "the models are all alike"


@pytest.mark.parametrize(("n_ctx", "d_vocab"), [(2, 4), (3, 4), (5, 3)])
def test_perfect_model(n_ctx: int, d_vocab: int) -> None:
    assert certificate(model_of(perfect_arrays(n_ctx, d_vocab))).bound == d_vocab**n_ctx


def test_fields_are_those_that_verification_expects() -> None:
    found = certificate(model_of(perfect_arrays(2, 3)))
    assert list(found.fields) == list(PREFIX.fields())
    for name, kind in PREFIX.fields().items():
        assert isinstance(found.fields[name], int if kind == "nat" else list), name


def test_one_position_is_refused() -> None:
    with pytest.raises(MalformedInput, match="two positions"):
        certificate(model_of(random_arrays(0, 1, 3)))


def checks(name: str, model: Model, found: Certificate) -> dict[str, str]:
    """Lean must accept the bound, refuse one more, and refuse claims and tables that are false."""
    theorem = render_theorem(name, "prefix", found.bound, found.fields)
    space = f"Compact.Certificates.{name}"
    forged = {
        "bound": f"nat_lit {found.bound + 1}",
        "mass": "[" + ", ".join(["nat_lit 1"] * model.d_vocab) + "]",
        "width": "nat_lit 1",
        "own": "[]",
        "n": f"nat_lit {model.n_ctx}",
    }
    examples = "".join(
        f"example : Prefix.check weights {{ «prefix» with {field} := {value} }} = false := by\n"
        "  decide +kernel\n"
        for field, value in forged.items()
    )
    return {
        f"{space}.Weights": render_weights(name, model),
        f"{space}.Prefix": theorem.replace(f"end {space}\n", f"{examples}end {space}\n"),
    }


def test_lean_counts_the_same() -> None:
    models = [model_of(random_arrays(seed, *size, 1.5)) for seed, size in enumerate(SIZES)]
    models += [model_of(perfect_arrays(3, 3)), model_of(perfect_arrays(5, 2))]
    sources: dict[str, str] = {}
    for number, model in enumerate(models):
        sources |= checks(f"Prefixes{number}", model, certificate(model))
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected


def test_certificate_for_other_weights_is_rejected() -> None:
    model = model_of(perfect_arrays(3, 3))
    altered = {**model.tensors, "W_pos": [[e + 1 for e in row] for row in model.tensors["W_pos"]]}
    sources = checks("Altered", model, certificate(model))
    name = "Compact.Certificates.Altered.Weights"
    sources[name] = render_weights("Altered", replace(model, tensors=altered))
    assert not build(sources, "Compact.Certificates")["Compact.Certificates.Altered.Prefix"].ok
