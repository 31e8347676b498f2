"""The frontier, drawn: explanations beside our own strategies."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.emit.names import own_name
from pipeline.explain.point import Point, frontier
from pipeline.report.style import FAINT, Picture, drawing, figure, look, per_cent, picture

OWN = "#A00060"


def draw(points: Sequence[Point], total: int, truth: int | None, file: str) -> Picture:
    """Bound against length."""
    best = frontier(points)
    with drawing():
        drawn = figure(7.2, 5.2)
        axes = drawn.subplots()
        axes.set_xscale("log")
        axes.step(
            [each.length for each in best],
            [each.bound / total for each in best],
            where="post",
            color=FAINT,
            lw=1.2,
            zorder=1,
        )
        if truth is not None:
            axes.axhline(truth / total, color=FAINT, lw=0.8, ls=":", label="truth")
        for point in points:
            style = look(point.name)
            axes.plot(
                [point.length],
                [point.bound / total],
                "*" if point.own else style.marker,
                ms=15 if point.own else 8,
                mec="white",
                color=OWN if point.own else style.color,
                label=None if point.own else point.name,
                zorder=3 if point.own else 2,
            )
            if point.own:
                axes.annotate(
                    own_name(point.name),
                    (point.length, point.bound / total),
                    xytext=(8, 6),
                    textcoords="offset points",
                    fontsize=9,
                    color=OWN,
                )
        axes.set_xlabel("operations of the proof (log scale)")
        axes.set_ylabel("inputs proved to be answered correctly")
        per_cent(axes)
        axes.grid(True, which="major")
        axes.margins(x=0.12)
        drawn.legend(loc="outside lower center", ncols=3)
        caption = f"{file}: stars are the explanations that were scored; the line is the frontier."
        return picture(drawn, "frontier", "Bound against length of the proof", caption)
