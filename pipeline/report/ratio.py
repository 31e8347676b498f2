"""Normalised bound against the singular values of the QK circuit."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from pipeline.report.style import Picture, drawing, figure, look, per_cent, picture
from pipeline.sweep.proof import Proof


def ratios(rows: Sequence[Proof]) -> Picture | None:
    """For models of one size; none if there is but one model."""
    known = [row for row in rows if row.normalised_bound is not None and row.singular_value_ratio]
    values = {float(row.singular_value_ratio or 0) for row in known}
    if len(values) < 2:  # of one model there is nothing to compare
        return None
    with drawing():
        drawn = figure(6.4, 5)
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
        near = max(values) < 8 * min(values)
        axes.xaxis.set_major_locator(LogLocator(subs=range(1, 10) if near else (1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
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
