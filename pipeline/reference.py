"""What the reference reaches and what it costs: the code of Gross et al. (arXiv 2406.11779) at
fb5b181d5293, measured with its own code in float32.  None of it is checked by anything.

Measured on nine Max-of-4 models with 64 tokens (seeds 123, 50, 104, 519, 742, 913, 1185, 1283, 1412).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

D_VOCAB, N_CTX, D_MODEL = 64, 4, 32
"""Of the measured models."""


@dataclass(frozen=True)
class Point:
    """One group of its strategies, the best configuration of each model."""

    name: str
    bound: float
    """Mean over the models, a fraction of all inputs."""
    spread: float
    """Standard deviation over the models."""
    flops: float
    """As it counts floating point operations itself; of brute force, what they come to per input."""
    seconds: float
    """Wall-clock, Python and torch on one thread."""


POINTS = (
    Point("brute force", 0.9996, 0.0002, 876_123_000_832, 63),
    Point("cubic", 0.9529, 0.0083, 35_087_840, 20.9),
    Point("sub-cubic", 0.6985, 0.0431, 3_770_056, 0.84),
    Point("low-rank QK", 0.6702, 0.0307, 2_755_814, 0.85),
    Point("low-rank EU", 0.6491, 0.0321, 2_281_063, 0.85),
    Point("low-rank QK&EU", 0.6271, 0.0309, 2_499_718, 0.85),
    Point("quadratic QK", 0.3141, 0.0339, 2_225_510, 0.85),
    Point("quadratic QK&EU", 0.2939, 0.0355, 1_969_414, 0.85),
)

NEAREST = {
    "brute-force": "brute force",
    "cubic": "cubic",
    "prefix": "sub-cubic",
    "prefix-top2": "sub-cubic",
    "low-rank-qk": "low-rank QK",
    "low-rank-qk-mean": "low-rank QK",
    "low-rank-eu": "low-rank EU",
    "low-rank-qk-eu": "low-rank QK&EU",
    "mean-qk-eu": "low-rank QK&EU",
    "quadratic-qk": "quadratic QK",
    "quadratic-qk-eu": "quadratic QK&EU",
}
"""Our strategies and the reference's that decide by the same kind of cases.  Quartic and mixed, which
compare every output for some or all tokens, have no counterpart."""


def _cases(v: int, n: int, d: int) -> int:
    """The case analysis, and OV, which it always multiplies out."""
    return v**2 * n**2 + v**2 * d


def _by_svd(v: int, n: int, d: int) -> int:
    return v**2 + v * d * n + v * d**2


def _recursive(v: int, n: int, d: int) -> int:
    return v * (v + d * n)


_COST: dict[str, Callable[[int, int, int], float]] = {
    "brute force": lambda v, n, d: v**n * n * v * d,
    "cubic": lambda v, n, d: v**3 * n**2 + v**2 * d,
    "sub-cubic": lambda v, n, d: v**2 * n**2 + v**2 * d,
    "low-rank QK": lambda v, n, d: _cases(v, n, d) + v**2 * d + _by_svd(v, n, d),
    "low-rank EU": lambda v, n, d: _cases(v, n, d) + v**2 * d + v * d,
    "low-rank QK&EU": lambda v, n, d: _cases(v, n, d) + _by_svd(v, n, d) + v * d,
    "quadratic QK": lambda v, n, d: _cases(v, n, d) + v**2 * d + _recursive(v, n, d),
    "quadratic QK&EU": lambda v, n, d: _cases(v, n, d) + _recursive(v, n, d) + v * d,
}
"""Its asymptotic costs, from its docstrings."""

_ALL = ("quartic", "mixed", "cubic", "prefix", "prefix-top2")
_QK_IN_PARTS = ("low-rank QK", "low-rank QK&EU", "quadratic QK", "quadratic QK&EU")
_EU_IN_PARTS = ("low-rank EU", "low-rank QK&EU", "quadratic QK&EU")


def flops(strategy: str, d_vocab: int, n_ctx: int, d_model: int) -> float | None:
    """The reference's formula for the nearest of its strategies: the asymptotic cost, with the one
    constant that gives the measured count at 64 tokens, 4 positions and 32 dimensions.  `None` if it
    has no such strategy."""
    nearest = NEAREST.get(strategy)
    if nearest is None:
        return None
    cost = _COST[nearest]
    measured = next(point.flops for point in POINTS if point.name == nearest)
    return measured * cost(d_vocab, n_ctx, d_model) / cost(D_VOCAB, N_CTX, D_MODEL)


def unexplained_dimension(strategy: str, d_vocab: int, n_ctx: int, d_model: int) -> int | None:
    """How many numbers the case analysis takes as they are, in the reference's way of counting.

    Brute force: every logit of every input, `v^(n+1)`.  Every strategy that has all five circuits
    multiplied out and reads their entries: `v^2` each for EU, QK and OV, and `n v` each for the
    positions in QK and OV, as the reference counts for cubic.  That is so for our quartic, mixed, cubic,
    prefix and prefix-top2 alike: they differ in what they do with the entries.  Where QK is known in parts it
    counts `2 v + 2 d` in place of `v^2`, and where the direct path is, `v + v d + 2`.  `None` for a
    strategy that is not listed here.
    """
    if strategy == "brute-force":
        return int(d_vocab ** (n_ctx + 1))
    nearest = NEAREST.get(strategy)
    if nearest is None and strategy not in _ALL:
        return None
    qk = 2 * d_vocab + 2 * d_model if nearest in _QK_IN_PARTS else d_vocab**2
    eu = d_vocab + d_vocab * d_model + 2 if nearest in _EU_IN_PARTS else d_vocab**2
    return d_vocab**2 + qk + eu + 2 * n_ctx * d_vocab
