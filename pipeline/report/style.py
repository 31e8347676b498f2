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
from matplotlib.figure import Figure

from pipeline.families import order

INK, FAINT, GRID = "#222222", "#767676", "#e4e4e4"
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4D4D4D", "#B8A900"),
    *("#332288", "#882255", "#117733", "#661100", "#DD9988"),
)
"""Okabe and Ito, the yellow darkened to be seen on white, the black lightened; then darker ones after Tol.  As many
as a transformer has built-in strategies: none shares its colour."""
MARKERS = "osD^vPX<>phH8"

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


def look(strategy: str) -> Look:
    """The same strategy always looks the same."""
    place = order(strategy)
    return Look(PALETTE[place % len(PALETTE)], MARKERS[place % len(MARKERS)])


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
    return Picture(name, title, caption, _with_titles(svg.getvalue(), said or {}), png.getvalue())


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
    label = escape(f"{drawn.title}. {drawn.caption}")
    return text.replace("<svg ", f'<svg role="group" aria-label="{label}" ', 1)


def mean(values: Sequence[float]) -> float:
    """Of at least one."""
    return sum(values) / len(values)
