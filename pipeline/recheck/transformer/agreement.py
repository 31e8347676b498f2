"""Are the tables of a certificate those of the model (`lean/Compact/Transformer/Classes/Check.lean`)?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import Frame
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.circuits import Matrix, circuits
from pipeline.recheck.transformer.enclosure import Params, direct_num, score_den, score_num
from pipeline.recheck.transformer.queries import queries_agree
from pipeline.recheck.transformer.tables import Tables
from pipeline.recheck.transformer.weights import Weights


def checked_tables(w: Weights, c: Certificate) -> Tables:
    """The tables, if they are those of the model (`Tables.check`)."""
    t, p = Tables.of(c), Params.of(c)
    _require(w.well_formed, "the weights do not have the shapes that they should")
    _require(w.d_vocab == t.v and w.n_ctx == t.n + 1, "v or n is not the model's")
    exact = circuits(w)
    score, arg = c.nat("scoreBits"), c.nat("argBits")
    num, den = score_num(w) * power(2, 2 * p.form.half), score_den(w)

    def roomy(bits: int, scale: int, *matrices: Matrix) -> bool:
        top = power(2, minus(bits, 1))
        return all(2 * matrix.offset * scale < top for matrix in matrices)

    _require(score == t.bits, "scoreBits is not bits")
    _require(p.form.fits(score, arg), "prec or steps does not fit scoreBits and argBits")
    _require(
        arg < score and den * power(2, arg) <= power(2, minus(score, 1)),
        "scoreBits or argBits does not fit the model",
    )
    _require(roomy(score, num, exact.EQKE, exact.EQKP), "scoreBits is too small for the scores")
    top = power(2, minus(t.bits, 1))
    _require(
        t.width + 3 <= t.bits and power(2, p.shift) * power(2, t.width) <= top,
        "bits does not fit width and shift",
    )
    _require(
        roomy(t.bits, 1, exact.EVOU, exact.PVOU) and roomy(t.bits, direct_num(w), exact.EU),
        "bits is too small for the logits",
    )

    frame, unit = Frame.of(t.bits, t.v, t.width), power(2, p.shift)
    for matrix, scale, least, name in (
        (exact.EVOU, 1, "tokenLeast", "token"),
        (exact.PVOU, 1, "posLeast", "posRow"),
        (exact.EU, direct_num(w), "directLeast", "direct"),
    ):
        rows = matrix.packed(t.bits)
        rises = partial(frame.rises_as, scale, unit)
        right = _all_zip(rises, (rows, c.row(least), c.row(name)))
        _require(right, f"{name} does not hold the model's rounded logits")
    _require(_positions_as(t, c), "position or last does not stand for the positions' logits")
    scores, positions = exact.EQKE.packed(score), exact.EQKP.packed(score)
    queries_agree(t, p, c, num, den, scores, positions)
    return t


def _positions_as(t: Tables, c: Certificate) -> bool:
    """Do the rows that stand for all positions favour no maximum more than any position does?"""
    rows = c.row("posRow")
    if nth(rows, t.n) != t.last:
        return False
    frame = Frame.of(t.bits, t.v, t.width + 1)
    return all(
        frame.within(nth(t.position, m))
        and all(frame.no_better(m, nth(t.position, m), nth(rows, p)) for p in range(t.n))
        for m in range(t.v)
    )


def _all_zip(test: Callable[[int, int, int], bool], lists: Sequence[Sequence[int]]) -> bool:
    """The test of all entries; the later lists must not be shorter than the first (`allZip3`)."""
    long_enough = all(len(each) >= len(lists[0]) for each in lists)
    return long_enough and all(test(*each) for each in zip(*lists, strict=False))


def _require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise Refused(otherwise)
