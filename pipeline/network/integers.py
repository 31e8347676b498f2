"""The network in integers, exactly: the mirror of `lean/Compact/Network/Integers.lean`, without offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.network.model import Network

Ints = npt.NDArray[Any]
"""Arrays of Python integers (`dtype=object`): nothing overflows."""


@dataclass(frozen=True)
class Integers:
    """Integers over one power of two each: what elements add to the neurons, and neurons to the logits."""

    left: Ints
    right: Ints
    unembed: Ints
    last: Ints

    def hidden(self, x: int) -> Ints:
        """What comes out of the neurons for `x` and every second element, `[order, width]`."""
        result: Ints = np.maximum(self.left[x][None, :] + self.right, 0)
        return result


def integers(model: Network) -> Integers:
    """The integers of a network."""
    array = {name: _array(rows) for name, rows in model.tensors.items()}

    def matrix(name: str, rows: int, columns: int) -> tuple[Ints, int]:
        parts = model.matrices[name]
        if len(parts) == 1:
            return array[parts[0]].reshape(rows, columns), 1
        inner = len(model.tensors[parts[1]])
        if not inner:
            return np.full((rows, columns), 0, dtype=object), 2
        # Rows without entries have forgotten their shape.
        first, second = array[parts[0]].reshape(rows, inner), array[parts[1]]
        return first.dot(second.reshape(inner, columns)), 2

    n, width = model.order, model.width
    (left, dl), (right, dr), (unembed, du) = (
        matrix("W_L", n, width),
        matrix("W_R", n, width),
        matrix("W_U", width, n),
    )
    degree, one = max(dl, dr), 1 << model.frac
    bias, last = array["b"].reshape(width), array["b_U"].reshape(n)
    return Integers(
        left * one ** (degree - dl),
        right * one ** (degree - dr) + bias * one ** (degree - 1),
        unembed,
        last * one ** (degree + du - 1),
    )


def _array(rows: list[list[int]]) -> Ints:
    columns = len(rows[0]) if rows else 0
    result = np.empty((len(rows), columns), dtype=object)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            result[i, j] = entry
    return result


def right_answers(model: Network) -> npt.NDArray[np.bool_]:
    """Which pairs are answered correctly, exactly: `[order, order]`."""
    net = integers(model)
    table = np.array(model.table)
    n = model.order
    right = np.zeros((n, n), dtype=bool)
    for x in range(n):
        logits = (
            net.hidden(x).dot(net.unembed) + net.last[None, :]
            if model.width
            else np.tile(net.last, (n, 1))
        )
        label = table[x]
        best = logits[np.arange(n), label]
        above = best[:, None] > logits
        above[np.arange(n), label] = True
        right[x] = above.all(axis=1)
    return right
