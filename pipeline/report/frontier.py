"""Bound against what the proof costs, with the frontier: no proof shown is cheaper and higher at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from pipeline import reference
from pipeline.families import order
from pipeline.report.labels import name_points
from pipeline.report.style import (
    FAINT,
    Picture,
    drawing,
    figure,
    look,
    mean,
    per_cent,
    picture,
)
from pipeline.sweep.proof import Proof

_FAR = 30
"""So many times dearer than everything else: not drawn to scale."""
_CLOSE = 300
"""Costs this near to each other have more than the powers of ten written below them."""
_SHARE = "brute force on a share of the inputs"
_ASIDE, _ROOM = 1.25, 0.18
"""The room to the right, and to the left for names."""

Cost = Callable[[Proof], float | None]


@dataclass(frozen=True)
class Spot:
    """A strategy: means over its models."""

    strategy: str
    cost: float
    bound: float
    spread: float


Says = Callable[[Proof], tuple[str, str]]
"""The name of a proof on the page, and what is shown where a pointer rests on it."""


def frontiers(rows: Sequence[Proof], says: Says, brute: int | None = None) -> list[Picture]:
    """Against counted operations and against kernel seconds, for models of one size; `brute` operations look at
    every input."""
    v, n = rows[0].d_vocab, rows[0].n_ctx
    measured = (v, n) == (reference.D_VOCAB, reference.N_CTX)
    theirs = reference.POINTS if measured else ()
    beside = (
        " Grey diamonds: the reference's strategies on nine models of its own, unchecked float32; their"
        " place on this axis is {}, as measured in its code."
        if measured
        else ""
    )
    common = (
        "Filled markers are single proofs (rest on one for its statement, click for its row), hollow ones means over"
        " models; bars are standard deviations of the bound. The line joins the strategies that no other beats in both."
    )
    pictures = [
        _picture(
            rows,
            says,
            lambda row: row.operations,
            [(point, point.flops) for point in theirs],
            ("operations", "operations counted by the checker"),
            common
            + beside.format("the floating point operations that it counts")
            + ("" if brute is None else f" Dotted: so many inputs looked at one by one, {_SHARE}."),
            brute,
        ),
        _picture(
            rows,
            says,
            lambda row: row.kernel_seconds,
            [(point, point.seconds) for point in theirs],
            ("seconds", "seconds in Lean's kernel"),
            common + beside.format("the seconds of its Python"),
        ),
    ]
    return [each for each in pictures if each is not None]


def spots(rows: Iterable[Proof], cost: Cost) -> list[Spot]:
    """The means of each strategy, from the cheapest."""
    found = []
    rows = [row for row in rows if cost(row)]
    for strategy in dict.fromkeys(row.strategy for row in rows):
        own = [row for row in rows if row.strategy == strategy]
        bounds = [float(row.bound_fraction or 0) for row in own]
        costs = [float(cost(row) or 0) for row in own]
        spread = float(np.std(bounds, ddof=1)) if len(bounds) > 1 else 0.0
        found.append(Spot(strategy, mean(costs), mean(bounds), spread))
    return sorted(found, key=lambda spot: (spot.cost, -spot.bound))


def frontier(found: Sequence[Spot]) -> list[Spot]:
    """Those that are higher than all cheaper ones."""
    best: list[Spot] = []
    for spot in found:
        if not best or spot.bound > best[-1].bound:
            best.append(spot)
    return best


def _picture(
    rows: Sequence[Proof],
    says: Says,
    cost: Cost,
    theirs: Sequence[tuple[reference.Point, float]],
    axis: tuple[str, str],
    caption: str,
    brute: int | None = None,
) -> Picture | None:
    found = spots(rows, cost)
    if not found:
        return None
    name, label = axis
    nearest = max([spot.cost for spot in found] + sorted(x for _, x in theirs)[:-1])
    far = [(point, x) for point, x in theirs if x > _FAR * nearest]
    theirs = [each for each in theirs if each not in far]
    said: dict[str, str] = {}
    with drawing():
        drawn = figure(6.4, 5.6)
        axes: Axes = drawn.subplots()
        axes.set_xscale("log")
        best = frontier(found)
        axes.plot([s.cost for s in best], [s.bound for s in best], color=FAINT, lw=1.2, zorder=2)
        for number, (point, x) in enumerate(theirs):
            axes.errorbar(
                x,
                point.bound,
                yerr=point.spread,
                fmt="d",
                ms=7,
                mfc="white",
                mec=FAINT,
                ecolor=FAINT,
                elinewidth=0.8,
                label="reference (unchecked float32)" if number == 0 else None,
                zorder=1,
            )
        _name_far(axes, far)
        for spot in sorted(found, key=lambda spot: order(spot.strategy)):
            style = look(spot.strategy)
            own = [row for row in rows if row.strategy == spot.strategy and cost(row)]
            for row, at in zip(own, _single(own, cost), strict=True):
                anchor, words = says(row)
                said[f"at-{anchor}"] = words
                axes.plot(
                    *at,
                    style.marker,
                    ms=5 if len(own) > 1 else 9,
                    mec="white",
                    mew=0.5,
                    color=style.color,
                    zorder=5,  # above the means, so that it is seen and a pointer finds it
                    gid=f"at-{anchor}",
                    url=f"#{anchor}",
                )
            axes.errorbar(
                spot.cost,
                spot.bound,
                yerr=spot.spread or None,
                fmt=style.marker,
                ms=11,
                mfc="white" if len(own) > 1 else style.color,
                mec=style.color,
                mew=1.6,
                color=style.color,
                elinewidth=1.2,
                label=spot.strategy,
                zorder=4,
            )
        left, right = axes.get_xlim()
        close = right / left < _CLOSE
        axes.set_xlim(left * (left / right) ** (_ROOM if theirs else 0), right * _ASIDE**2)
        if brute is not None:
            costs = np.geomspace(*axes.get_xlim(), 200)
            shares = np.minimum(costs / brute, 1)
            axes.plot(costs, shares, ":", color=FAINT, lw=1.4, label=_SHARE, zorder=1)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if close else (1,)))
        axes.xaxis.set_major_formatter("{x:g}" if name == "seconds" else EngFormatter(sep=""))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(f"{label} (log scale)")
        axes.set_ylabel("inputs proved to be answered correctly")
        per_cent(axes)
        axes.set_ylim(0, 1.04)
        axes.margins(x=0.12)
        axes.grid(True, which="major")
        drawn.legend(loc="outside lower center", ncols=3)
        name_points(
            drawn,
            axes,
            [(point.name, (x, point.bound)) for point, x in theirs],
            [*_single(rows, cost), *((spot.cost, spot.bound) for spot in found)],
        )
        title = f"Bound against {label}"
        where = f"bound_{name}_v{rows[0].d_vocab}_n{rows[0].n_ctx}"
        return picture(drawn, where, title, caption, said)


def _single(rows: Iterable[Proof], cost: Cost) -> list[tuple[float, float]]:
    """Where the proofs are that have a cost."""
    return [(float(cost(row) or 0), float(row.bound_fraction or 0)) for row in rows if cost(row)]


def _name_far(axes: Axes, far: Sequence[tuple[reference.Point, float]]) -> None:
    """Names above the right edge, for points far outside."""
    names = [f"reference's {point.name}, {point.bound:.2%}, at {x:.1e} →" for point, x in far]
    axes.set_title("\n".join(names), loc="right", fontsize=8.5, color=FAINT)
