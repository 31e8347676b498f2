"""What is proved of the mean loss of transformers, beside what it is: a table and a figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from matplotlib.axes import Axes

from pipeline.bundle.stored import read_stored
from pipeline.model import Model
from pipeline.report.style import (
    FAINT,
    MARKERS,
    PALETTE,
    Picture,
    drawing,
    figure,
    per_cent,
    picture,
)
from pipeline.report.subject import model_of
from pipeline.report.trace import Entry
from pipeline.transformer.claims.loss import LOSS
from pipeline.transformer.compare.forward import Options, arrays, logits, scale_of

BY_LOSS = frozenset(each.name for each in LOSS.strategies.values())
BILLION = 10**9
MOST = 1 << 16
"""So many inputs are looked at: all, or these many at random."""
BATCH = 1 << 12


@dataclass(frozen=True)
class Loss:
    """One certificate of a mean loss."""

    entry: Entry
    proved: float
    """At most this, in nats."""
    mean: float
    """The mean loss of the inputs that were looked at, in float64."""
    error: float
    """Twice its standard error; 0 if these are all inputs."""

    @property
    def blind(self) -> float:
        """The loss of guessing blindly."""
        return math.log(self.entry.row.d_vocab)

    @property
    def shown(self) -> str:
        """The bound, rounded up: it must not look better than it is."""
        return f"{math.ceil(self.proved * 10**6) / 10**6:.6f}"

    def row(self) -> list[str]:
        """For the page."""
        row = self.entry.row
        near = f" ± {self.error:.6f}" if self.error else ""
        nothing = "" if self.proved < self.blind else " (claims nothing)"
        return [
            row.model,
            row.strategy,
            f"{self.shown}{nothing}",
            f"{self.mean:.6f}{near}",
            f"{self.blind:.4f}",
            f"{row.bound:,}",
        ]


def loss_of(entry: Entry) -> Loss | None:
    """What a certificate proves of the mean loss; `None` if it is about something else."""
    model = model_of(entry)
    if entry.row.strategy not in BY_LOSS or not isinstance(model, Model):
        return None
    loss = read_stored(entry.certificate).manifest.fields()["loss"]
    assert isinstance(loss, int)
    mean, error = mean_loss(model)
    return Loss(entry, loss / BILLION, mean, error)


def mean_loss(model: Model) -> tuple[float, float]:
    """The mean loss in float64, of all inputs or of some at random, and twice its standard error."""
    v, n = model.d_vocab, model.n_ctx
    if few := v**n <= MOST:
        tokens = np.array(list(product(range(v), repeat=n)), dtype=np.int64)
    else:
        tokens = np.random.default_rng(0).integers(v, size=(MOST, n))
    weights, options = arrays(model), Options(scale_of(model))
    found = []
    for start in range(0, len(tokens), BATCH):
        some = tokens[start : start + BATCH]
        each = logits(weights, some, options)
        answers = np.take_along_axis(each, some.max(axis=1, keepdims=True), axis=1)
        found.append(np.logaddexp.reduce(each - answers, axis=1))
    losses = np.concatenate(found)
    error = 0.0 if few else 2 * float(losses.std(ddof=1)) / math.sqrt(len(losses))
    return float(losses.mean()), error


def loss_picture(
    losses: Sequence[Loss], says: Callable[[Entry], tuple[str, str]]
) -> Picture | None:
    """The bounds against the true mean loss, and against the inputs that the same certificate shows to be right."""
    if not losses:
        return None
    names = list(dict.fromkeys(each.entry.row.strategy for each in losses))
    said: dict[str, str] = {}
    with drawing():
        drawn = figure(9.6, 4.6)
        left, right = drawn.subplots(1, 2, sharey=True)
        for each in losses:
            place = names.index(each.entry.row.strategy)
            anchor, words = says(each.entry)
            said[f"at-{anchor}"] = words
            for axes, x in ((left, each.mean), (right, float(each.entry.row.bound_fraction or 0))):
                axes.plot(
                    [x],
                    [max(each.proved, 1 / BILLION)],
                    MARKERS[place % len(MARKERS)],
                    ms=8,
                    mec="white",
                    color=PALETTE[place % len(PALETTE)],
                    zorder=4,
                    gid=f"at-{anchor}" if axes is left else None,
                    url=f"#{anchor}" if axes is left else None,
                )
        _frame(left, right, losses)
        handles = [
            axes_line
            for name in names
            for axes_line in left.plot(
                [],
                [],
                MARKERS[names.index(name) % len(MARKERS)],
                color=PALETTE[names.index(name) % len(PALETTE)],
                label=name,
            )
        ]
        drawn.legend(handles=handles, loc="outside lower center", ncols=4)
        caption = (
            "One point a certificate (rest on one of the left for its statement, click for its row). The line is the"
            " truth, as float64 gives it; dotted: guessing blindly, from which on a bound claims nothing. The"
            " certificate of a bound also counts inputs that are answered correctly (right)."
        )
        return picture(drawn, "mean_loss", "Bound of the mean loss", caption, said)


def _frame(left: Axes, right: Axes, losses: Sequence[Loss]) -> None:
    """Scales, lines and names."""
    means = [each.mean for each in losses]
    ends = [min(means) / 2, max(means) * 2]
    left.set_xscale("log")
    left.set_yscale("log")
    left.plot(ends, ends, color=FAINT, lw=1.2, zorder=1)
    for axes in (left, right):
        for blind in sorted({each.blind for each in losses}):
            axes.axhline(blind, ls=":", color=FAINT, lw=1.2, zorder=1)
        axes.grid(True, which="major")
    left.set_xlabel("mean loss, nats (log scale)")
    left.set_ylabel("proved: at most, nats (log scale)")
    right.set_xlabel("inputs proved to be answered correctly")
    right.margins(x=0.15)
    per_cent(right, "x")
