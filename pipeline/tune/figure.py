"""Accuracy and provability over training, as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from pipeline.report.style import (
    FAINT,
    INK,
    drawing,
    figure,
    look,
    per_cent,
    picture,
)
from pipeline.tune.recipe import Recipe
from pipeline.tune.stage import Stage
from pipeline.tune.state import write_bytes

SHARES = (0.5, 0.9, 0.99)
"""What a proof should say: so much of all inputs."""
_STYLES = (":", "--", "-")


def draw(path: Path, rows: Sequence[Stage], recipe: Recipe) -> None:
    """Two panels: what is true and what is proved; how long the shortest proof is of so much."""
    with drawing():
        drawn = figure(8.2, 8.4)
        upper, lower = drawn.subplots(2, 1, sharex=True)
        _bounds(upper, rows)
        _lengths(lower, rows)
        for axes in (upper, lower):
            axes.grid(True)
            if 0 < recipe.alone < recipe.steps:
                axes.axvline(recipe.alone, color=FAINT, linewidth=1)
        if 0 < recipe.alone < recipe.steps:
            upper.text(recipe.alone, 0.02, " provability joins the loss", color=FAINT)
        lower.set_xlabel("steps of training")
        write_bytes(path, picture(drawn, "stages", "Stages", "").svg)


def _bounds(axes: Axes, rows: Sequence[Stage]) -> None:
    known = [row for row in rows if row.right is not None]
    axes.plot(
        [row.step for row in known],
        [(row.right or 0) / row.inputs for row in known],
        color=INK,
        linewidth=2,
        label="accuracy, exact",
    )
    for name in dict.fromkeys(row.strategy for row in rows):
        own, style = [row for row in rows if row.strategy == name], look(name)
        axes.plot(
            [row.step for row in own],
            [row.bound / row.inputs for row in own],
            color=style.color,
            marker=style.marker,
            markersize=4,
            label=name,
        )
    axes.set(ylabel="share of all inputs", ylim=(0, 1.02))
    per_cent(axes)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def shortest(rows: Sequence[Stage], share: float) -> list[tuple[int, int | None]]:
    """For each step: the length of the shortest proof of this share of the inputs, if there is one."""
    found: dict[int, int | None] = {}
    for row in rows:
        best = found.setdefault(row.step, None)
        enough = row.operations is not None and row.bound >= share * row.inputs
        if enough and (best is None or (row.operations or 0) < best):
            found[row.step] = row.operations
    return sorted(found.items())


def _lengths(axes: Axes, rows: Sequence[Stage]) -> None:
    for share, style in zip(SHARES, _STYLES, strict=True):
        points = shortest(rows, share)
        axes.plot(
            [step for step, _ in points],
            [float("nan") if length is None else length for _, length in points],
            color=INK,
            linestyle=style,
            marker="o",
            markersize=4,
            label=f"of {100 * share:.0f} % of all inputs",
        )
    axes.set(ylabel="operations of the shortest proof", yscale="log")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
