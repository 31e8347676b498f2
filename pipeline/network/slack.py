"""What the gates of a certificate cost, frequency by frequency: how many runs, and how much of the margins.

The check of a pair passes if the least margin of the neurons that its runs add up is above the errors of the neurons
that are wrong in them (`lean/Compact/Network/Gates/Errors.lean`).  The errors of each neuron over that margin are the
share of it that this neuron's gate loses: a pair counts just if all shares together are below one.  Neurons are put
together by their frequency, if the group is cyclic: the strongest in the Fourier transform of what elements add to
them.  In floats, and no part of a proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.emit.theorem import Value
from pipeline.network.groups import Table
from pipeline.network.integers import integers
from pipeline.network.model import Network
from pipeline.network.strategies.errors import Shortener

Floats = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]

CLEAR = 0.5
"""A neuron has a frequency if it has so much of the power."""
NO_FREQUENCY, OTHERS = "no frequency", "other neurons"
MOST_NEURONS = 8
"""Of a group that is not cyclic, so many neurons are named: those that lose most."""


@dataclass(frozen=True)
class Part:
    """What the gates of some neurons cost, over the pairs that are looked at and answered rightly."""

    name: str
    neurons: int
    runs: float
    """A pair; a run belongs to its first neuron."""
    wrong: float
    """Neurons that are wrong, a pair."""
    mean: float
    """The share of a pair's margin that is lost to these, on average."""
    most: float
    """And where it is largest."""


def parts(model: Network, fields: Mapping[str, Value]) -> list[Part]:
    """The parts of a certificate by gates with these fields, those that lose most first; none if no pair is counted."""
    order = _numbers(fields["neurons"])
    names = frequencies(model, order)
    runs, wrong, shares = _of_pairs(model, fields, order)
    if not len(shares):
        return []
    if names is None:
        loses = np.argsort(-shares.mean(axis=0), kind="stable")[:MOST_NEURONS]
        named = {int(q): f"neuron {order[q]}" for q in loses}
        names = [named.get(q, OTHERS) for q in range(len(order))]
    found = []
    for name in dict.fromkeys(names):
        own = np.array([each == name for each in names])
        share = shares[:, own].sum(axis=1)
        found.append(
            Part(
                name,
                int(own.sum()),
                float(runs[:, own].sum(axis=1).mean()),
                float(wrong[:, own].sum(axis=1).mean()),
                float(share.mean()),
                float(share.max()),
            )
        )
    return sorted(found, key=lambda each: (-each.mean, -each.runs))


def frequencies(model: Network, order: Sequence[int]) -> list[str] | None:
    """The frequency of each neuron, in this order, in words; `None` if the group is not cyclic."""
    powers = cycle(model.table)
    if powers is None:
        return None
    net = integers(model)
    most = max((abs(each) for each in net.left.flat), default=0) or 1
    left = np.array([[each / most for each in row] for row in net.left], dtype=np.float64)
    left = left.reshape(model.order, model.width)
    power = np.abs(np.fft.rfft(left[powers], axis=0)) ** 2
    power[1 : (model.order + 1) // 2] *= 2  # those are there twice
    power = power[1:]  # without what is the same for all elements
    result = []
    for neuron in order:
        own = power[:, neuron]
        clear = len(own) > 0 and own.max() > CLEAR * own.sum()
        result.append(f"frequency {int(own.argmax()) + 1}" if clear else NO_FREQUENCY)
    return result


def cycle(table: Table) -> list[int] | None:
    """The powers of the first element that has all elements as its powers, from the identity on; `None` if none has."""
    n = len(table)
    one = next(e for e in range(n) if table[e][e] == e)
    for generator in range(n):
        powers = [one]
        while len(powers) < n and table[powers[-1]][generator] != one:
            powers.append(table[powers[-1]][generator])
        if len(powers) == n:
            return powers
    return None


def in_words(found: Sequence[Part]) -> str:
    """One line: what is lost altogether on average, and where most of it is."""
    total = sum(each.mean for each in found)
    if not total:
        return "no gate is wrong"
    first = next((each for each in found if each.name != OTHERS), found[0])
    return (
        f"wrong gates take {total:.0%} of a margin on average, most of it those of {first.name}"
        f" ({first.mean:.0%}, at most {first.most:.0%})"
    )


def _of_pairs(
    model: Network, fields: Mapping[str, Value], order: list[int]
) -> tuple[Chosen, Chosen, Floats]:
    """Of each pair that is looked at and passes, for each neuron in the order: does a run begin at it, is it wrong, and
    the share of the margin that is lost to it."""
    floats = Shortener.of(model, integers(model), order, own=fields["errorRows"] != 0)
    bits, half = fields["endBits"], fields["half"]
    assert isinstance(bits, int)
    runs, wrong, shares = [], [], []
    for x, codes in enumerate(_rows(fields["gates"])):
        for j, code in enumerate(codes):
            y = x + j if half else j
            entering = floats.left[x] + floats.right[y]
            chosen = chosen_by(code, bits, len(order))
            bad = chosen != (entering >= 0)
            answer = model.table[x][y]
            margins = floats.margins(answer, entering, chosen)
            least = float(margins.min(initial=np.inf))
            lost = np.where(bad, np.abs(entering) * floats.ranges, 0.0)
            if not least > float(lost.sum()):
                continue
            runs.append(chosen & ~np.concatenate([[False], chosen[:-1]]))
            wrong.append(bad)
            shares.append(lost / least)
    width = len(order)
    return (
        np.array(runs, dtype=bool).reshape(len(runs), width),
        np.array(wrong, dtype=bool).reshape(len(runs), width),
        np.array(shares, dtype=np.float64).reshape(len(runs), width),
    )


def chosen_by(code: int, bits: int, width: int) -> Chosen:
    """The neurons in the runs of a code, the last run in the lowest digits."""
    chosen = np.zeros(width, dtype=bool)
    while code:
        end, start = code % (1 << bits), (code >> bits) % (1 << bits)
        chosen[start:end] = True
        code >>= 2 * bits
    return chosen


def _numbers(value: Value) -> list[int]:
    assert isinstance(value, list)
    return [each for each in value if isinstance(each, int)]


def _rows(value: Value) -> list[list[int]]:
    assert isinstance(value, list)
    return [_numbers(each) for each in value]
