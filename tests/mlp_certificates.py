"""What tests of quartic and of cubic for an MLP share: the second checker's count, forgeries, a module for Lean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.emit.names import definition_name
from pipeline.emit.theorem import render_theorem, render_value
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.lean_file import read_theorem
from pipeline.recheck.mlp import cubic, heads_quartic, quartic
from pipeline.recheck.mlp.family import MLP as SECOND
from pipeline.recheck.mlp.lean_weights import read_weights
from pipeline.recheck.mlp.weights import MlpWeights
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.transformer.heads.weights import render_weights
from pipeline.transformer.mlp.family import form_of
from pipeline.transformer.mlp.heads_quartic import MlpHeadsQuartic
from pipeline.transformer.mlp.length import operations
from pipeline.transformer.mlp.model import MlpModel
from pipeline.transformer.mlp.quartic import MlpQuartic
from tests.lean_support import with_examples
from tests.mlp_models import mlp_arrays, model_of
from tests.test_mlp import right_inputs

Fields = Mapping[str, object]

SECOND_COUNT: Mapping[str, Callable[[MlpWeights, Certificate], Counted]] = {
    "MlpQuartic": quartic.count,
    "MlpCubic": cubic.count,
    "MlpHeads": heads_quartic.count,
}


def counted(
    strategy: MlpQuartic | MlpHeadsQuartic, model: MlpModel, fields: Fields
) -> set[tuple[int, ...]]:
    """The inputs that the second checker counts."""
    _, weights = read_weights(render_weights("Tiny", model).encode())
    count = SECOND_COUNT[strategy.checker]
    found = count(weights, Certificate(dict(fields)))  # type: ignore[arg-type]
    every = [x for group in found.groups for x in group.all()]
    assert len(set(every)) == len(every) >= found.number
    return set(every)


def proved_right(strategy: MlpQuartic | MlpHeadsQuartic, model: MlpModel) -> int:
    """How many inputs a search proves; the second checker counts as many, and all of them are right."""
    found = strategy.search(model, lambda _: None)
    second = counted(strategy, model, found.fields)
    assert len(second) == found.bound
    assert second <= right_inputs(model, -1e-9)
    return found.bound


def require_all_slopes_sound(strategy: MlpQuartic | MlpHeadsQuartic, seed: int) -> None:
    """Whichever slopes a certificate names, what is counted with them is right."""
    model = model_of(mlp_arrays(seed, 2, 3, 1, 3, 0.1))
    honest = strategy.search(model, lambda _: None).fields
    right = right_inputs(model, -1e-9)
    blocks = honest["blocks"]
    assert isinstance(blocks, list)
    nothing = [[block[0], 0] for block in blocks if isinstance(block, list)]
    for slopes in range(8):
        changed = {**honest, "slopes": [slopes] * 3, "blocks": nothing, "bound": 0}
        assert counted(strategy, model, changed) <= right


def forgeries(fields: Fields) -> dict[str, dict[str, object]]:
    """Changes of a certificate that must be refused."""
    bound, blocks, token, levels = (fields[k] for k in ("bound", "blocks", "tokenArg", "levels"))
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    assert isinstance(token, list)
    assert isinstance(levels, list)
    (size, count), *rest = blocks
    first, mass = token[0], fields["mass"]
    assert isinstance(mass, list)
    several = isinstance(first, list)  # a list for each head
    more = [first[0] + 1, *first[1:]] if several else first + 1
    return {
        "bound": {"bound": bound + 1},
        "block": {"blocks": [[size, count + 1], *rest], "bound": bound + 1},
        "queries": {"blocks": [*blocks, [1, 1]], "bound": bound + 1},
        "twice": {"blocks": [*blocks, *blocks], "bound": 2 * bound},
        "cells": {"cellBits": 8},
        "small": {"small": 3},
        "cut": {"cut": 4},
        "lane": {"lane": 30},
        "scores": {"tokenArg": [more, *token[1:]]},
        "none": {"levels": [[0] * len(row) for row in levels]},
        "levels": {"levels": [[2**40 - 1 if code else 0 for code in row] for row in levels]},
        "neighbour": {"mass": [[0] * len(row) for row in mass] if several else [0] * len(token)},
    }


def accepted(strategy: MlpQuartic | MlpHeadsQuartic, model: MlpModel, fields: Fields) -> bool:
    """What the second checker says of a certificate."""
    bound, blocks = fields["bound"], fields["blocks"]
    assert isinstance(bound, int)
    assert isinstance(blocks, list)
    try:
        counted(strategy, model, fields)
    except (Refused, BeyondLimits):
        return False
    return bool(bound <= sum(count for _, count in blocks))


def theorem(
    strategy: MlpQuartic | MlpHeadsQuartic,
    name: str,
    model: MlpModel,
    more: Callable[[MlpModel], Mapping[str, Fields]] = lambda _: {},
) -> str:
    """The certificate's module, with its length, and what Lean must refuse; the second checker refuses it too."""
    found, checker = strategy.search(model, lambda _: None), strategy.checker
    short = definition_name(strategy.name)
    assert found.bound
    assert accepted(strategy, model, found.fields)
    checks = []
    for what, change in {**forgeries(found.fields), **more(model)}.items():
        assert not accepted(strategy, model, {**found.fields, **change}), what
        with_ = ", ".join(f"{k} := {render_value(v)}" for k, v in change.items())  # type: ignore[arg-type]
        checks.append(f"{checker}.check weights {{ {short} with {with_} }} = false")
    twice = "weights with heads := weights.heads ++ weights.heads"
    checks += [
        f"{checker}.check {{ {weights} }} {short} = false"
        for weights in ("weights with mlp := none", twice)
    ]
    length = operations(checker, model, found.fields)
    checks.append(f"Nat.beq ({checker}.operations weights {short}) (nat_lit {length}) = true")
    text = render_theorem(
        form_of(model, strategy.name), name, short, found.bound, found.fields, checker,
        strategy.joints(found.fields),
    )  # fmt: skip
    assert read_theorem(text.encode(), SECOND).claimed == found.bound
    return with_examples(text, checks, f"Compact.Transformer.Length.{checker}")
