"""Names beside points, where they cover neither points nor each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import cos, pi, sin

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from pipeline.report.style import FAINT

_SIZE = 8.5
_ROOM = 7.0
"""Around a point, in points of print."""
_DISTANCES = (13, 20, 30, 42, 56, 72, 90, 110)
_ANGLES = (180, 0, 160, 200, 20, -20, 140, 220, 40, -40, 115, 245, 65, -65)
"""Left first: most points have others to their right."""

Point = tuple[float, float]


def name_points(
    drawn: Figure, axes: Axes, named: Sequence[tuple[str, Point]], others: Iterable[Point]
) -> None:
    """Write the names of points, with a line to each, clear of these points and of the others.

    The axes have their limits and the figure all else that it shows: places are tried in the figure as it will be.
    """
    drawn.draw_without_rendering()
    dot = drawn.dpi / 72
    inside = axes.get_window_extent()
    taken = [_around(axes, each, dot) for each in (*(at for _, at in named), *others)]
    for name, at in named:
        text = axes.annotate(
            name,
            at,
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=_SIZE,
            color=FAINT,
            ha="center",
            va="center",
            zorder=6,
            arrowprops={"arrowstyle": "-", "color": FAINT, "lw": 0.5, "shrinkB": 4, "shrinkA": 0},
        )
        box = text.get_window_extent().padded(dot)
        wide, high = box.width / dot, box.height / dot
        tried = [(box.translated(x * dot, y * dot), x, y) for x, y in _offsets(wide, high)]
        within = [
            each
            for each in tried
            if inside.contains(*each[0].min) and inside.contains(*each[0].max)
        ]
        best, x, y = min(within or tried, key=lambda each: sum(map(each[0].overlaps, taken)))
        text.set_position((x, y))
        taken.append(best)


def _around(axes: Axes, point: Point, dot: float) -> Bbox:
    x, y = axes.transData.transform(point)
    return Bbox([(x, y), (x, y)]).padded(_ROOM * dot)


def _offsets(wide: float, high: float) -> Iterator[Point]:
    """Of a name's middle from its point, the nearest first."""
    for distance in _DISTANCES:
        for angle in _ANGLES:
            x, y = cos(angle * pi / 180), sin(angle * pi / 180)
            yield distance * x + wide / 2 * x, distance * y + high / 2 * y
