"""How many operations a check takes (mirror of `lean/Compact/Linear/Length`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.emit.theorem import Value
from pipeline.linear.model import Linear

FACTOR = 8


def operations(checker: str, model: Linear, fields: Mapping[str, Value]) -> int:
    """The length of a check, by the name of its checker."""
    n, d, steps, prec = model.n_ctx, model.d_vocab, fields["steps"], fields["prec"]
    assert isinstance(steps, int)
    assert isinstance(prec, int)
    exponential = 8 + 2 * steps * ((prec + 15) // 16)
    fits = 10 + exponential
    shared = _products(model) + d * d * (6 + 2 * exponential)
    if checker == "AmGm":
        return shared + d * (d - 1) // 2 * (2 * d + 2) + d * (2 * d + n * (4 * d + 8 + fits))
    if checker == "BruteForce":
        nodes = sum(int(d ** (k + 2)) * 2 * d for k in range(n - 2))
        return shared + int(d ** (n - 1)) * (2 * d * d + d * (2 + FACTOR)) + nodes + d * fits
    if checker == "Symmetry":
        return shared + d * (d + 1) // 2 * (2 * d + FACTOR) + d * 2 * fits
    if checker == "ConvexityPairs":
        return shared + 2 * d * d + d * (d + 1) // 2 * FACTOR + d * 2 * fits
    assert checker == "ConvexityTriples"
    return shared + d * (4 * d * d + 6 * d) + d * d * FACTOR + d * (3 * fits + FACTOR)


def _products(model: Linear) -> int:
    """Multiplying the factors out."""
    _, *others = model.tensors.values()
    return sum(2 * model.d_vocab * len(other) * len(other[0]) for other in others)
