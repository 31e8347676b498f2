"""Quartic for a region: all inputs whose maximum is at least `least` and whose other tokens are that or lie below it by
at least `gap` (`lean/Compact/Transformer/Strategy/QuarticRegion.lean`), or by at least a gap for each maximum
(`QuarticGaps.lean`)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise, product
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import circuits
from pipeline.transformer.checker.classes import Run, Weighted, count, with_others
from pipeline.transformer.checker.quartic import Maximum, Mixtures, Setup
from pipeline.transformer.checker.sheets import SHIFT_BITS
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.checker.whole import Whole
from pipeline.transformer.compare.forward import Options, arrays, logits, scale_of
from pipeline.transformer.near_ties import is_right
from pipeline.transformer.strategies.class_search import read_tables
from pipeline.transformer.strategies.quartic import FRONT, Quartic
from pipeline.transformer.strategies.table_fields import packed, table_fields

MOST_PLACES = 12
"""Positions of which all ways are tried to hold one of two tokens, to find an input that stands in the way."""
MOST_INPUTS = 1 << 14
"""Inputs that are looked at to find one that is answered wrongly."""
SHOWN = 3
"""Regions that the search tells of."""
BLOCK = 1 << 21
"""About so many lanes are compared in one block of maxima: what the kernel has to remember at a time.  Two blocks
there are never (Lean stops to count steps where there are three)."""


class Inputs(Protocol):
    """Inputs whose other tokens are below a bound that depends on their maximum."""

    def below(self, m: int) -> int | None:
        """Tokens below this, and the maximum `m`, may be in an input; `None` if no input has this maximum."""


def queries(region: Inputs, m: int) -> Sequence[int]:
    """The queries of its inputs with the maximum `m`."""
    below = region.below(m)
    return [] if below is None else [*range(below), m]


def runs(region: Inputs, t: Weighted, maxima: Iterable[int]) -> Iterator[Run]:
    """Its inputs with these maxima."""
    for m in maxima:
        tokens = range(region.below(m) or 0)
        for q in queries(region, m):
            yield Run(q, m, 0, max(with_others(t.n, q, m), default=0), tokens)


@dataclass(frozen=True)
class Region:
    """Inputs with a maximum of at least `least`, and other tokens that lie below it by at least `gap`."""

    least: int
    gap: int

    def below(self, m: int) -> int | None:
        """As `belowGap` in Lean."""
        return max(0, m - max(0, self.gap - 1)) if m >= self.least else None

    def __str__(self) -> str:
        which = f"whose maximum is at least {self.least}"
        if self.gap > 1:
            which += f" and whose other tokens all equal it or lie below it by at least {self.gap}"
        return which


@dataclass(frozen=True)
class Gaps:
    """Inputs whose other tokens lie below the maximum by at least a gap for this maximum; none where it is 0."""

    each: tuple[int, ...]

    @classmethod
    def read(cls, bits: int, packed: int, number: int) -> Gaps:
        """Those of so many maxima, from a certificate (`gapAt` in Lean)."""
        return cls(tuple(packed >> bits * m & (1 << bits) - 1 for m in range(number)))

    @property
    def bits(self) -> int:
        """Bits of one of them."""
        return max(1, max(self.each).bit_length())

    @property
    def packed(self) -> int:
        """All of them in one number."""
        return sum(gap << self.bits * m for m, gap in enumerate(self.each))

    def below(self, m: int) -> int | None:
        gap = self.each[m]
        return max(0, m - (gap - 1)) if gap else None

    def __str__(self) -> str:
        parts = []
        for gap, group in groupby(enumerate(self.each), key=lambda each: each[1]):
            maxima = [m for m, _ in group]
            which = f"{maxima[0]}" if len(maxima) == 1 else f"{maxima[0]} to {maxima[-1]}"
            if gap:
                parts.append(f"{gap} for {which}")
        return (
            "whose other tokens all equal the maximum or lie below it by at least a gap that depends on the maximum"
            f" ({', '.join(parts) or 'there are none'})"
        )


Failures = list[list[int]]
"""`[m][q]`: the first token that does not pass, where there are inputs with other tokens; -1 if not even the class
without other tokens does."""


def failures(whole: Whole) -> Failures:
    """What stands in the way of regions."""
    return [[pair.failure for pair in row] for row in whole.pairs]


Obstacle = tuple[int, int, int]
"""A query, a maximum and another token that do not pass together."""


def obstacles(region: Inputs, found: Failures, maxima: Iterable[int]) -> Iterator[Obstacle]:
    """What stands in the way of the region, at these maxima."""
    for m in maxima:
        for q in queries(region, m):
            first = found[m][q]
            if first < (region.below(m) or 0):
                yield q, m, m if first < 0 else first


def passes(region: Inputs, found: Failures, m: int) -> bool:
    """Does nothing stand in its way at the maximum `m`?"""
    return next(obstacles(region, found, [m]), None) is None


def regions(v: int, found: Failures) -> list[Region]:
    """For each gap the region with the least maximum from which on everything passes, as long as that becomes
    less; larger gaps leave less to show, so each goes on where the last one stopped."""
    all_found, least = list[Region](), v
    for gap in (0, *range(2, v + 1)):
        before = least
        while least and passes(Region(0, gap), found, least - 1):
            least -= 1
        if least < before:
            all_found.append(Region(least, gap))
    return all_found


def best(t: Weighted, v: int, found: Failures) -> Region:
    """The region with the most inputs."""
    return max([Region(v, 0), *regions(v, found)], key=lambda each: size(each, t, v))


def size(region: Inputs, t: Weighted, v: int) -> int:
    """How many inputs a region has."""
    return count(t.n, runs(region, t, range(v)))


def best_gaps(v: int, found: Failures) -> Gaps:
    """The least gap for each maximum with which everything passes; 0 if there is none."""
    return Gaps(
        tuple(
            next((gap for gap in range(1, m + 2) if passes(Region(0, gap), found, m)), 0)
            for m in range(v)
        )
    )


def in_the_way(model: Model, t: Tables, region: Inputs, found: Failures) -> str:
    """Of the inputs that do not pass the one with the least margin: it is answered wrongly, or it is right, and
    something loses it."""
    standing = list(obstacles(region, found, reversed(range(t.v))))
    ways = MOST_INPUTS >> min(t.n, MOST_PLACES)
    tokens = [x for q, m, s in standing[: max(1, ways)] for x in _ways(t.n, q, m, s)]
    margins = _margins(model, tokens)
    worst = int(margins.argmin())
    what, margin = list(tokens[worst]), float(margins[worst])
    if not is_right(circuits(model), model.frac, what):
        return f"the input {what} is answered wrongly, by {-margin:.3g}"
    lost = lost_by(t, what)
    return f"the input {what} is right by {margin:.3g} in float64, but not shown to be: it is lost by {lost}"


def _ways(n: int, q: int, m: int, s: int) -> Iterator[tuple[int, ...]]:
    """The inputs with this query and maximum whose other tokens are `s`."""
    rest = (m,) * max(0, n - MOST_PLACES)
    each = product(sorted({s, m}), repeat=min(n, MOST_PLACES))
    return ((*rest, *x, q) for x in each if max(*x, q) == m)


def _margins(model: Model, tokens: Sequence[tuple[int, ...]]) -> npt.NDArray[np.float64]:
    """The margins of inputs, in float64."""
    rows = np.array(tokens, dtype=np.int64)
    each, largest = logits(arrays(model), rows, Options(scale_of(model))), rows.max(axis=1)
    place = np.arange(len(rows))
    right = each[place, largest].copy()
    each[place, largest] = -np.inf
    return np.asarray(right - each.max(axis=1), dtype=np.float64)


def lost_by(t: Tables, x: Sequence[int]) -> str:
    """Which rung of the ladder (`pipeline/inputs/rungs.py`) loses an input that is right."""
    *before, q = x
    m, setup = max(x), Setup.of(t)
    others = [token for token in before if token != m]
    for run in Mixtures.of(setup, Maximum.of(setup, m), q).runs():
        if run.first <= len(others) <= run.last and set(others) <= set(run.tokens):
            return "rounding (classes that are decided together)"
    return "averaging (all its tokens below the maximum are taken for any one of them, wherever they stand)"


NARROW_FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(("laneBits", "spareBits"), "nat"),
    **dict.fromkeys(("shifts", "firsts"), "list"),
}
"""The fields of `Narrow` in Lean."""


def narrow_fields(whole: Whole) -> dict[str, Value]:
    """How rows are compared: in what lanes, and how many tokens together."""
    pairs = whole.pairs
    return {
        "laneBits": whole.lane_bits,
        "spareBits": whole.spare_bits,
        "shifts": packed(
            [[whole.shift(each.q, each.m) for each in row] for row in pairs], SHIFT_BITS
        ),
        "firsts": packed([[each.first for each in row] for row in pairs], SHIFT_BITS),
    }


def _less(inputs: int, largest: Region, in_gaps: int) -> str:
    """What to ask for where a region cannot be shown."""
    if inputs:
        return f"ask for less; what can be shown is every input {largest}"
    elsewhere = "; --claim gaps shows what can be, maximum by maximum" if in_gaps else ""
    return f"no region can be shown of this model{elsewhere}"


class QuarticRegion(Quartic):
    """`lean/Compact/Transformer/Strategy/QuarticRegion.lean`"""

    name = "quartic-region"
    checker = "QuarticRegion"
    own_fields: ClassVar[Mapping[str, Kind]] = {
        **NARROW_FIELDS,
        "least": "nat",
        "gap": "nat",
        "blocks": "matrix",
    }

    def __init__(self, region: Region | None = None) -> None:
        self.region = region

    def admitted(self, t: Tables) -> Iterator[Run]:
        """Classes of tokens that pass by themselves: in a region, all of them have to."""
        return Whole(t).runs()

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = self.find(model, progress)
        t = found.tables
        progress("looking for the region")
        whole = Whole(t)
        failing = failures(whole)
        total, gaps = t.v ** (t.n + 1), best_gaps(t.v, failing)
        for each in readable(t, failing):
            progress(
                f"can be shown: {share_of(size(each, t, t.v), total)} of all inputs: those {each}"
            )
        share = share_of(size(gaps, t, t.v), total)
        progress(f"with a gap for each maximum (--claim gaps): {share} of all inputs")
        region = self.region or best(t, t.v, failing)
        if next(obstacles(region, failing, range(t.v)), None) is not None:
            largest = best(t, t.v, failing)
            raise MalformedInput(
                f"not every input {region} can be shown to be right: {in_the_way(model, t, region, failing)}",
                cure=_less(size(largest, t, t.v), largest, size(gaps, t, t.v)),
            )
        bound = size(region, t, t.v)
        fields: dict[str, Value] = {
            **table_fields(model, found.exact, found.enclosure, t, self.least_bits(t)),
            **narrow_fields(whole),
            "least": region.least,
            "gap": region.gap,
            "blocks": region_blocks(whole, region, region.least),
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        least, gap = fields["least"], fields["gap"]
        assert isinstance(least, int)
        assert isinstance(gap, int)
        t = read_tables(model, fields)
        return list(runs(Region(least, gap), t, range(t.v)))

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]


class QuarticGaps(QuarticRegion):
    """`lean/Compact/Transformer/Strategy/QuarticGaps.lean`"""

    name = "quartic-gaps"
    checker = "QuarticGaps"
    own_fields: ClassVar[Mapping[str, Kind]] = {
        **NARROW_FIELDS,
        "gapBits": "nat",
        "gaps": "nat",
        "blocks": "matrix",
    }

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = self.find(model, progress)
        t = found.tables
        progress("looking for the gaps")
        whole = Whole(t)
        gaps = best_gaps(t.v, failures(whole))
        bound = size(gaps, t, t.v)
        fields: dict[str, Value] = {
            **table_fields(model, found.exact, found.enclosure, t, self.least_bits(t)),
            **narrow_fields(whole),
            "gapBits": gaps.bits,
            "gaps": gaps.packed,
            "blocks": region_blocks(whole, gaps, 0),
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        bits, packed = fields["gapBits"], fields["gaps"]
        assert isinstance(bits, int)
        assert isinstance(packed, int)
        t = read_tables(model, fields)
        return list(runs(Gaps.read(bits, packed, t.v), t, range(t.v)))


def readable(t: Tables, failing: Failures) -> list[Region]:
    """The regions with the most inputs, the most first."""
    found = regions(t.v, failing)
    return sorted(found, key=lambda each: -size(each, t, t.v))[:SHOWN]


def region_blocks(whole: Whole, region: Inputs, first: int) -> list[list[int]]:
    """The maxima from the first on in blocks that take about as long: of each, how many maxima, and how many inputs."""
    t = whole.t
    maxima = range(first, t.v)
    inputs, lanes = dict.fromkeys(maxima, 0), dict.fromkeys(maxima, 0)
    for run in runs(region, t, maxima):
        inputs[run.maximum] += run.count(t.n)
        pair = whole.pairs[run.maximum][run.query]
        lanes[run.maximum] += t.v * (FRONT + max(1, len(run.tokens) - pair.first))
    work = [0, *accumulate(lanes[m] for m in maxima)]
    number = 1 if work[-1] <= BLOCK else max(3, -(-work[-1] // BLOCK))
    cuts = {bisect_left(work, work[-1] * i // number) for i in range(1, number)}
    ends = sorted({*cuts, len(maxima)} - {0})
    return [
        [end - start, sum(inputs[maxima[i]] for i in range(start, end))]
        for start, end in pairwise([0, *ends])
    ]


def share_of(inputs: int, total: int) -> str:
    """Per cent, rounded down."""
    whole, rest = divmod(10_000 * inputs // total, 100)
    return f"{whole}.{rest:02} %"
