"""What all strategies of linear models have in common: precision, witnesses, and the least bound that they prove."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import comb

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.linear.checker import Precision, Quotient, Tables, logarithm
from pipeline.linear.model import Linear
from pipeline.strategy import Certificate, Progress

WIDEST = 20_000
"""Nats between the largest and the least entry of a row, beyond which numbers become too long."""

GUARD = 44
"""Bits beyond what the range of the entries needs: bounds are off by 10^-11 or so."""

Rows = list[list[int]]


def precision_for(model: Linear) -> Precision:
    """Enough bits that no lower bound is zero and all are close."""
    widest = max(max(row) - min(row) for row in model.added())
    nats = widest // model.unit + 1
    if nats > WIDEST:
        raise MalformedInput(
            f"what a token adds to the logits spreads over {nats:,} nats, too much for exact exponentials",
            cure=f"scale the weights: at most {WIDEST:,} nats",
        )
    steps = max(4, math.ceil((math.log2(nats) * 2 + 36) / 8))
    return Precision(max(8 * steps, math.ceil(nats * 1.4427)) + GUARD, steps)


def certificate(
    name: str,
    model: Linear,
    progress: Progress,
    quotients: Callable[[Tables], list[list[Quotient]]],
    weights: Callable[[int, int], Sequence[int]],
    *,
    flat: bool = False,
) -> Certificate:
    """The certificate of a strategy: rows of witnesses, the row `c` counted as often as `weights(c, d_vocab)` says."""
    precision = precision_for(model)
    progress(f"bounds of {2 * model.d_vocab**2:,} exponentials, {precision.prec} bits")
    tables = Tables(model, precision)
    if not tables.sound():
        raise MalformedInput("the bounds of exponentials are not what they should be")
    progress("sums over outputs")
    found = quotients(tables)
    largest = max((logarithm(x, y) for row in found for x, y in row), default=0.0)
    precision = replace(precision, roots=max(1, math.ceil(largest / 8)))
    losses = [[precision.witness(x, y) for x, y in row] for row in found]
    total = sum(
        times * u
        for c, row in enumerate(losses)
        for times, u in zip(weights(c, model.d_vocab), row, strict=True)
    )
    bound = -(-total // model.d_vocab**model.n_ctx)
    progress(f"the mean loss is at most {bound / 10**9:.9f}")
    witnesses: Value = [row[0] for row in losses] if flat else losses
    fields: dict[str, Value] = {
        "prec": precision.prec, "steps": precision.steps, "bound": bound, "roots": precision.roots,
        "losses": witnesses,
    }  # fmt: skip
    return Certificate(name, bound, fields)


def class_sizes(n: int, c: int) -> list[int]:
    """How many inputs have the maximum `c`, by the number of its copies."""
    return [comb(n, j) * c ** (n - j) for j in range(1, n + 1)]


def require_tokens(model: Linear, name: str, fits: bool, what: str) -> None:
    """Refuse a model with another number of tokens than a strategy is for."""
    if not fits:
        raise MalformedInput(
            f"{name} is for {what}, and this model reads {model.n_ctx}",
            cure="use --strategy am-gm, which takes any number of tokens",
        )
