"""Linear models (`lean/Compact/Linear/`), as a family of the second checker."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from random import Random

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted, Input
from pipeline.recheck.family import Family
from pipeline.recheck.linear.lean_weights import read_weights
from pipeline.recheck.linear.losses import BILLION, LOSSES, Bounds
from pipeline.recheck.linear.model import require_model
from pipeline.recheck.linear.weights import Weights
from pipeline.recheck.linear.words import DIGITS, added, mean_loss
from pipeline.recheck.numbers import Numbers

MAX_TERMS = 1 << 18
"""Exponentials beyond which the mean loss is not evaluated by itself."""
SEED = 0


@dataclass(frozen=True)
class LossNumbers(Numbers):
    """The mean loss, evaluated by itself where there are few enough inputs."""

    mean: Decimal | None = None

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        given = super().as_json() | {"digits": DIGITS}
        return given | {"mean_loss": None if self.mean is None else f"{self.mean:.12f}"}

    def __str__(self) -> str:
        if self.wrong:
            return f"the mean loss is {self.mean:.12f}, above the bound"
        if self.outside:
            return f"the exponential {self.outside[0]} is not within its bounds"
        what = f"{self.factors:,} exponentials within their bounds"
        if self.mean is None:
            return f"{what}; too many inputs to evaluate the mean loss"
        return f"{what}; all {self.inputs:,} inputs evaluated to {DIGITS} digits: mean loss {self.mean:.12f}"


def sizes(w: Weights) -> tuple[int, int]:
    """The number of tokens, and of different ones."""
    return w.n_ctx, w.d_vocab


def look_at(w: Weights, certificate: Certificate, counted: Counted, many: int) -> Numbers:
    """The claim itself, if there are few inputs; and some exponentials of the table."""
    bounds, rows, random = Bounds(w, certificate), added(w), Random(SEED)
    entries = [(s, t) for s in range(w.d_vocab) for t in range(w.d_vocab)]
    if len(entries) > many:
        entries = random.sample(entries, many)
    outside: list[object] = []
    with localcontext() as context:
        context.prec = DIGITS
        one = Decimal(bounds.one)
        for s, t in entries:
            true = (rows[s][t] - max(rows[s])).exp()
            slack = Decimal(10) ** -(DIGITS - 5)
            low, high = Decimal(bounds.lower[s][t]) / one, Decimal(bounds.upper[s][t]) / one
            if not low - slack <= true <= high + slack:
                outside.append((s, t))
    inputs = w.d_vocab**w.n_ctx
    mean = mean_loss(w) if inputs * w.d_vocab <= MAX_TERMS else None
    above: list[Input] = []
    if mean is not None and mean * BILLION > certificate.nat("bound"):
        above.append(())
    return LossNumbers(
        inputs=0 if mean is None else inputs,
        wrong=above,
        least_margin=None,
        factors=2 * len(entries),
        outside=outside,
        mean=mean,
    )


LINEAR = Family(
    folder="Linear",
    opened="Compact.Linear",
    binders="(R : Type) [ExpField R]",
    property="",
    arguments="R ",
    read_weights=read_weights,
    require_model=require_model,
    sizes=sizes,
    counts={},
    look=look_at,
    claim="Linear.MeanLossAtMost R (nat_lit {number}) {weights}",
    measure="loss_billionths",
    losses=LOSSES,
)
