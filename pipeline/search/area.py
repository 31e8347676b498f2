"""The score of a frontier: one number between 0 and 1.

The area under the best bound (as a share of all inputs) that a proof of a length reaches, over the logarithm of the
length, from reading every weight once to brute force:

    score = integral of b(L) d(log L) from log L0 to log L1, over log L1 - log L0.

Below the shortest proof `b` is 0.  A proof that is as short as reading the weights and says that all inputs are right
would score 1; brute force alone scores 0, or a little where fewer steps do for its exponentials.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import log

from pipeline.explain.point import Point, frontier
from pipeline.model import Model
from pipeline.transformer.length.basic import product

BRUTE_FORCE_STEPS = 2
"""Of its exponentials: a fixed number, so that the score does not hang on what a search finds."""


def shortest(model: Model) -> int:
    """Reading every weight once."""
    return sum(len(rows) * len(rows[0]) for rows in model.tensors.values())


def longest(model: Model) -> int:
    """Brute force, an operation for each output and entry: a yardstick that stays, however lengths are counted."""
    v, p, d, h = model.d_vocab, model.n_ctx, model.d_model, model.d_head
    products = [(v, d, h), (v, d, h), (h, d, v), (h, d, v), (h, d, p), (p, d, h)]
    products += [(v, h, v), (v, h, v), (v, d, v), (v, h, p), (p, h, v)]
    circuits = v * d + sum(product(*sizes) for sizes in products)
    factors = v * (v + p) * (20 + 9 * (4 * BRUTE_FORCE_STEPS + 8)) + 8 * v * (2 * v + p)
    inputs: int = v**p
    return circuits + factors + v * p * v * (6 + 2 * v) + inputs * (p * (v + 1) + 4 * v)


def area(points: Iterable[Point], model: Model) -> float:
    """The score of a frontier."""
    first, last = shortest(model), longest(model)
    total = model.d_vocab**model.n_ctx
    best = [each for each in frontier(points) if each.length < last]
    lengths = [*(max(first, each.length) for each in best), last]
    parts = [
        each.bound / total * log(end / start)
        for each, (start, end) in zip(best, pairwise(lengths), strict=True)
    ]
    return float(sum(parts) / log(last / first))


NEXT_TO_NOTHING = 1e-4


def thinned(points: Iterable[Point], model: Model) -> list[Point]:
    """The frontier without those points, one after the other, that add next to nothing to its score: each is a proof
    to be checked and an explanation to be read."""
    best = frontier(points)
    while len(best) > 1:
        whole = area(best, model)
        lost = [whole - area([*best[:i], *best[i + 1 :]], model) for i in range(len(best))]
        least = min(range(len(best)), key=lost.__getitem__)
        if lost[least] >= NEXT_TO_NOTHING:
            break
        del best[least]
    return best
