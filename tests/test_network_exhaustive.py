"""No certificate about a tiny network proves more than is so: all runs and all lists of wrong neurons, one by one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from attack.kernel import Asked, ask
from attack.theorems import Theorem
from pipeline.network.integers import right_answers
from pipeline.network.model import Network
from pipeline.network.strategies import STRATEGIES
from pipeline.network.weights import render_weights
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.network.counts import gates
from pipeline.recheck.network.family import NETWORK as SECOND
from pipeline.recheck.recheck import verdict
from tests.test_network import network

CODES = list(product(range(1 << 4), range(1 << 4)))
"""Runs of two neurons are two digits of two bits, and so is a list of wrong ones."""


def fields_of(model: Network, code: int, wrong: int, claimed: int) -> dict[str, Any]:
    """A certificate that says the same of all pairs."""
    honest, n = STRATEGIES["gates"].search(model, lambda _: None).fields, model.order
    gates = {"gates": [[code] * n] * n, "wrong": [[wrong] * n] * n, "errorRows": (code ^ wrong) & 1}
    return {**honest, **gates, "blocks": [[n, claimed]], "bound": claimed}


@pytest.mark.parametrize("seed", range(12))
def test_every_certificate(seed: int) -> None:
    """Of a network with two neurons: whatever is counted is right, and some certificate counts each right pair."""
    name = ["Z2", "Z3", "Z2 x Z2", "S3"][seed % 4]
    model = network(seed, name, 2, size=[1, 3, 9][seed % 3], biases=seed % 2 == 0)
    weights = SECOND.read_weights(render_weights("Tiny", model).encode())[1]
    right, found = right_answers(model), set[tuple[int, ...]]()
    for code, wrong in CODES:
        counted = gates(weights, Certificate(fields_of(model, code, wrong, 0)))
        found |= {pair for group in counted.groups for pair in group.all()}
    n = model.order
    assert found == {(x, y) for x in range(n) for y in range(n) if right[x, y]}


def test_lean_says_the_same_of_every_certificate() -> None:
    """The kernel, of all certificates about one network: so many pairs, and not one more."""
    model = network(103, "Z3", 2, shared=True, size=40)
    weights = SECOND.read_weights(render_weights("Tiny", model).encode())[1]
    asked = []
    for number, (code, wrong) in enumerate(CODES):
        modest = gates(weights, Certificate(fields_of(model, code, wrong, 0)))
        pairs = sum(group.size for group in modest.groups)
        claimed = Certificate(fields_of(model, code, wrong, pairs + number % 2))
        theorem = Theorem("", "", "gates", weights, claimed, "network")
        asked.append(Asked(theorem, verdict(SECOND, weights, "Gates", claimed)))
    assert {each.verdict.accepted for each in asked} == {True, False}
    assert all(agreed for _, agreed in ask(asked))
