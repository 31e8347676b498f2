"""Normalised bound against the singular values of the QK circuit."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from pipeline.report.style import Picture, drawing, figure, look, per_cent, picture
from pipeline.sweep.proof import Proof


def ratios(rows: Sequence[Proof]) -> Picture | None:
    """For models of one size."""
    known = [row for row in rows if row.normalised_bound is not None and row.singular_value_ratio]
    if not known:
        return None
    with drawing():
        drawn = figure(7.2, 5)
        axes: Axes = drawn.subplots()
        for strategy in dict.fromkeys(row.strategy for row in known):
            own, style = [row for row in known if row.strategy == strategy], look(strategy)
            axes.plot(
                [float(row.singular_value_ratio or 0) for row in own],
                [float(row.normalised_bound or 0) for row in own],
                style.marker,
                ms=7,
                mec="white",
                color=style.color,
                label=strategy,
            )
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("{x:g}")
        axes.tick_params(axis="x", which="minor", labelsize=9)
        axes.set_xlabel("first over second singular value of EQKE (log scale)")
        axes.set_ylabel("proved, of the inputs answered correctly")
        per_cent(axes)
        axes.margins(x=0.08, y=0.1)
        axes.grid(True, which="major")
        drawn.legend(loc="outside lower center", ncols=4)
        return picture(
            drawn,
            f"normalised_bound_v{rows[0].d_vocab}_n{rows[0].n_ctx}",
            "Normalised bound against the singular values of QK",
            "One point a proof. EQKE is the token part of the scores; a high ratio means that one direction"
            " explains nearly all of it.",
        )
