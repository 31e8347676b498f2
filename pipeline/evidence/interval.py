"""The confidence interval of Clopper and Pearson for a share, from a sample of it."""

from __future__ import annotations

from flint import arb

CONFIDENCE = 0.95
_HALVINGS = 60


def clopper_pearson(
    right: int, looked_at: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """An interval that holds the true share in at least so many of all samples, whatever that share is.

    Its ends are quantiles of beta distributions, found by bisection with Arb's incomplete beta function.
    """
    if not 0 <= right <= looked_at or looked_at < 1:
        raise ValueError(f"{right} of {looked_at}")
    tail = (1 - confidence) / 2
    low = 0.0 if right == 0 else _quantile(right, looked_at - right + 1, tail)
    high = 1.0 if right == looked_at else _quantile(right + 1, looked_at - right, 1 - tail)
    return low, high


def _quantile(a: int, b: int, share: float) -> float:
    """Where the regularised incomplete beta function is `share`."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if float(arb(middle).beta_lower(a, b, regularized=1).mid()) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
