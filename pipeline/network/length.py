"""How many operations a check takes (mirror of `lean/Compact/Network/Length`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.network.model import Network
from pipeline.numbers.words import joined, words

ONCE = 40
PAIR = 14
RUN = 8
ERROR = 20
RANGE = 5


def operations(checker: str, model: Network, fields: Mapping[str, Value]) -> int:
    """The length of a check, by the name of its checker."""
    n, generators, half = model.order, fields["generators"], fields["half"]
    assert isinstance(generators, list)
    assert isinstance(half, int)
    shared = n * n * (4 + len(generators) + 3 * half) + _integers(model)
    blocks = fields["blocks"]
    assert isinstance(blocks, list)
    if checker == "BruteForce":
        return shared + _brute_force(model, half, len(blocks))
    assert checker == "Gates"
    return shared + _gates(model, fields, half, len(blocks))


def _brute_force(model: Network, half: int, blocks: int) -> int:
    n, width = model.order, model.width
    lane, logit = _lane(model), _bits(model)
    block = lane * max(width, logit * n // lane + 1)
    rows = 2 * n * _spread(lane, width) + width * _spread(logit, n)
    total = blocks * (rows + joined(block, n) + 4 * words(block, n)) + ONCE
    for x in range(n):
        count = n - half * x
        total += words(block, count) * (2 * width + 10) + count * (4 * words(logit, n) + PAIR)
    return total


def _spread(bits: int, columns: int) -> int:
    """A row of weights in wider lanes: six operations in each round."""
    return (6 * max(1, columns.bit_length()) + 1) * words(bits, columns) + 8


def _gates(model: Network, fields: Mapping[str, Value], half: int, blocks: int) -> int:
    n, width, logit = model.order, model.width, _bits(model)
    runs, errors, row = fields["runs"], fields["errors"], words(logit, n)
    assert isinstance(runs, int)
    assert isinstance(errors, int)
    signs = max(1, _origin(model).bit_length()) + 1 + width + 1
    looks = n * (n + 1) // 2 if half else n * n
    sides = n * (2 * joined(signs, width) + width * (2 * row + 2))
    once = width * (joined(logit, n) + 2 * width + (RANGE * n if fields["errorRows"] else 0))
    pairs = looks * (5 * row + words(signs, width) + PAIR + 4)
    return (
        sides
        + blocks * (sides + once)
        + ONCE
        + pairs
        + runs * (6 * row + RUN)
        + errors * (ERROR + row)
    )


def run_length(model: Network) -> int:
    """A run of active neurons: prefix sums of both sides at its ends, and what finds it."""
    return 6 * words(_bits(model), model.order) + RUN


def error_length(model: Network) -> int:
    """A neuron that is wrong in the runs of a pair."""
    return ERROR + words(_bits(model), model.order)


def _offset(model: Network, name: str) -> int:
    """What the entries of a matrix are shifted up by."""
    first, *second = model.matrices[name]
    off = 1 << (model.bits(first) - 1)
    if not second:
        return off
    return (1 << (model.bits(second[0]) - 1)) * (len(model.tensors[second[0]]) * off)


def _degree(model: Network, name: str) -> int:
    return len(model.matrices[name])


def _origin(model: Network) -> int:
    """`Integers.origin`"""
    degree = max(_degree(model, "W_L"), _degree(model, "W_R"))
    sides = sum(
        _offset(model, name) << model.frac * (degree - _degree(model, name))
        for name in ("W_L", "W_R")
    )
    return sides + (1 << (model.bits("b") - 1) << model.frac * (degree - 1))


def _lane(model: Network) -> int:
    """Bits of the lane of a neuron (`laneBits`)."""
    return max(1, _origin(model).bit_length()) + 2


def _bits(model: Network) -> int:
    """Bits of the lane of a logit (`Integers.bits`)."""
    degree = max(_degree(model, "W_L"), _degree(model, "W_R")) + _degree(model, "W_U") - 1
    last = 1 << (model.bits("b_U") - 1) << model.frac * degree
    most = 1 + model.width * (_origin(model) * 2 * _offset(model, "W_U")) + 2 * last
    return most.bit_length() + 1


def _integers(model: Network) -> int:
    sizes = {
        "W_L": (model.order, model.width),
        "W_R": (model.order, model.width),
        "W_U": (model.width, model.order),
    }
    products = sum(
        2 * rows * len(model.tensors[model.matrices[name][1]]) * columns
        for name, (rows, columns) in sizes.items()
        if len(model.matrices[name]) == 2
    )
    return products + 2 * model.order * model.width
