"""The circuits of a model, enclosed as a certificate of shares says (`lean/Compact/Transformer/Share/Rows.lean`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, power
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.chains import (
    Chain,
    Enclosed,
    Part,
    enclose,
    multiplied,
    taken_off,
)
from pipeline.recheck.transformer.circuits import Matrix, last_residual, tensors
from pipeline.recheck.transformer.enclosure import direct_num, score_den, score_num
from pipeline.recheck.transformer.weights import Weights

NATS = (
    *("prec", "steps", "shift", "width", "bits", "scoreBits", "argBits", "expHalf", "expHigh"),
    *("vecBits", "finer", "baseBits"),
    *("v", "n", "qkExact", "euBase", "euExact"),
)
ROWS = ("qkPlans", "euPlans")
MATRICES = ("qkPeels", "euPeels")


@dataclass(frozen=True)
class ShareRows:
    """Packed rows: scores in lanes of `scoreBits` bits, logits in lanes of `bits` bits (`ShareRows`)."""

    scores: Sequence[int]
    score_rest: Sequence[int]
    """For each query: by how much the rest of the scores may differ."""
    pos_scores: Sequence[int]
    token: Sequence[int]
    common: Sequence[int]
    """For each position: its own row and the base of the direct path."""
    direct: Sequence[int]
    direct_rest: Sequence[int]


def share_rows(w: Weights, c: Certificate) -> ShareRows:
    """The rows; refuses lanes that are too narrow for them (`shareRows`)."""
    vec_bits, bits, score_bits = c.nat("vecBits"), c.nat("bits"), c.nat("scoreBits")
    _require(vec_bits >= 2, "vecBits is below 2")
    E, P, Q, K, V, O, U = tensors(w)  # noqa: E741
    resid, keys = last_residual(w), K.transposed()
    scores = _enclosed(c, "qk", [resid, Q, keys, E.transposed()], score_bits)
    pos_scores = multiplied([resid, Q, keys.times(P.transposed())])
    token, pos = multiplied([E, V, O, U]), multiplied([P, V, O, U])
    ones = Matrix(power(2, vec_bits - 1), [[1]] * w.d_vocab, 1)
    left, _, base = taken_off([resid, U], 0, ones, c.nat("euBase"), vec_bits)
    direct = _enclosed(c, "eu", left, bits)
    if _whole(_part(c, "eu")):
        # Lean takes the row off the product then, not off a factor of it (`directAs`).
        known = replace(direct.known, offset=resid.times(U).offset + base.offset)
        direct = Enclosed(known, direct.rest)
    num = direct_num(w)
    found = ShareRows(
        scores=scores.known.packed(score_bits),
        score_rest=scores.rest,
        pos_scores=pos_scores.packed(score_bits),
        token=token.packed(bits),
        common=[row + num * base.packed(bits)[0] for row in pos.packed(bits)],
        direct=[num * row for row in direct.known.packed(bits)],
        direct_rest=direct.rest,
    )
    _scores_fit(w, c, scores.known.offset + pos_scores.offset)
    _logits_fit(c, pos.offset + num * base.offset + token.offset, num * direct.known.offset)
    return found


def _whole(part: Part) -> bool:
    """Is everything multiplied out (`Part.whole`)?"""
    return part.exact > 0 and not part.peels


def _enclosed(c: Certificate, name: str, chain: Chain, lane_bits: int) -> Enclosed:
    """A chain as its part says, on a finer grid (`Chain.encloseFiner`)."""
    part, bits, more = _part(c, name), c.nat("vecBits"), c.nat("finer")
    if _whole(part) or more == 0:
        return enclose(bits, part, chain)
    u = power(2, more)
    fine = [
        Matrix(u * factor.offset, [[u * x for x in row] for row in factor.rows], factor.columns)
        for factor in chain
    ]
    found, s = enclose(bits, part, fine), more * len(chain)
    fits = s <= lane_bits and 2 * found.known.offset < power(2, lane_bits)
    _require(fits, "lanes do not hold products of finer factors")
    offset = (found.known.offset >> s) + 1
    rows = [[(x >> s) - offset for x in row] for row in found.known.naturals()]
    known = Matrix(offset, rows, found.known.columns)
    return Enclosed(known, [(bound >> s) + 2 for bound in found.rest])


def _part(c: Certificate, name: str) -> Part:
    return Part(c.nat(f"{name}Exact"), c.matrix(f"{name}Peels"), c.row(f"{name}Plans"))


def _scores_fit(w: Weights, c: Certificate, offset: int) -> None:
    """The first half of `roomyAs`."""
    bits, arg = c.nat("scoreBits"), c.nat("argBits")
    fits = (
        arg < bits
        and score_den(w) * power(2, arg) <= power(2, minus(bits, 1))
        and 2 * offset * score_num(w) * power(2, 2 * c.nat("expHalf")) < power(2, minus(bits, 1))
    )
    _require(fits, "scoreBits or argBits does not fit the model")


def _logits_fit(c: Certificate, offset: int, direct: int) -> None:
    """The second half of `roomyAs`."""
    bits, base = c.nat("bits"), c.nat("baseBits")
    fits = (
        bits >= 4
        and power(2, c.nat("width")) * power(2, c.nat("shift") + base) <= power(2, bits - 4)
        and power(2, base) * 2 * offset < power(2, bits - 3)
        and 2 * direct < power(2, bits - 3)
    )
    _require(fits, "bits does not fit the logits, width, shift or baseBits")


def _require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise Refused(otherwise)
