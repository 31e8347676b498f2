"""One number that explains all differences: an attention scale, a factor of the logits, a soft cap."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.transformer.compare.forward import Options
from pipeline.transformer.compare.options import Option, scale_option

STEPS = 49
ROUNDS = 40
AS_GOOD = 1.5

Misfit = Callable[[Options], float]


def fitted(base: Options, misfit: Misfit) -> Iterator[Option]:
    """The best number of each kind."""
    scale = _best(lambda value: misfit(replace(base, attn_scale=value)), 1e-3, 1e4)
    yield scale_option(scale, base)
    kinds: tuple[tuple[str, Callable[[float], Options], float, float], ...] = (
        ("all logits multiplied by", lambda value: replace(base, logit_scale=value), 1e-3, 1e3),
        ("attn_scores_soft_cap =", lambda value: replace(base, score_cap=value), 1e-1, 1e3),
        ("output_logits_soft_cap =", lambda value: replace(base, logit_cap=value), 1e-1, 1e3),
    )
    for name, change, low, high in kinds:
        value = _best(_misfit_of(misfit, change), low, high)
        cure = "the theorem's model has nothing of the kind"
        yield Option(f"{name} {value:.6g}", change(value), cure)


def _misfit_of(misfit: Misfit, change: Callable[[float], Options]) -> Callable[[float], float]:
    return lambda value: misfit(change(value))


def _best(function: Callable[[float], float], low: float, high: float) -> float:
    """The positive number for which a function is least; a round one, if it is as good."""
    value = math.exp(_least(lambda x: function(math.exp(x)), math.log(low), math.log(high)))
    least = function(value)
    for digits in (2, 3, 4, 5):
        rounded = float(f"{value:.{digits}g}")
        if function(rounded) <= AS_GOOD * least:
            return rounded
    return value


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function is least: on a grid, then by thirds around its best point."""
    width = (high - low) / (STEPS - 1)
    start = min((low + i * width for i in range(STEPS)), key=function)
    a, b = start - width, start + width
    for _ in range(ROUNDS):
        left, right = a + (b - a) / 3, b - (b - a) / 3
        a, b = (a, right) if function(left) <= function(right) else (left, b)
    return (a + b) / 2
