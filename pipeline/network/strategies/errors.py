"""Runs with errors: short runs and short gaps are passed over (`lean/Compact/Network/Gates/Errors.lean`).

A run less saves the check four rows.  A neuron that is wrong costs it a few operations, and the margins of its pair
its distance from zero times the range of its weights (`Gates/Ranges.lean`).  So the cheapest parts are turned over
first, as long as the margins stay above the errors.  This is searched in floats: what is claimed wrongly, Lean refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.network.integers import Integers
from pipeline.network.length import error_length, run_length
from pipeline.network.model import Network

Signs = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SAFE = 1e-6
"""By this part of all that is added up, floats may be wrong (they are not)."""


def ranges(model: Network, net: Integers, own: bool) -> npt.NDArray[Any]:
    """How far apart the weights of each neuron are: exactly, or as far as any two weights could be (`rangeOf`)."""
    found: npt.NDArray[Any] = np.full(model.width, farthest(model), dtype=object)
    if own and net.unembed.size:
        found = net.unembed.max(axis=1) - net.unembed.min(axis=1)
    return found


def farthest(model: Network) -> int:
    """Twice the offset of the unembedding in Lean: no two of its weights are further apart."""
    parts = model.matrices["W_U"]
    result = 2
    for part in parts:
        result <<= model.bits(part) - 1
    return result if len(parts) == 1 else result * len(model.tensors[parts[1]])


@dataclass(frozen=True)
class Shortener:
    """A network in floats, its neurons in the order of the certificate."""

    left: Floats
    right: Floats
    unembed: Floats
    last: Floats
    ranges: Floats
    worth: float
    """Wrong neurons that are as dear as a run."""

    @staticmethod
    def of(model: Network, net: Integers, order: list[int], own: bool) -> Shortener:
        """With a range for each neuron or one for all, over the largest numbers, so that nothing overflows."""
        inner = _largest(net.left) + _largest(net.right)
        outer = max(_largest(net.unembed), 1)
        return Shortener(
            _floats(net.left[:, order], inner),
            _floats(net.right[:, order], inner),
            _floats(net.unembed[order], outer),
            _floats(net.last, inner * outer),
            _floats(ranges(model, net, own)[order], outer),
            run_length(model) / error_length(model),
        )

    def margins(self, answer: int, entering: Floats, chosen: Signs) -> Floats:
        """By how much the right answer is above each other one, if these neurons are added up."""
        above = self.unembed[:, answer, None] - np.delete(self.unembed, answer, axis=1)
        constant = self.last[answer] - np.delete(self.last, answer)
        found: Floats = constant + (np.where(chosen, entering, 0.0) @ above)
        return found

    def shortened(self, x: int, y: int, answer: int, active: Signs) -> Signs:
        """The neurons that are added up for a pair, in fewer runs than the active ones."""
        entering = self.left[x] + self.right[y]
        above = entering[:, None] * (
            self.unembed[:, answer, None] - np.delete(self.unembed, answer, axis=1)
        )
        constant = self.last[answer] - np.delete(self.last, answer)
        cost = np.abs(entering) * self.ranges
        slack = SAFE * (
            float(np.abs(above).sum(axis=0).max(initial=0))
            + float(cost.sum())
            + float(np.abs(constant).max(initial=0))
        )
        chosen, wrong = active.copy(), np.zeros_like(active)
        margins, error = constant + above[active].sum(axis=0), 0.0
        while True:
            starts = np.flatnonzero(np.diff(chosen, prepend=~chosen[:1]))
            ends = np.append(starts[1:], len(chosen))
            more = np.add.reduceat(np.where(wrong, -cost, cost), starts)
            inner = chosen[starts] | ((starts > 0) & (ends < len(chosen)))  # else no run is saved
            for i in np.argsort(more, kind="stable"):
                part = slice(starts[i], ends[i])
                wrongs = (~wrong[part]).sum() - wrong[part].sum()
                if not inner[i] or wrongs >= self.worth:
                    continue
                sign = -1 if chosen[starts[i]] else 1
                moved = margins + sign * above[part].sum(axis=0)
                if (moved > error + more[i] + slack).all():
                    chosen[part] ^= True
                    wrong[part] ^= True
                    margins, error = moved, error + float(more[i])
                    break
            else:
                return chosen


def _largest(numbers: npt.NDArray[Any]) -> int:
    return max((abs(each) for each in numbers.flat), default=0)


def _floats(numbers: npt.NDArray[Any], most: int) -> Floats:
    result = np.array(
        [float(_ratio(each, max(most, 1))) for each in numbers.flat], dtype=np.float64
    )
    return result.reshape(numbers.shape)


def _ratio(a: int, b: int) -> float:
    """Division of Python's integers is rounded correctly, whatever their size."""
    return a / b
