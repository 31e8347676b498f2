"""The loss of every input by itself (`lean/Compact/Transformer/Strategy/BruteForceLoss/Check.lean`)."""

from __future__ import annotations

from itertools import product

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.certified import Counted
from pipeline.recheck.natural import div, minus, power
from pipeline.recheck.refused import BeyondLimits, Refused
from pipeline.recheck.transformer.circuits import circuits
from pipeline.recheck.transformer.enclosure import Enclosure, Params, enclose
from pipeline.recheck.transformer.strategies import brute_force
from pipeline.recheck.transformer.strategies.soft import BILLION, exp_above
from pipeline.recheck.transformer.weights import Weights

MAX_BITS = 1 << 12
MAX_LOGITS = 1 << 20


def count(w: Weights, c: Certificate) -> Counted:
    """The inputs that are right, if the loss is what it is said to be."""
    names = ("prec", "steps", "shift", "width", "lossPrec", "lossSteps", "loss", "bound")
    c.require(names, ())
    # More steps than that leave an exponential no correct bits, and its bound grows beyond all bounds.
    if c.nat("lossPrec") > MAX_BITS or 8 * c.nat("lossSteps") > c.nat("lossPrec") + 8:
        raise BeyondLimits("more bits or steps of an exponential than are evaluated")
    if w.well_formed and power(w.d_vocab, w.n_ctx + 1) > MAX_LOGITS:
        raise BeyondLimits(f"more than {MAX_LOGITS:,} logits of all inputs")
    counted = brute_force.right(w, c)
    T = enclose(w, Params.of(c), circuits(w))
    if not T.narrow(c.nat("width")):
        raise Refused("logits are wider than it says")
    for q in range(w.d_vocab):
        if not T.token_exp[q][q][0] * T.pos_exp[q][w.n_ctx - 1][0]:
            raise Refused("the last position of an input may weigh nothing")
    inputs = product(range(w.d_vocab), repeat=w.n_ctx)
    total = sum(_loss(w, c, T, x) for x in inputs)
    if total * BILLION > power(w.d_vocab, w.n_ctx) * c.nat("loss") * power(2, c.nat("lossPrec")):
        raise Refused("the mean loss may be larger than it says")
    return counted


def _loss(w: Weights, c: Certificate, T: Enclosure, x: tuple[int, ...]) -> int:
    """What one input loses at most, in units of `2^-lossPrec`."""
    prec, steps = c.nat("lossPrec"), c.nat("lossSteps")
    q, one, shift, unit = x[-1], power(2, prec), power(2, c.nat("shift")), power(2, 4 * w.frac)
    factors = [
        (T.token_exp[q][k][0] * row[0], T.token_exp[q][k][1] * row[1])
        for k, row in zip(x, T.pos_exp[q], strict=True)
    ]
    low, high = (sum(each[side] for each in factors) for side in (0, 1))
    ceiling = 3 * power(2, c.nat("width"))
    slack = sum(minus(hi, lo) * ceiling + 3 * hi for lo, hi in factors)
    logits = [
        sum(
            lo * (T.direct_row[q][t] + T.token_row[k][t] + row[t])
            for (lo, _), k, row in zip(factors, x, T.pos_row, strict=True)
        )
        for t in range(w.d_vocab)
    ]
    top = max(logits)
    terms = (exp_above(prec, steps, (top - f) * shift, high * unit) for f in logits)
    whole = sum(terms)
    u = div(2 * minus(whole, one) * one, whole + one)
    for _ in range(4):
        u = minus(u + div(whole * exp_above(prec, steps, u, one), one) + 1, one)
    return u + div((top - logits[max(x)] + slack) * shift * one, low * unit) + 1
