"""The lengths of proofs by brute force (mirror of `BruteForce*.lean` in `lean/Compact/Transformer/Length/`)."""

from __future__ import annotations

from pipeline.model import Model
from pipeline.numbers.words import joined, words
from pipeline.transformer.checker.offsets import offsets
from pipeline.transformer.length.basic import Asked, exponential, rounds
from pipeline.transformer.length.circuits import circuits
from pipeline.transformer.length.tables import bit_factors, exponentials


def brute_force(a: Asked) -> int:
    """`BruteForce.operations`"""
    v, p, prec = a.v, a.n + 1, a.nat("prec")
    lanes = 2 * prec + a.nat("width") + p.bit_length() + 3
    return rounded(a.model, prec, a.nat("steps")) + _pieces(lanes, v, p) + _all_inputs(lanes, v, p)


def brute_force_mass(a: Asked) -> int:
    """A weight is read, multiplied with and added for each token of each input."""
    inputs: int = a.v ** (a.n + 1)
    return brute_force(a) + 4 * (a.n + 1) * inputs


def brute_force_loss(a: Asked) -> int:
    """An exponential for each output of each input, and four for the logarithm."""
    v, p = a.v, a.n + 1
    inputs: int = v**p
    each = (v + 4) * (exponential(a.nat("lossPrec"), a.nat("lossSteps")) + 8) + 8 * p + 30
    return brute_force(a) + inputs * each


def rounded(model: Model, prec: int, steps: int) -> int:
    """`roundedTables`"""
    v, p, scores, logits = model.d_vocab, model.n_ctx, *_lanes(model, prec, steps)
    rows = (2 * v + p) * (_extreme(logits, v) + 6)
    scored = _scored(scores, v, v, steps) + _scored(scores, v, p, steps)
    return circuits(model, scores, logits) + rows + bit_factors(prec) + scored


def _lanes(model: Model, prec: int, steps: int) -> tuple[int, int]:
    """Bits of lanes of scores and of logits."""
    off, gain = offsets(model), max(0, model.scale_frac + 8 * steps - 4 * model.frac)
    scores = (2 * (off.EQKE + off.EQKP)).bit_length() + gain + 2 * prec + 4
    return scores, (2 * (off.EVOU + off.PVOU + off.EU)).bit_length() + 1


def _extreme(bits: int, c: int) -> int:
    return (6 * rounds(c) + 5) * words(bits, c)


def _scored(bits: int, r: int, c: int, steps: int) -> int:
    """The exponentials of `r` rows of `c` scores."""
    each = r * (_extreme(bits, c) + c + joined(bits, c))
    return each + _extreme(bits, r * c) + exponentials(bits, r, c, 4 * steps + 8)


def _pieces(bits: int, v: int, p: int) -> int:
    once = v * (8 * words(bits, v) + 8) + (2 * v + p) * joined(bits, v)
    return once + v * p * v * (2 * words(bits, v) + 6)


def _all_inputs(bits: int, v: int, p: int) -> int:
    row, inputs = words(bits, v), int(v**p)
    return inputs * (3 * row + 4) + sum(int(v**k) * (row + 4) for k in range(2, p + 1))
