"""How many operations a check takes (mirror of `lean/Compact/Network/Length`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.network.model import Network

TEST = 4
RUN = 30
ERROR = 20
RANGE = 5


def operations(checker: str, model: Network, fields: Mapping[str, Value]) -> int:
    """The length of a check, by the name of its checker."""
    n, width, generators, half = model.order, model.width, fields["generators"], fields["half"]
    assert isinstance(generators, list)
    assert isinstance(half, int)
    looks = n * (n + 1) // 2 if half else n * n
    shared = n * n * (8 + 4 * len(generators) + 9 * half) + _integers(model)
    if checker == "BruteForce":
        rows = n * width * (2 * _spread(width) + _spread(n))
        return shared + rows + looks * (width * (9 + 2 * n) + n * (TEST + 1))
    runs, errors, ranges = fields["runs"], fields["errors"], RANGE if fields["errorRows"] else 0
    assert checker == "Gates"
    assert isinstance(runs, int)
    assert isinstance(errors, int)
    walks = runs * (4 * n + RUN) + errors * ERROR
    return shared + n * width * (4 * n + ranges) + looks * (5 * width + n * (6 + TEST)) + walks


def _spread(columns: int) -> int:
    """A weight on its way into a wider lane: six operations in each round."""
    return 6 * max(1, columns.bit_length())


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
