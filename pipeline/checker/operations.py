"""How many operations a check takes: the length of a proof, whatever the machine.

An operation is an addition, subtraction, multiplication, division, power, shift, bitwise conjunction
or comparison of naturals.  On a packed row it counts once for each lane, so that packing buys time and
not a shorter proof.  What is counted is what the Lean definitions named here evaluate; reading an
entry of a list, and what is done once for the whole check, is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from pipeline.checker.classes import Run
from pipeline.checker.enclosure import Params
from pipeline.checker.mixed import Decided
from pipeline.checker.tables import Tables
from pipeline.model import Model

ROW_CHECK = 20
"""`Frame.risesAs` and `Frame.fallsAs`, for each lane."""
NO_BETTER = 8
"""`Frame.noBetterThan`, for each lane."""
MARGIN_TEST = 7
"""`Margins.against`, for each lane of one row."""
PAIR = 12
"""`Pair.of` and the test of the class without other tokens."""
BOTH_ENDS = 14
"""`Pair.both` with what it is given."""
CLASS = 3
"""`sumPowers`, for each class."""
GAPS = 3
"""`Quartic.gaps`, for each lane."""
MIXTURES = 24
"""`Quartic.withGaps`, the test of all classes together and `Quartic.alone`, for each lane."""
MIXTURE = 12
"""`Quartic.scaled` and the test of two mixtures side by side, for each lane."""


def tables(model: Model, t: Tables, params: Params) -> int:
    """`Tables.check`."""
    v, n, d, h = t.v, t.n, model.d_model, model.d_head
    products = [(v, d, h), (h, d, v), (h, d, n + 1), (v, d, h), (n + 1, d, h), (h, d, v)]
    products += [(v, h, v), (v, h, n + 1), (v, h, v), (n + 1, h, v), (v, d, v)]
    multiplied = v * d + sum(2 * rows * inner * columns for rows, inner, columns in products)
    compared = ROW_CHECK * (v * (2 * v + n + 1) + v * (v + n + 1)) + NO_BETTER * v * n * v
    exponentials = v * (v + n + 1) * ((2 + 4 * params.steps) + (3 + 6 * params.steps))
    weights = v * (n + 1) * (4 * n + 11)
    slacks = v * (9 * v + 2 * n)
    return multiplied + compared + exponentials + weights + slacks + 2 * v * v


def margins(t: Tables) -> int:
    """`Margins.check`, for all maxima: three rows for each token up to the maximum."""
    return 3 * MARGIN_TEST * t.v * _pairs(t)


def prefixes(t: Tables, found: Iterable[Run]) -> int:
    """`Prefixes.countWith`, given margins."""
    running = t.v * (2 * t.v) * 3 + _pairs(t) * 2
    return running + PAIR * _pairs(t) + sum(BOTH_ENDS + 6 + CLASS * _classes(run) for run in found)


def cubic(t: Tables, found: Iterable[Run]) -> int:
    """`Cubic.count`, given margins."""
    total = 0
    for m, runs, failed in _by_pair(t, found):
        each = sum(BOTH_ENDS + 12 + failed + CLASS * _classes(run) for run in runs)
        total += PAIR + 12 + 5 * m + each
    return total


def quartic(t: Tables, found: Iterable[Run]) -> int:
    """`Quartic.countBlock`: rows of `v` lanes, and tests of two of them side by side."""
    rows = GAPS * t.v * (t.v + 6)
    for m, runs, failed in _by_pair(t, found):
        rows += MIXTURES + MIXTURE * m + _retests(runs, failed)
    return t.v * rows


def mixed(t: Tables, found: Iterable[Decided]) -> int:
    """`Mixed.count`, given margins: prefixes, and rows as in `quartic` for some of the tokens."""
    total, rows = t.v * (2 * t.v) * 3 + _pairs(t) * 2, GAPS * t.v * 6
    for each in found:
        if each.runs:
            total += PAIR + sum(CLASS * _classes(run) for run in each.runs)
            total += BOTH_ENDS + 6 if each.size else 0
        if each.compared:
            left, failed = each.m - each.size, _failed(each.m, each.runs)
            rows += MIXTURES + GAPS + (MIXTURE + GAPS + 1) * left + _retests(each.runs, failed)
    return total + t.v * rows


def _pairs(t: Tables) -> int:
    return t.v * (t.v + 1) // 2


def _classes(run: Run) -> int:
    return run.last - run.first + 1


def _by_pair(t: Tables, found: Iterable[Run]) -> Iterable[tuple[int, Sequence[Run], int]]:
    """The maximum, the runs, and how many tokens do not pass in all of them."""
    for (_, m), pair in groupby(found, key=lambda run: (run.query, run.maximum)):
        runs = list(pair)
        yield m, runs, _failed(m, runs)


def _failed(m: int, runs: Sequence[Run]) -> int:
    """How many tokens do not pass in all classes."""
    return m - min((len(run.tokens) for run in runs if run.first > 0), default=m)


def _retests(runs: Sequence[Run], failed: int) -> int:
    """Rows of `Quartic.size`, for all runs."""
    return sum(10 + 8 * failed for run in runs if failed and run.first > 0)
