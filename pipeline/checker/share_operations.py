"""How many operations the check of a low-rank proof takes (`pipeline/checker/operations.py` says what counts).

Mirror of `lean/Compact/Length/LowRank.lean`, where Lean evaluates the same number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.checker.chains import Part
from pipeline.checker.classes import Run
from pipeline.checker.operations import ROW_CHECK
from pipeline.checker.shares import Choice
from pipeline.model import Model

ENTRY = 11
"""`seenFrom`, for each token: two rows, two running extremes, one test."""
TOPS = 9
"""`Ruler.tops'`, for each lane."""
AHEAD = 8
"""`Ruler.ahead`, for each lane."""
MARGIN = 9
"""`Tops.margin` and its running minimum."""
PAIR = 20
"""`counted`, for each query and maximum."""
PAIR_END = 45
"""`SharePair.of` and the test of the class without other tokens, for each end."""
RUN = 30
"""`sizeOf`, for each run; and for each of its classes."""
RUN_END = 16
CLASS = 3


def low_rank(model: Model, choice: Choice, kind: int, steps: int, found: Iterable[Run]) -> int:
    """`LowRank.operations`; `kind` is that of the bound on attention."""
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model, model.d_head
    n, ends = p - 1, 2 if kind else 1
    multiplied = 2 * (h * d * p + v * d * h + v * h * p) + 2 * (v + p) * (d * h + h * d + d * v)
    enclosed = v * d + _enclosed([v, d, h, d, v], choice.qk)
    enclosed += 3 * v * d + 2 * d * v + _enclosed([v, d, v], choice.eu)
    rows = 2 * p * v + v * v
    seen = ROW_CHECK * v * (v + p) + v * (v + p) * ((2 + 4 * steps) + (3 + 6 * steps))
    seen += ENTRY * v * v + v * p * (4 * n + 11)
    tops = TOPS * 2 * v * v
    tested = v * ((3 * AHEAD * p + 2 * AHEAD if kind else 2 * AHEAD * p) * v)
    pairs = v * (v + 1) // 2
    counted = pairs * (MARGIN + PAIR + PAIR_END * ends)
    for run in found:
        if run.first > 0:
            counted += RUN + RUN_END * ends
            counted += CLASS * (run.last - run.first + 1)
    return multiplied + enclosed + rows + seen + tops + tested + counted


def _enclosed(sizes: Sequence[int], part: Part) -> int:
    """`Chain.enclose` of factors with these numbers of rows (and, last, of columns)."""
    r, v = sizes[0], sizes[-1]
    total = 0
    for peel in part.peels:
        i = peel.index
        total += 3 * sizes[i] * sizes[i + 1] + 4 * r * v
        total += sum(2 * a * b for a, b in pairwise(sizes[: i + 1]))
        total += sum(2 * a * b for a, b in pairwise(sizes[i + 1 :]))
    if part.exact:
        return total + r * v + sum(2 * r * a * b for a, b in pairwise(sizes[1:]))
    return total + sum(_ranges(sizes, plan) for plan in part.plans or [0])


def _ranges(sizes: Sequence[int], plan: int) -> int:
    """`Chain.ranges`"""
    r, c, *others = sizes
    if not others:
        return 3 * r * c
    if plan & 1:
        return 2 * r * c * others[0] + _ranges([r, *others], plan >> 1)
    return 5 * r * c + _ranges([c, *others], plan >> 1)
