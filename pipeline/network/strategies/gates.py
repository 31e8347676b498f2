"""Gates: the neurons in an order in which neighbours tend to be active together.

The order is a short tour through all neurons, where the way from one to another is the number of pairs for which just
one of them is active: the sum of these ways is the number of ends of runs, which is what the check costs.  Nothing
has to be known of the group or of frequencies; on networks that add modulo `p` the tour goes from phase to phase of one
frequency, then to the next.

The runs of a pair need not be exactly those of its active neurons (`GatesWithErrors`, `errors.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.emit.theorem import Value
from pipeline.network.blocks import Answers, blocks, counted, halves
from pipeline.network.integers import Integers, integers, right_answers
from pipeline.network.length import operations
from pipeline.network.model import Network
from pipeline.network.slack import in_words, parts
from pipeline.network.strategies.errors import Shortener
from pipeline.network.witness import group_fields
from pipeline.strategy import Certificate, Kind, Progress

STEPS, STEPS_A_NEURON = 8_000, 56
"""About so many runs are looked at in one block: what the kernel has to remember at a time.  Each block begins with
prefix sums of all second elements, so that blocks of wider networks had better be larger."""

Signs = npt.NDArray[np.bool_]


class Gates:
    """`lean/Compact/Network/Strategy/Gates/Check.lean`, with exactly the runs of active neurons."""

    name = "gates"
    checker = "Gates"
    summary = "runs of active neurons; order^2 * (4 * runs + 8) row operations"
    when = "neurons that are active in runs (addition modulo n): a quarter of brute force's length, more of its seconds"
    errors = False

    def search(self, model: Network, progress: Progress) -> Certificate:
        """The true count, and a good order of the neurons."""
        net = integers(model)
        progress(f"looking at {model.order**2:,} pairs, exactly")
        half = halves(model)
        answers = right_answers(model)
        right = counted(answers, half)
        progress(
            f"{sum(right):,} pairs are answered correctly; looking for an order of the neurons"
        )
        active = signs(net)
        order = tour(active)
        shared: dict[str, Value] = {
            **group_fields(model.table), "bound": sum(right), "half": int(half), "neurons": order,
            "endBits": end_bits(model.width),
        }  # fmt: skip
        found = []
        for own in (None, True, False) if self.errors else (None,):
            short = None if own is None else Shortener.of(model, net, order, own)
            chosen = _chosen(model, short, answers, active[:, :, order], half)
            found.append({**shared, **_said(model, chosen, right, own)})
        best = min(found, key=lambda each: operations(self.checker, model, each))
        progress(_in_words(best, sum(map(len, best["gates"]))))
        if self.errors:
            progress(in_words(parts(model, best)))
        return Certificate(self.name, sum(right), best)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `Gates.Certificate`."""
        return {
            "identity": "nat", "generators": "list", "words": "matrix", "bound": "nat", "half": "nat",
            "neurons": "list", "endBits": "nat", "gates": "matrix", "wrong": "matrix",
            "errorRows": "nat", "blocks": "matrix",
            "runs": "nat", "errors": "nat",
        }  # fmt: skip

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The group, the order and the shapes, and each block."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Gates.next"] * len(each)]


class GatesWithErrors(Gates):
    """The same with fewer runs, in which some neurons are wrong: fewer operations, but more steps for the kernel."""

    name = "gates-with-errors"
    summary = "fewer runs than gates, some neurons wrong; order^2 * (4 * runs + 10) row operations"
    when = "where gates is too long: shorter, and nothing is lost while wrong neurons weigh little"
    errors = True


def _said(
    model: Network, chosen: Sequence[tuple[Signs, Signs]], right: list[int], own: bool | None
) -> dict[str, Any]:
    """The fields of a certificate that depend on its runs."""
    runs = [runs_of(row) for row, _ in chosen]
    work = [int(each.sum()) + each.size for each in runs]
    return {
        "gates": [codes(row) for row, _ in chosen],
        "wrong": [listed(row) for _, row in chosen],
        "errorRows": int(bool(own)),
        "blocks": blocks(work, right, STEPS + STEPS_A_NEURON * model.width),
        "runs": sum(int(each.sum()) for each in runs),
        "errors": sum(int(row.sum()) for _, row in chosen),
    }


def _in_words(fields: Mapping[str, Any], pairs: int) -> str:
    """What was found to be shortest."""
    runs, wrong = (fields[name] / max(1, pairs) for name in ("runs", "errors"))
    line = f"{runs:.2f} runs and {wrong:.2f} wrong neurons a pair"
    if not fields["errors"]:
        return line
    ranges = "a range for each neuron" if fields["errorRows"] else "one range for all neurons"
    return f"{line}, with {ranges}"


def _chosen(
    model: Network, short: Shortener | None, answers: Answers, active: Signs, half: bool
) -> list[tuple[Signs, Signs]]:
    """For each first element: the neurons that are added up for each second one, and which of them are wrong."""
    result = []
    for x, row in enumerate(active):
        first = x if half else 0
        chosen = row[first:].copy()
        if short is not None and model.width:
            for y in range(first, model.order):
                if answers[x, y]:
                    chosen[y - first] = short.shortened(x, y, model.table[x][y], row[y])
        result.append((chosen, chosen != row[first:]))
    return result


def signs(net: Integers) -> Signs:
    """Which neurons are active, `[order, order, width]` (at zero they count as active, as in Lean)."""
    return np.array([(left[None, :] + net.right >= 0) for left in net.left], dtype=bool).reshape(
        len(net.left), len(net.right), net.left.shape[1]
    )


def runs_of(active: Signs) -> npt.NDArray[np.int64]:
    """How many runs of active neurons each of these pairs has."""
    before = np.zeros_like(active)
    before[:, 1:] = active[:, :-1]
    result: npt.NDArray[np.int64] = (active & ~before).sum(axis=1)
    return result


def end_bits(width: int) -> int:
    """Bits of a place between neurons."""
    return max(1, width.bit_length())


def codes(active: Signs) -> list[int]:
    """For each of these pairs the ends and beginnings of its runs, the last run in the lowest digits."""
    bits = end_bits(active.shape[1])
    changes = np.diff(np.pad(active, ((0, 0), (1, 1))).astype(np.int8), axis=1) != 0
    result = []
    for each in changes:
        code = 0
        for place in np.flatnonzero(each):  # begin, end, begin, end, ... from the first run on
            code = code << bits | int(place)
        result.append(code)
    return result


def listed(wrong: Signs) -> list[int]:
    """For each of these pairs the neurons that are wrong, as digits."""
    bits = end_bits(wrong.shape[1])
    return [sum(int(q) << bits * i for i, q in enumerate(np.flatnonzero(row))) for row in wrong]


def tour(active: Signs) -> list[int]:
    """An order of the neurons with few runs: nearest neighbours first, then improved by turning parts of it round."""
    width = active.shape[2]
    if width < 2:
        return list(range(width))
    flat = active.reshape(-1, width).astype(np.float32)
    together = flat.T @ flat
    alone = np.diag(together)
    away = np.zeros((width + 1, width + 1))
    away[:width, :width] = alone[:, None] + alone[None, :] - 2 * together
    away[width, :width] = away[:width, width] = (
        alone  # the last place is the end of the order: nothing is active there
    )
    best = _improved(_nearest(away, width), away)
    at = best.index(width)
    return [*best[at + 1 :], *best[:at]]


def _nearest(away: npt.NDArray[np.float64], start: int) -> list[int]:
    found, left = [start], set(range(len(away))) - {start}
    while left:
        last = found[-1]
        found.append(min(left, key=lambda each: (away[last, each], each)))
        left.remove(found[-1])
    return found


def _improved(found: list[int], away: npt.NDArray[np.float64]) -> list[int]:
    """2-opt on a closed tour, until nothing gets better."""
    tour = np.array(found)
    size, better = len(tour), True
    while better:
        better = False
        for i in range(1, size - 1):
            before, first = tour[i - 1], tour[i]
            ends = tour[i + 1 :]
            after = np.append(tour[i + 2 :], tour[0])
            gain = away[before, first] + away[ends, after] - away[before, ends] - away[first, after]
            j = int(gain.argmax())
            if gain[j] > 0.5:
                tour[i : i + j + 2] = tour[i : i + j + 2][::-1]
                better = True
    return [int(each) for each in tour]
