"""What Lean's kernel is asked about: `check weights certificate`, for mutants of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from attack import networks, numbers
from attack.claims import ALL
from pipeline.network.strategies import STRATEGIES as NETWORKS
from pipeline.recheck.certificate import Certificate
from pipeline.recheck.tensor import Tensor
from pipeline.recheck.transformer.weights import SIZES, TENSORS, Weights


@dataclass(frozen=True)
class Theorem:
    """The claim that a checker accepts this certificate for these weights."""

    kind: str
    what: str
    strategy: str
    weights: Any
    """Of its family."""
    certificate: Certificate
    family: str = "transformer"

    @property
    def checker(self) -> str:
        """Whose check it is, in Lean."""
        known = NETWORKS if self.family == "network" else ALL
        return known[self.strategy].checker


def other_weights(random: Random, theorem: Theorem) -> Theorem:
    """The same certificate for weights that were changed in Lean."""
    if theorem.family == "network":
        what, network = networks.other_weights(random, theorem.weights)
        return replace(theorem, kind="Lean's weights", what=what, weights=network)
    what, weights = random.choice(WAYS)(random, theorem.weights)
    return replace(theorem, kind="Lean's weights", what=what, weights=weights)


Way = Callable[[Random, Weights], tuple[str, Weights]]


def _size(random: Random, w: Weights) -> tuple[str, Weights]:
    """Another number of something."""
    name = random.choice(SIZES)
    return name, _sized(w, name, numbers.number(random, getattr(w, name)))


def _zero(random: Random, w: Weights) -> tuple[str, Weights]:
    """Nothing of something."""
    name = random.choice(SIZES)
    return f"{name} = 0", _sized(w, name, 0)


def _rows(random: Random, w: Weights) -> tuple[str, Weights]:
    """Other rows of a tensor."""
    name = random.choice(TENSORS)
    tensor = w.tensors[name]
    rows = numbers.numbers(random, list(tensor.rows), [max(tensor.bits, 1)])
    return f"rows of {name}", _with(w, name, Tensor(tensor.bits, rows))


def _bits(random: Random, w: Weights) -> tuple[str, Weights]:
    """Digits of another width."""
    name = random.choice(TENSORS)
    tensor = w.tensors[name]
    bits = random.choice([0, tensor.bits + 1, tensor.bits - 1, 2 * tensor.bits])
    return f"bits of {name}", _with(w, name, Tensor(bits, tensor.rows))


def _swapped(random: Random, w: Weights) -> tuple[str, Weights]:
    """Two tensors exchanged."""
    a, b = random.sample(TENSORS, 2)
    return f"{a} and {b}", _with(_with(w, a, w.tensors[b]), b, w.tensors[a])


def _sized(w: Weights, name: str, value: int) -> Weights:
    sizes = {each: getattr(w, each) for each in SIZES}
    return Weights(**{**sizes, name: value}, tensors=w.tensors)


def _with(w: Weights, name: str, tensor: Tensor) -> Weights:
    return replace(w, tensors={**w.tensors, name: tensor})


WAYS: tuple[Way, ...] = (_size, _zero, _rows, _rows, _bits, _swapped)
