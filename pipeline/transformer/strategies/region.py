"""Quartic for a region: all inputs whose maximum is at least `least` and whose other tokens are that or lie below it by
at least `gap` (`lean/Compact/Transformer/Strategy/QuarticRegion.lean`)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, product
from typing import ClassVar

import numpy as np

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker import quartic
from pipeline.transformer.checker.classes import Run, count, with_others
from pipeline.transformer.checker.quartic import Maximum, Mixtures, Setup
from pipeline.transformer.checker.tables import Tables
from pipeline.transformer.compare.forward import Options, arrays, logits, scale_of
from pipeline.transformer.strategies.class_search import read_tables
from pipeline.transformer.strategies.quartic import LANES, Quartic
from pipeline.transformer.strategies.table_fields import table_fields

MOST_PLACES = 12
"""Positions of which all ways are tried to hold one of two tokens, to find an input that stands in the way."""
CLOSE = 1e-6
"""A margin in float64 that is this near to 0 tells nothing."""


@dataclass(frozen=True)
class Region:
    """Inputs with a maximum of at least `least`, and other tokens that lie below it by at least `gap`."""

    least: int
    gap: int

    def below(self, m: int) -> int:
        """Tokens below this, and the maximum `m`, may be in an input (`belowGap` in Lean)."""
        return max(0, m - max(0, self.gap - 1))

    def queries(self, m: int) -> Sequence[int]:
        """The queries that may be in it."""
        return [*range(self.below(m)), m]

    def runs(self, t: Tables) -> Iterator[Run]:
        """Its inputs."""
        for m in range(self.least, t.v):
            for q in self.queries(m):
                others = with_others(t.n, q, m)
                yield Run(q, m, 0, max(others, default=0), range(self.below(m)))

    def __str__(self) -> str:
        which = f"whose maximum is at least {self.least}"
        if self.gap > 1:
            which += f" and whose other tokens all equal it or lie below it by at least {self.gap}"
        return which


Failures = list[list[int]]
"""`[m][q]`: the first token that does not pass; -1 if not even the class without other tokens does."""


def failures(t: Tables) -> Failures:
    """What stands in the way of regions."""
    setup = Setup.of(t)
    rows = []
    for m in range(t.v):
        maximum = Maximum.of(setup, m)
        pairs = [Mixtures.of(setup, maximum, q) for q in range(m + 1)]
        rows.append([min(each.failed(), default=m) if each.alone() else -1 for each in pairs])
    return rows


Obstacle = tuple[int, int, int]
"""A query, a maximum and another token that do not pass together."""


def obstacle_at(m: int, region: Region, found: Failures) -> Obstacle | None:
    """What stands in the way of the region at one maximum."""
    for q in region.queries(m):
        if found[m][q] < 0:
            return q, m, m
        if found[m][q] < region.below(m):
            return q, m, found[m][q]
    return None


def obstacle(t: Tables, region: Region, found: Failures) -> Obstacle | None:
    """What stands in the way of the region, at its largest maximum with such."""
    each = (obstacle_at(m, region, found) for m in reversed(range(region.least, t.v)))
    return next((stands for stands in each if stands is not None), None)


def best(t: Tables, found: Failures) -> Region:
    """The region with the most inputs; larger gaps leave less to show, so each goes on where the last one stopped."""
    regions, least = [Region(t.v, 0)], t.v
    for gap in (0, *range(2, t.v + 1)):
        while least and obstacle_at(least - 1, Region(0, gap), found) is None:
            least -= 1
        if least < t.v:
            regions.append(Region(least, gap))
    return max(regions, key=lambda each: count(t.n, each.runs(t)))


def in_the_way(model: Model, q: int, m: int, s: int) -> str:
    """What is so of inputs with this query, maximum and other token: the one with the least margin in float64."""
    n = min(model.n_ctx - 1, MOST_PLACES)
    rest = (m,) * (model.n_ctx - 1 - n)
    ways = [(*rest, *each, q) for each in product(sorted({s, m}), repeat=n)]
    tokens = np.array([each for each in ways if max(each) == m], dtype=np.int64)
    each = logits(arrays(model), tokens, Options(scale_of(model)))
    right = each[:, m].copy()
    each[:, m] = -np.inf
    margins = right - each.max(axis=1)
    worst = int(margins.argmin())
    what = [int(token) for token in tokens[worst]]
    margin = float(margins[worst])
    if margin < -CLOSE:
        return f"the input {what} is answered wrongly, by {-margin:.3g}"
    return f"the input {what} is right by {margin:.3g} in float64, but not shown to be"


class QuarticRegion(Quartic):
    """`lean/Compact/Transformer/Strategy/QuarticRegion.lean`"""

    name = "quartic-region"
    checker = "QuarticRegion"
    own_fields: ClassVar[Mapping[str, Kind]] = {"least": "nat", "gap": "nat", "blocks": "matrix"}

    def __init__(self, region: Region | None = None) -> None:
        self.region = region

    def admitted(self, t: Tables) -> Iterator[Run]:
        """Classes of tokens that pass alone: in a region, all of them have to."""
        return quartic.admitted(t)

    def least_bits(self, t: Tables) -> int:
        return quartic.least_bits(t)

    def search(self, model: Model, progress: Progress) -> Certificate:
        found = self.find(model, progress)
        t = found.tables
        progress("looking for the region")
        failing = failures(t)
        region = self.region or best(t, failing)
        stands = obstacle(t, region, failing)
        if stands is not None:
            largest = best(t, failing)
            raise MalformedInput(
                f"not every input {region} can be shown to be right: {in_the_way(model, *stands)}",
                cure=f"ask for less; what can be shown is every input {largest}",
            )
        runs = list(region.runs(t))
        bound = count(t.n, runs)
        fields: dict[str, Value] = {
            **table_fields(model, found.exact, found.enclosure, t, self.least_bits(t)),
            "least": region.least,
            "gap": region.gap,
            "blocks": region_blocks(t, region),
            "bound": bound,
        }
        return Certificate(self.name, bound, fields)

    def counted(self, model: Model, fields: Mapping[str, Value]) -> Sequence[Run]:
        least, gap = fields["least"], fields["gap"]
        assert isinstance(least, int)
        assert isinstance(gap, int)
        return list(Region(least, gap).runs(read_tables(model, fields)))

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The tables, and each block of maxima."""
        each = fields["blocks"]
        assert isinstance(each, list)
        return ["Bool.and_intro", *["Blocks.next"] * len(each)]


def region_blocks(t: Tables, region: Region) -> list[list[int]]:
    """The region's maxima in blocks that take about as long: of each, how many maxima, and how many inputs."""
    maxima = range(region.least, t.v)
    inputs = dict.fromkeys(maxima, 0)
    for run in region.runs(t):
        inputs[run.maximum] += run.count(t.n)
    work = [0, *accumulate(t.v * m * (m + 1) for m in maxima)]
    number = -(-work[-1] // LANES) or 1
    cuts = {bisect_left(work, work[-1] * i // number) for i in range(1, number)}
    ends = sorted({*cuts, len(maxima)} - {0})
    return [
        [end - start, sum(inputs[maxima[i]] for i in range(start, end))]
        for start, end in pairwise([0, *ends])
    ]
