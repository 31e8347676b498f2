"""The words of the claim: the definitions of `Linear/Statement.lean`, by their names there, to many digits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import product

from pipeline.recheck.linear.weights import Weights

DIGITS = 40


def added(w: Weights) -> list[list[Decimal]]:
    """What each token adds to the logits."""
    unit = Decimal(w.unit)
    return [[Decimal(entry) / unit for entry in row] for row in w.adds()]


def losses(w: Weights) -> Iterator[Decimal]:
    """The cross-entropy of every input."""
    with localcontext() as context:
        context.prec = DIGITS
        rows = added(w)
    for x in product(range(w.d_vocab), repeat=w.n_ctx):
        with localcontext() as context:
            context.prec = DIGITS
            logits = [sum((rows[s][t] for s in x), Decimal(0)) for t in range(w.d_vocab)]
            label = logits[max(x)]
            loss = sum(((each - label).exp() for each in logits), Decimal(0)).ln()
        yield loss


def mean_loss(w: Weights) -> Decimal:
    """The mean over all inputs."""
    with localcontext() as context:
        context.prec = DIGITS
        return sum(losses(w), Decimal(0)) / Decimal(w.d_vocab**w.n_ctx)
