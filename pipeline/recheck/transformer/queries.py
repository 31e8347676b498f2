"""The literals about each query: exponentials, weights of positions, slacks (`Classes/Query.lean`, `Masses.lean`,
`Slack.lean`, and `scoresAs` in `Classes/Check.lean`)."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import Frame, joined, pack, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.enclosure import Bounds, Params
from pipeline.recheck.transformer.tables import Tables


def queries_agree(
    t: Tables,
    p: Params,
    c: Certificate,
    num: int,
    den: int,
    scores: Sequence[int],
    positions: Sequence[int],
) -> None:
    """Refuse literals that do not agree with the packed scores (`queriesAs`)."""
    bits, arg = c.nat("scoreBits"), c.nat("argBits")
    tokens, places = Frame.of(bits, t.v, arg), Frame.of(bits, t.n + 1, arg)
    arguments = {}
    for frame, name in ((tokens, "tokenArg"), (places, "posArg")):
        cut = joined(c.row(name), frame, arg, t.v)
        if cut is None:
            raise Refused(
                f"{name} has arguments of more than argBits bits, or more rows than tokens"
            )
        arguments[name] = cut
    for q in range(t.v):
        found = []
        for frame, rows, top, name in (
            (tokens, scores, "tokenTop", "tokenArg"),
            (places, positions, "posTop", "posArg"),
        ):
            literal = arguments[name][q]
            if not frame.falls_as(num, den, nth(rows, q), nth(c.row(top), q), literal):
                raise Refused(f"{name} or {top} does not fit the model's scores (query {q})")
            found.append([p.exp(y) for y in unpack(bits, frame.count, literal)])
        _query_agrees(t, q, *found)


def _query_agrees(t: Tables, q: int, es: Sequence[Bounds], fs: Sequence[Bounds]) -> None:
    """`queryAs`, for the bounds of the factors of tokens and positions."""

    def refuse_unless(truth: bool, what: str) -> None:
        if not truth:
            raise Refused(f"{what} is not the model's (query {q})")

    lows = [f[0] for f in fs[: t.n]]
    refuse_unless(_slacks_fit(t, q, es, fs), "the room for slacks")
    refuse_unless(_reads_as(t.bits, [e[0] for e in es], nth(t.tokenLo, q)), "tokenLo")
    refuse_unless(fs[t.n][0] == nth(t.own, q), "own")
    refuse_unless(sum(lows) == nth(t.mass, q), "mass")
    refuse_unless(masses_as(t.bits, lows, nth(t.low, q), nth(t.high, q)), "low or high")
    refuse_unless(_reads_as(t.bits, _slacks(t, q, es, fs), nth(t.slack, q)), "slack")


def _reads_as(bits: int, row: Sequence[int], literal: int) -> bool:
    """Are the entries of the row the lanes of the literal, which has no others?"""
    return pack(bits, row) == literal


def masses_as(bits: int, lows: Sequence[int], packed_low: int, packed_high: int) -> bool:
    """Do the lanes of two packed numbers bound the weight of `k` positions, for all `k` (`massesAs`)?"""
    n, mass = len(lows), sum(lows)
    low, high = (unpack(bits, n + 1, each) for each in (packed_low, packed_high))
    if low != sorted(low) or high != sorted(high):
        return False
    ascending = sorted(lows)

    def least(k: int) -> int:
        threshold = nth(ascending, minus(k, 1))
        return minus(k * threshold, sum(minus(threshold, x) for x in lows))

    def greatest(k: int) -> int:
        threshold = nth(ascending, n - k, mass)
        return min(k * threshold + sum(minus(x, threshold) for x in lows), mass)

    return all(
        low[k] == least(k) and low[k] <= high[k] and high[k] == greatest(k) for k in range(n + 1)
    )


def _slacks_fit(t: Tables, q: int, es: Sequence[Bounds], fs: Sequence[Bounds]) -> bool:
    """Are the intervals of factors short enough, and lanes wide enough, for slacks (`slacksAs`)?"""
    B, full = 3 * power(2, t.width), power(2, t.prec + 1)
    room = minus(t.bits, t.prec + t.width + (t.n + 1).bit_length() + 8)
    top = max((f[1] for f in fs[: t.n]), default=0)
    gap = max((minus(f[1], f[0]) for f in fs[: t.n]), default=0)
    most = B * (gap * full + top * power(2, room)) + 3 * top * full
    lo, hi = es[q][0] * fs[t.n][0], es[q][1] * fs[t.n][1]
    own = minus(hi, lo) * B + 3 * hi
    return (
        all(minus(e[1], e[0]) < power(2, room) for e in es)
        and most < power(2, minus(t.bits, 1))
        and t.n * most + own < power(2, t.bits)
    )


def _slacks(t: Tables, q: int, es: Sequence[Bounds], fs: Sequence[Bounds]) -> list[int]:
    """What rounding may cost, for each maximum (`slacksAs`)."""
    B = 3 * power(2, t.width)
    top = max((f[1] for f in fs[: t.n]), default=0)
    gap = max((minus(f[1], f[0]) for f in fs[: t.n]), default=0)
    lo, hi = es[q][0] * fs[t.n][0], es[q][1] * fs[t.n][1]
    own = minus(hi, lo) * B + 3 * hi
    row, worst = [], 0
    for e in es:
        worst = max(worst, (e[0] * gap + minus(e[1], e[0]) * top) * B + 3 * (e[1] * top))
        row.append(t.n * worst + own)
    return row
