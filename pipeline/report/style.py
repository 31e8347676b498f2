"""How figures look: a palette that colour-blind people can tell apart, a marker for each strategy."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from pipeline.families import certificate_names

INK, FAINT, GRID = "#222222", "#767676", "#e4e4e4"
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4D4D4D", "#B8A900"),
    *("#332288", "#882255", "#117733", "#661100", "#DD9988"),
)
"""Okabe and Ito, the yellow darkened to be seen on white, the black lightened; then darker ones after Tol.  As many
as a transformer has built-in strategies: none shares its colour."""
MARKERS = "osD^vPX<>phH8"
TINTS = (0.0, -0.45, 0.3, -0.7)
"""How much lighter, or darker, the palette is when it is gone through again, for strategies of other claims and
families."""
GREYS = ("#3b3b3b", "#8b8b8b", "#c5c5c5", "#5f5f5f", "#a9a9a9", "#757575")
"""What is no strategy has no colour."""
PAPER, DARK = "#ffffff", "#171717"
NEUTRAL = {
    PAPER: DARK,
    INK: "#e6e6e6",
    FAINT: "#9c9c9c",
    GRID: "#3a3a3a",
    **dict(
        zip(GREYS, ("#dadada", "#8c8c8c", "#505050", "#b4b4b4", "#6c6c6c", "#a0a0a0"), strict=True)
    ),
}
"""What is drawn without a colour on a light page, and on a dark one."""
_LEAST_CONTRAST = 4.0

RC: Any = {
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "legend.handlelength": 1.5,
    "legend.columnspacing": 1.2,
    "svg.fonttype": "path",  # a page looks the same whatever fonts there are
    "svg.hashsalt": "compact-proofs",
    "figure.dpi": 100,
}


@dataclass(frozen=True)
class Look:
    """Of a strategy, in every figure."""

    color: str
    marker: str


@dataclass(frozen=True)
class Picture:
    """A figure in both formats, and what it says."""

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes
    width: float = 0
    """In points of print."""


def look(strategy: str) -> Look:
    """The same strategy always looks the same."""
    names = certificate_names()
    place = names.index(strategy) if strategy in names else len(names)
    lap, place = divmod(place, len(PALETTE))
    color = _tinted(PALETTE[place], TINTS[lap % len(TINTS)])
    return Look(color, MARKERS[(place + lap) % len(MARKERS)])


def _tinted(color: str, by: float) -> str:
    """Mixed with white, or with black if `by` is negative."""
    towards = 1.0 if by > 0 else 0.0
    red, green, blue = (each + abs(by) * (towards - each) for each in to_rgb(color))
    return to_hex((red, green, blue))


def on_dark(color: str) -> str:
    """The same hue, light enough to be seen on a dark page."""
    steps = (_tinted(color, by / 20) for by in range(21))
    return next(each for each in steps if contrast(each, DARK) >= _LEAST_CONTRAST)


def contrast(one: str, other: str) -> float:
    """Of two colours, as the Web Content Accessibility Guidelines define it: from 1 to 21."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in to_rgb(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def dark_colors() -> dict[str, str]:
    """What each colour of the figures is on a dark page."""
    looks = {look(name).color for name in [*certificate_names(), ""]}
    return {color.lower(): on_dark(color) for color in sorted(looks)} | NEUTRAL


def variable(color: str) -> str:
    """The variable of a page that holds this colour, or the one for the dark in its place."""
    return f"--c{color.lower().removeprefix('#')}"


@contextmanager
def drawing() -> Iterator[None]:
    """Inside, figures look as described here."""
    with mpl.rc_context(RC):
        yield


def figure(width: float, height: float) -> Figure:
    """An empty figure; the sizes are inches."""
    return Figure(figsize=(width, height), layout="constrained")


def per_cent(axes: Axes, axis: str = "y") -> None:
    """Write fractions as per cent."""
    formatter = mpl.ticker.PercentFormatter(xmax=1, decimals=None)
    (axes.yaxis if axis == "y" else axes.xaxis).set_major_formatter(formatter)


def picture(
    drawn: Figure, name: str, title: str, caption: str, said: Mapping[str, str] | None = None
) -> Picture:
    """Render a figure.  The same figure gives the same bytes.

    `said` is what is shown of a part when a pointer rests on it, by the `gid` that the part was given.
    """
    svg, png = io.BytesIO(), io.BytesIO()
    drawn.savefig(svg, format="svg", metadata={"Date": None})
    drawn.savefig(png, format="png", dpi=160, metadata={"Software": None})
    shown, width = _with_titles(svg.getvalue(), said or {}), 72 * float(drawn.get_figwidth())
    return Picture(name, title, caption, shown, png.getvalue(), width)


def _with_titles(svg: bytes, said: Mapping[str, str]) -> bytes:
    """The drawing with the texts as `<title>`, which browsers show and screen readers read out."""
    text = svg.decode()
    for gid, words in said.items():
        group = f'<g id="{gid}">'
        assert text.count(group) == 1
        text = text.replace(group, f"{group}\n<title>{escape(words, quote=False)}</title>")
    return text.encode()


def inline(drawn: Picture) -> str:
    """The SVG as a part of a page, on which there are others: its names are its own."""
    text = drawn.svg.decode()
    text = text[text.index("<svg") :]
    text = re.sub(
        r'(<image\b[^>]*) id="[^"]*"', r"\1", text
    )  # after its content: not always unique
    text = re.sub(r'\bid="([^"]+)"', rf'id="{drawn.name}-\1"', text)
    text = re.sub(r'xlink:href="#(?!proof-)([^"]+)"', rf'xlink:href="#{drawn.name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{drawn.name}-\1)", text)
    for color in dark_colors():
        text = text.replace(f": {color}", f": var({variable(color)}, {color})")
    label = escape(f"{drawn.title}. {drawn.caption}")
    return text.replace("<svg ", f'<svg role="group" aria-label="{label}" ', 1)


def mean(values: Sequence[float]) -> float:
    """Of at least one."""
    return sum(values) / len(values)
