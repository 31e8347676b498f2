"""How many operations a check takes (mirror of `lean/Compact/Network/Length`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.network.model import Network

TEST = 4
RUN = 30


def operations(checker: str, model: Network, fields: Mapping[str, Value]) -> int:
    """The length of a check, by the name of its checker."""
    n, width, generators = model.order, model.width, fields["generators"]
    assert isinstance(generators, list)
    shared = n * n * (8 + 4 * len(generators)) + _integers(model)
    if checker == "BruteForce":
        return shared + n * n * (width * (2 + 2 * n) + n * (TEST + 1))
    runs = fields["runs"]
    assert checker == "Gates"
    assert isinstance(runs, int)
    pairs = n * n * (4 * width + n * (4 + TEST))
    return shared + n * width * 6 * n + pairs + runs * (4 * n + RUN)


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
