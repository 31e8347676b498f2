"""The lengths of proofs of a mean loss (mirror of `SoftCubic.lean` and `SplitCubic.lean` in `Transformer/Length/`)."""

from __future__ import annotations

from pipeline.transformer.length.basic import Asked, exponential, product
from pipeline.transformer.length.tables import tables


def exponentials(high: int) -> int:
    """One exponential among those of a matrix (`expRows`)."""
    return 23 + 8 * high


def soft_cubic(a: Asked) -> int:
    v, n, picks = a.v, a.n, a.nat("picksEach") + 1
    logs = v * v * (4 * exponentials(a.nat("expHigh")) + 30) + 2 * product(v, v, v)
    levels = a.nat("count") * (14 + 2 * exponential(a.nat("lossPrec"), a.nat("lossSteps")))

    def level(m: int, others: int) -> int:
        return 16 + 3 * m + others * (30 + 6 * m)

    def pair(m: int) -> int:
        return 20 + 3 * v + 3 * m

    blocks = sum(
        m * (pair(m) + picks * level(m, max(0, n - 1))) + pair(m) + picks * level(m, n)
        for m in range(v)
    )
    return tables(a) + logs + levels + blocks


def split_cubic(a: Asked) -> int:
    v, n = a.v, a.n

    def needs(m: int, others: int) -> int:
        return 20 + 9 * v + 3 * m + others * (22 + 28 * m)

    more = sum(m * needs(m, max(0, n - 1)) + needs(m, n) for m in range(v))
    return soft_cubic(a) + 4 * v * len(a.rows("blocks")) + more
