"""Slack as stacked bars: what each relaxation loses, model by model."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from pipeline.report.slack import RUNGS, Ladder
from pipeline.report.style import GREYS, Picture, drawing, figure, look, per_cent, picture

_BELOW = 6
"""So many panels stand below each other; more stand in two columns."""
_NAMED = 24
"""More models than this are not named."""
_HATCHES = ("", "///", "", "...", "|||", "\\\\\\", "++", "xxx", "---", "ooo", "***")
"""With the greys: patterns, since a colour is a strategy's."""


def slack_bars(ladders: Sequence[Ladder]) -> Picture | None:
    """A panel for each strategy with a gap, a bar for each model; for models of one size."""
    lossy = {each.entry.row.strategy for each in ladders if any(each.lost.values())}
    ladders = [each for each in ladders if each.entry.row.strategy in lossy]
    if not ladders:
        return None
    strategies = list(dict.fromkeys(each.entry.row.strategy for each in ladders))
    models = list(dict.fromkeys(each.entry.row.model for each in ladders))
    used = [rung for rung in RUNGS if any(each.lost[rung] for each in ladders)]
    named = len(models) <= _NAMED
    with drawing():
        columns = 1 if len(strategies) <= _BELOW else 2
        rows = ceil(len(strategies) / columns)
        drawn = figure(7.6 + 3 * (columns - 1), 0.9 + rows * 1.9 + (1.1 if named else 0.3))
        panels = drawn.subplots(rows, columns, squeeze=False, sharex=True).T.flatten()
        for axes, strategy in zip(panels, strategies, strict=False):
            _panel(axes, [each for each in ladders if each.entry.row.strategy == strategy], models)
            axes.set_title(strategy, loc="left", color=look(strategy).color, fontweight="bold")
        for axes in panels[len(strategies) :]:
            axes.remove()
        for axes in {panels[rows - 1], panels[len(strategies) - 1]}:
            if named:
                axes.set_xticks(range(len(models)), models, rotation=35, ha="right", fontsize=9)
                axes.tick_params(axis="x", labelbottom=True)
            else:
                axes.set_xticks([])
                axes.set_xlabel(f"{len(models)} models")
        drawn.supylabel("lost, of all inputs", fontsize=11)
        drawn.legend(
            handles=[
                Patch(facecolor=_color(rung), hatch=_hatch(rung), edgecolor="white", label=rung)
                for rung in used
            ],
            loc="outside lower center",
            ncols=3,
        )
        row = ladders[0].entry.row
        caption = (
            "The gap between the inputs that are answered correctly and those that are proved to be, by the"
            " relaxation that loses them. The parts of a bar add up to the gap; the panels have scales of"
            " their own."
        )
        return picture(
            drawn, f"slack_v{row.d_vocab}_n{row.n_ctx}", "Where the bound is lost", caption
        )


def _panel(axes: Axes, ladders: Sequence[Ladder], models: Sequence[str]) -> None:
    for ladder in ladders:
        place, bottom = models.index(ladder.entry.row.model), 0.0
        for rung in reversed(RUNGS):
            share = ladder.lost[rung] / ladder.entry.row.inputs
            if share:
                axes.bar(
                    place,
                    share,
                    0.72,
                    bottom,
                    color=_color(rung),
                    hatch=_hatch(rung),
                    edgecolor="white",
                    linewidth=0.4,
                )
            bottom += share
    axes.set_xlim(-0.6, len(models) - 0.4)
    axes.grid(True, axis="y")
    per_cent(axes)


def _color(rung: str) -> str:
    return GREYS[RUNGS.index(rung) % len(GREYS)]


def _hatch(rung: str) -> str:
    return _HATCHES[RUNGS.index(rung)]
