"""Soft cubic and split cubic: bounds of the mean loss from one or two gains for each query, maximum and token
(`lean/Compact/Transformer/Strategy/SoftCubic.lean`, `SplitCubic.lean`)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.enclosure import Enclosure, Params, enclose
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.soft import Level, Levels, Logs, Pair, exp_rows, pair, saved
from pipeline.transformer.checker.split import split_pair
from pipeline.transformer.checker.tables import Tables, tables
from pipeline.transformer.strategies.class_search import MAX_VOCAB, STEPS
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.strategies.table_fields import TABLE_FIELDS, packed, table_fields

PRECISIONS = (120, 160, 224)
"""Fractional bits of attention's exponentials: more are taken as long as the bound gains by it."""
GAIN = 50
"""By one part in so many at least."""
HALF = 8
"""Half the fractional bits of rounded logits, if weights are that fine."""
LEAST_BITS, MOST_NATS = 64, 256
"""Bits of an exponential of a logit at least; and how small they may be, so that these bits are not too many."""
GUARD = 16
"""Bits of the smallest of them that are good."""
LEVEL_PREC, LEVEL_STEPS = 128, 4
PICKS = 5
"""Levels for each query and maximum, at most."""
WORTH = 1 << 17
"""... but of soft cubic none that saves less than this part of all that is lost.  (The level of right answers is asked
for anyway, and of what is asked twice the kernel remembers the answer.)"""
LOWEST, FINE, COARSE = -12.0, 12, 4
"""The ladder: from this logarithm on, so many levels to the unit around 0, and farther off."""
NEAR = 5.0
FAR = 250.0
"""No model worth a proof loses as much; beyond it levels are no more, but farther apart."""
WORK = 1 << 18
"""About so many steps on tokens and levels are taken in one block of maxima."""

LOSS_FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("expPrec", "expHalf", "expHigh", "logHigh", "topDirect", "topToken", "positions"), "nat"
    ),
    **dict.fromkeys(("entries", "full", "but"), "list"),
    **dict.fromkeys(("lossPrec", "lossSteps", "top", "count", "levels", "drops", "right"), "nat"),
    **dict.fromkeys(("pickBits", "picksEach"), "nat"),
    "picks": "list",
}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rounded:
    """A model, as its tables have it."""

    exact: Circuits
    enclosure: Enclosure
    tables: Tables
    half: int


class SoftCubic:
    """`lean/Compact/Transformer/Strategy/SoftCubic.lean`"""

    name: ClassVar[str] = "soft-cubic-loss"
    checker: ClassVar[str] = "SoftCubic"
    summary: ClassVar[str] = (
        "mean loss by one gain for each query, maximum and token; d_vocab^3 steps"
    )
    when: ClassVar[str] = "a mean loss where inputs are too many to look at; the cheaper of the two"
    times: ClassVar[int] = 1
    """The sum over wrong outputs is at most so many times what a level says of it."""
    room: ClassVar[int] = 5
    """Bits of a lane besides those of a factor and of a logit."""
    work: ClassVar[int] = WORK
    worth: ClassVar[int] = WORTH

    def pair(self, t: Tables, logs: Logs, q: int, m: int) -> Pair:
        """The numbers of one query and one maximum."""
        return pair(t, logs, q, m)

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `SoftCubic.Certificate`."""
        return {**TABLE_FIELDS, **LOSS_FIELDS, "blocks": "matrix", "loss": "nat", "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables; logarithms and levels; each block of maxima."""
        blocks = fields["blocks"]
        assert isinstance(blocks, list)
        return ["Bool.and_intro", "Bool.and_intro", *[f"{self.checker}.next"] * len(blocks)]

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The least bound of the mean loss that is found; the inputs that are right come with it."""
        if model.n_ctx < 2 or not 2 <= model.d_vocab <= MAX_VOCAB:
            raise MalformedInput(
                f"{self.name} needs two positions and 2 to {MAX_VOCAB} tokens",
                cure="train a smaller model"
                if model.d_vocab > MAX_VOCAB
                else "use --strategy brute-force",
            )
        best: Certificate | None = None
        for prec in PRECISIONS:
            found = self.certificate(model, prec, progress)
            if best is not None and GAIN * _loss(found) > (GAIN - 1) * _loss(best):
                break
            best = found
        assert best is not None
        return best

    def certificate(self, model: Model, prec: int, progress: Progress) -> Certificate:
        """With so many fractional bits of attention's exponentials."""
        progress(f"multiplying the weights out; exponentials of {prec} bits")
        found = rounded(model, prec)
        t = found.tables
        progress("looking for logarithms")
        logs = logarithms(found)
        levels = Levels(t.width, logs.ceiling, found.half, LEVEL_PREC, LEVEL_STEPS, self.times)
        progress("averaging gains")
        pairs = [[self.pair(t, logs, q, m) for q in range(m + 1)] for m in range(t.v)]
        right = levels.one + 1
        top, ladder = make_ladder(levels, pairs, {right} if self.worth else set())
        progress(f"choosing among {len(ladder)} levels")
        total = t.v ** (t.n + 1)
        nothing = np.zeros(len(ladder))
        picks = [[pick(each, ladder, top, nothing) for each in row] for row in pairs]
        saves = _saves(pairs, picks, ladder, top)
        if self.worth:
            price = (total * top - sum(saves)) / self.worth
            prices = np.array([0 if level.gains == right else price for level in ladder])
            picks = [[pick(each, ladder, top, prices) for each in row] for row in pairs]
            saves = _saves(pairs, picks, ladder, top)
        rights = [sum(each.inputs(right) for each in row) for row in pairs]
        bits = max(
            t.prec + t.width + self.room,
            t.width + 4,
            2 * logs.bounding.prec + 3 + t.v.bit_length() + 1,
            logs.bounding.half + logs.bounding.high,
            top.bit_length(),
        )
        table = table_fields(model, found.exact, found.enclosure, t, bits)
        lanes = table["bits"]
        assert isinstance(lanes, int)
        (positions,) = packed([logs.positions], lanes)
        (gains,) = packed([[each.gains for each in ladder]], lanes)
        (drops,) = packed([[top - each.loss for each in ladder]], lanes)
        pick_bits = len(ladder).bit_length()
        fields: dict[str, Value] = {
            **table,
            "expPrec": logs.bounding.prec,
            "expHalf": logs.bounding.half,
            "expHigh": logs.bounding.high,
            "logHigh": logs.log_high,
            "topDirect": logs.top_direct,
            "topToken": logs.top_token,
            "positions": positions,
            "entries": logs.entries,
            "full": packed(logs.full, lanes),
            "but": packed(logs.but, lanes),
            "lossPrec": levels.prec,
            "lossSteps": levels.steps,
            "top": top,
            "count": len(ladder),
            "levels": gains,
            "drops": drops,
            "right": right,
            "pickBits": pick_bits,
            "picksEach": PICKS,
            "picks": packed([[i for each in row for i in each] for row in picks], pick_bits),
            "blocks": [
                [end - start, sum(saves[start:end]), sum(rights[start:end])]
                for start, end in blocks(t, self.work)
            ],
            "loss": -(-(total * top - sum(saves)) // total),
            "bound": sum(rights),
        }
        return Certificate(self.name, sum(rights), fields)


class SplitCubic(SoftCubic):
    """`lean/Compact/Transformer/Strategy/SplitCubic.lean`"""

    name: ClassVar[str] = "split-cubic-loss"
    checker: ClassVar[str] = "SplitCubic"
    summary: ClassVar[str] = (
        "mean loss by two gains for each query, maximum and token, a token's own output apart; d_vocab^3 steps"
    )
    when: ClassVar[str] = "a mean loss, where soft-cubic-loss is far above what samples say"
    times: ClassVar[int] = 2
    room: ClassVar[int] = 6
    work: ClassVar[int] = WORK // 4
    """Each step is several, and what the kernel remembers of them is as much more."""
    worth: ClassVar[int] = 0
    """No level is given up."""

    def pair(self, t: Tables, logs: Logs, q: int, m: int) -> Pair:
        """The numbers of one query and one maximum."""
        return split_pair(t, logs, q, m)


def _loss(certificate: Certificate) -> int:
    loss = certificate.fields["loss"]
    assert isinstance(loss, int)
    return int(loss)


def rounded(model: Model, prec: int) -> Rounded:
    """The tables, with lanes whose unit is a power of four, as exponentials want it."""
    exact = circuits(model)
    half = min(HALF, 2 * model.frac)
    shift = 4 * model.frac - 2 * half
    width = max(lane_bits(exact, model.frac) - shift, above(model.d_vocab, half).bit_length()) + 1
    if half < 1:
        raise MalformedInput("the weights are whole numbers: the loss needs finer ones")
    enclosure = enclose(exact, model.frac, Params(prec, STEPS, shift, width))
    return Rounded(exact, enclosure, tables(enclosure), half)


def above(outputs: int, half: int) -> int:
    """By so much at most is the logarithm of a sum above its largest term, in units of rounded logits."""
    return math.ceil(math.log(outputs) * (1 << 2 * half)) + (4 << half)


def position_row(t: Tables, rows: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """A row that stands for all positions, and for each maximum what its own entry has to be."""
    shifted = [[x - sum(row) // t.v for x in row] for row in rows]
    most = [max(column) for column in zip(*shifted, strict=True)]
    entries = [
        min(
            least(row[m], [u - x for u, x in zip(most, row, strict=True)], m)
            for row in (t.position[m], t.last)
        )
        for m in range(t.v)
    ]
    up = -min(*most, *entries)
    return [x + up for x in most], [x + up for x in entries]


def least(own: int, others: Sequence[int], m: int) -> int:
    """The largest entry that favours `m` no more than a row does."""
    return own + min((x for k, x in enumerate(others) if k != m), default=0)


def logarithms(found: Rounded) -> Logs:
    """For each query and token, logarithms that fit."""
    t, half = found.tables, found.half
    positions, entries = position_row(t, found.enclosure.pos_row)
    if max(*positions, *entries) >= 1 << t.width:
        raise MalformedInput("the rows of positions are too wide for the others")
    token = np.array(t.token) + np.array(positions)
    direct = np.array(t.direct)
    tops = int(direct.max()), int(token.max()) + above(t.v, half)
    # The largest path of a query and a token is not far below the logarithm of all.
    paths = np.array([np.sort(row[None, :] + token, axis=1)[:, -2] for row in direct])
    # Paths that lie farther below the largest of all than `MOST_NATS` are taken to be no farther.
    farthest = min(sum(tops) - int(paths.min()), (MOST_NATS << 2 * half) - 1, (4 << t.width) - 1)
    log_high = max(1, farthest.bit_length() - half)
    bits = 4.0**-half / math.log(2) * max(farthest, 1 << (half + log_high - 1))
    prec = max(LEAST_BITS, GUARD + math.ceil(bits))
    c = ExpParams(prec, half, max(1, t.width + 2 - half))
    a, b = exp_rows(t, c, positions, tops)
    of_logs, full, but = ExpParams(prec, half, log_high), [], []
    for q in range(t.v):
        products = [[x * y for x, y in zip(a[q], row, strict=True)] for row in b]
        sums = [sum(row) for row in products]
        full.append([logarithm(of_logs, each) for each in sums])
        but.append([logarithm(of_logs, each - products[k][k]) for k, each in enumerate(sums)])
    return Logs(c, log_high, *tops, positions, entries, full, but)


def logarithm(c: ExpParams, x: int) -> int:
    """The largest argument whose exponential is at least `x / 4^prec`, but for a few."""
    most = (1 << (c.half + c.high)) - 1
    if x == 0:
        return most
    y = start = min(most, int((2 * c.prec - math.log2(x)) * math.log(2) * 4**c.half) + 1)
    while y >= 0 and c.bounds(y).lo << c.prec < x:
        y -= 1 + (start - y) // 4
    if y < 0:
        raise MalformedInput("the logits of an input add up to more than their tables hold")
    return y


def make_ladder(
    levels: Levels, pairs: Sequence[Sequence[Pair]], more: set[int]
) -> tuple[int, list[Level]]:
    """A loss that no input exceeds, and levels, the largest gains first, these among them."""
    unit = 4**levels.half
    every = [x for row in pairs for each in row for c in each.all_passes for x in c[:1]]
    worst = min([max(0, x) for x in every] + [max(0, each.alone) for row in pairs for each in row])
    highest = (levels.one - worst) / unit
    near = np.linspace(-NEAR, NEAR, int(2 * NEAR * FINE), endpoint=False)
    low = np.linspace(LOWEST, -NEAR, int((-NEAR - LOWEST) * COARSE), endpoint=False)
    far = _far(highest)
    chosen = {levels.one - math.floor(x * unit) for x in (*low, *near, *far)} | {
        worst,
        levels.one + 1,
    }
    gains = sorted((each for each in chosen if worst <= each <= levels.most), reverse=True)
    return least_loss(levels, 0), [Level(each, least_loss(levels, each)) for each in gains]


def _far(highest: float) -> Floats:
    """Exponents of levels for losses that are large: evenly spaced, unless that would be too many."""
    if highest <= FAR:
        return np.arange(NEAR, max(NEAR, highest), 1 / COARSE)
    return np.geomspace(NEAR, highest, int((FAR - NEAR) * COARSE), endpoint=False)


def least_loss(levels: Levels, gains: int) -> int:
    """The least loss that fits a level, but for a few billionths."""
    exponent = (levels.one - gains) / 4**levels.half
    loss = start = math.floor(float(np.logaddexp(0.0, exponent + math.log(levels.times))) * 10**9)
    while not levels.fits(gains, loss):
        loss += 1 + (loss - start) // 8
    return loss


def _saves(
    pairs: Sequence[Sequence[Pair]],
    picks: Sequence[Sequence[Sequence[int]]],
    ladder: Sequence[Level],
    top: int,
) -> list[int]:
    """What levels save, for each maximum."""
    return [
        sum(
            saved(
                [(ladder[i].loss, each.inputs(ladder[i].gains)) for i in dict.fromkeys(chosen)], top
            )
            for each, chosen in zip(row, chosen_row, strict=True)
        )
        for row, chosen_row in zip(pairs, picks, strict=True)
    ]


def pick(each: Pair, ladder: Sequence[Level], top: int, prices: Floats) -> list[int]:
    """The levels that save most for one pair, as many as there may be and each more than its price; the largest loss
    first."""
    gains = np.array([level.gains for level in ladder], dtype=np.float64)
    counts: Floats = (each.alone >= gains).astype(np.float64)
    for c, passes in enumerate(each.all_passes, 1):
        row = np.array(passes, dtype=np.float64)
        counts += math.comb(each.n, c) * (
            len(row) - np.searchsorted(row, gains, side="left")
        ) ** float(c)
    # Of levels with as many inputs only the one with the least loss is of use.
    of_use = np.flatnonzero(np.diff(counts, prepend=0.0) > 0)
    if not len(of_use):
        return [0] * PICKS
    counts, losses = (
        counts[of_use],
        np.array([level.loss for level in ladder], dtype=np.float64)[of_use],
    )
    before: Floats = np.concatenate([[0.0], counts])
    cost: Any = (counts[None, :] - before[:, None]) * losses[None, :]
    cost[np.arange(len(before))[:, None] > np.arange(len(counts))[None, :]] = np.inf
    best, ways = cost[0] + prices[of_use], [np.full(len(counts), -1)]
    for _ in range(PICKS - 1):
        longer = best[:, None] + cost[1:] + prices[of_use]
        ways.append(np.where(longer.min(0) < best, longer.argmin(0), -2))
        best = np.minimum(best, longer.min(0))
    last = int((best + (counts[-1] - counts) * top).argmin())
    chosen: list[int] = []
    for way in reversed(ways):
        came = int(way[last])
        if came == -2:
            continue
        chosen.append(int(of_use[last]))
        if came == -1:
            break
        last = came
    return chosen + [chosen[-1]] * (PICKS - len(chosen))


def blocks(t: Tables, most: int) -> Iterator[tuple[int, int]]:
    """Maxima in blocks that take about as long."""
    work = [0, *accumulate((m + 1) * (3 * m + 6 * (PICKS + 1) * t.n) for m in range(t.v))]
    parts = -(-work[-1] // most) or 1
    ends = sorted({bisect_left(work, work[-1] * i // parts) for i in range(1, parts)} | {t.v})
    return pairwise([0, *(end for end in ends if end > 0)])
