"""Heat maps of a model: its circuits, and which classes each strategy certifies."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.report.gaps import MOST
from pipeline.report.region import Floats
from pipeline.report.style import Picture, drawing, figure, picture
from pipeline.report.subject import Subject

_COLUMNS = 3


def circuit_maps(name: str, subject: Subject) -> Picture:
    """Attention by token, and what token and query add to the logits."""
    exact, unit = subject.exact, 2.0 ** (-2 * subject.model.frac)
    scores = exact.EQKE.astype(np.float64) * (exact.score_num / exact.score_den)
    maps = (
        ("EQKE: scores", "key token", "query token", scores),
        (
            "EVOU: attended token",
            "output",
            "attended token",
            exact.EVOU.astype(float) * unit * unit,
        ),
        ("EU: direct path", "output", "query token", exact.EU.astype(float) * unit),
    )
    with drawing():
        drawn = figure(9.6, 3.6)
        for axes, (title, x, y, values) in zip(drawn.subplots(1, 3), maps, strict=True):
            centred = values - np.median(values)
            limit = float(np.abs(centred).max()) or 1.0
            image = axes.imshow(centred, cmap="PuOr", vmin=-limit, vmax=limit)
            axes.set(title=title, xlabel=x, ylabel=y)
            drawn.colorbar(image, ax=axes, location="bottom", shrink=0.85)
        caption = (
            f"{name}, last position: EQKE, OV, direct path. Scores are divided by the attention scale, in natural"
            " logarithms of attention; the others are logits. All are less their median."
        )
        return picture(drawn, "circuits", "Circuits", caption)


def region_maps(name: str, regions: Mapping[str, Floats]) -> Picture | None:
    """For each strategy, the certified share of the inputs with a query and a maximum."""
    if not regions:
        return None
    rows = ceil(len(regions) / _COLUMNS)
    columns = min(_COLUMNS, len(regions))
    with drawing():
        drawn: Figure = figure(3.2 * columns + 0.9, 3.3 * rows)
        grid = drawn.subplots(rows, columns, squeeze=False)
        used: list[Axes] = []
        for axes, (strategy, region) in zip(grid.flat, regions.items(), strict=False):
            image = axes.imshow(region.T, cmap="cividis", vmin=0, vmax=1, origin="lower")
            axes.set(title=strategy, xlabel="query", ylabel="maximum")
            used.append(axes)
        for axes in grid.flat[len(regions) :]:
            axes.remove()
        bar = drawn.colorbar(image, ax=used, shrink=0.85, label="certified share of the class")
        bar.ax.yaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
        caption = (
            f"{name}. Each square holds the inputs with one query (last token) and one maximum; there are"
            " none below the diagonal."
        )
        return picture(drawn, "certified_region", "Certified region", caption)


def gap_maps(name: str, regions: Mapping[str, Floats]) -> Picture | None:
    """For each strategy, the certified share of the inputs with a maximum and a gap."""
    if not regions:
        return None
    rows = ceil(len(regions) / _COLUMNS)
    columns = min(_COLUMNS, len(regions))
    with drawing():
        drawn: Figure = figure(3.2 * columns + 0.9, 2.4 * rows)
        grid = drawn.subplots(rows, columns, squeeze=False)
        used: list[Axes] = []
        for axes, (strategy, region) in zip(grid.flat, regions.items(), strict=False):
            ends = (-0.5, len(region) - 0.5, 0.5, MOST + 0.5)
            image = axes.imshow(
                region.T, cmap="cividis", vmin=0, vmax=1, origin="lower", extent=ends, aspect="auto"
            )
            axes.set(title=strategy, xlabel="maximum", ylabel="gap")
            used.append(axes)
        for axes in grid.flat[len(regions) :]:
            axes.remove()
        bar = drawn.colorbar(image, ax=used, shrink=0.85, label="certified share")
        bar.ax.yaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
        caption = (
            f"{name}. Each square holds the inputs with one maximum whose largest other token lies below it by one gap"
            f" (from {MOST} on all in one row). A claim of a region is about whole squares."
        )
        return picture(drawn, "certified_gaps", "Certified, by maximum and gap", caption)
