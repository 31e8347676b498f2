"""What is known of each query (`lean/Compact/Transformer/Share/Seen.lean`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.natural import minus, nth, power
from pipeline.recheck.packed import Frame, joined, unpack
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.enclosure import Bounds, Params, direct_num, score_den, score_num
from pipeline.recheck.transformer.exponentials import Exponentials
from pipeline.recheck.transformer.queries import masses_as
from pipeline.recheck.transformer.ruler import Ruler, Tops
from pipeline.recheck.transformer.share_rows import ShareRows
from pipeline.recheck.transformer.weights import Weights

ROWS = (
    *("tokenTop", "tokenArg", "posTop", "posArg", "low", "high"),
    *("directFirst", "directSecond"),
)


@dataclass(frozen=True)
class Seen:
    """The numbers of one query.

    (Lean packs factors in lanes of `scoreBits` bits, which are wide enough: `Exponentials.of`.)
    """

    q: int
    lows: Sequence[int]
    highs: Sequence[int]
    large: Sequence[int]
    """Running maxima of `highs`."""
    own: int
    own_high: int
    mass: int
    spread: int
    """What upper bounds of all other positions' weights exceed lower bounds by."""
    heaviest: int
    """What no other position's weight exceeds."""
    unit: int
    """The unit of lower bounds of factors."""
    direct: Tops


def all_seen(w: Weights, c: Certificate, ruler: Ruler, K: ShareRows, queries: range) -> list[Seen]:
    """A block of queries; refuses witnesses that are wrong."""
    bits, arg, v, n = (c.nat(name) for name in ("scoreBits", "argBits", "v", "n"))
    frames = Frame.of(bits, v, arg), Frame.of(bits, n + 1, arg)
    exponentials = Exponentials.of(c)
    arguments = {
        name: _joined(c.row(f"{name}Arg"), frame, arg, queries, name)
        for name, frame in zip(("token", "pos"), frames, strict=True)
    }
    return [_seen(w, c, exponentials, arguments, ruler, K, frames, q) for q in queries]


def _joined(
    rows: Sequence[int], frame: Frame, arg: int, queries: range, name: str
) -> dict[int, int]:
    """Rows of arguments as Lean cuts them from the number that those of a block are joined to (`expRows`)."""
    cut = joined(rows[queries.start : queries.stop], frame, arg, len(queries))
    if cut is None:
        raise Refused(f"{name}Arg has arguments of more than argBits bits")
    return dict(zip(queries, cut, strict=True))


def _seen(
    w: Weights,
    c: Certificate,
    e: Exponentials,
    arguments: Mapping[str, Mapping[int, int]],
    ruler: Ruler,
    K: ShareRows,
    frames: tuple[Frame, Frame],
    q: int,
) -> Seen:
    """`seenAs`, `seenFrom`"""
    p, n = Params.of(c), c.nat("n")
    num, den = score_num(w) * power(2, 2 * e.half), score_den(w)
    es, fs = (
        _factors(c, e, frame, num, den, nth(rows, q), arguments[name][q], name, q)
        for frame, rows, name in zip(
            frames, (K.scores, K.pos_scores), ("token", "pos"), strict=True
        )
    )
    lows, highs = [e[0] for e in es], [e[1] for e in es]
    positions = [f[0] for f in fs[:n]]
    if not masses_as(c.nat("scoreBits"), positions, nth(c.row("low"), q), nth(c.row("high"), q)):
        raise Refused(f"low or high is not the model's (query {q})")
    first, second = (nth(c.row(name), q) for name in ("directFirst", "directSecond"))
    rest = ruler.cut_up(direct_num(w) * nth(K.direct_rest, q))
    direct = ruler.tops_of(nth(K.direct, q), first, second, rest)
    if direct is None:
        raise Refused(f"directFirst or directSecond is wrong (query {q})")
    mass = sum(positions)
    return Seen(
        q=q,
        lows=lows,
        highs=highs,
        large=list(accumulate(highs, max)),
        own=lows[q] * fs[n][0],
        own_high=highs[q] * fs[n][1],
        mass=mass,
        spread=minus(sum(f[1] for f in fs[:n]), mass),
        heaviest=max((f[1] for f in fs[:n]), default=0),
        unit=p.by_powers(w, nth(K.score_rest, q))[0],
        direct=direct,
    )


def _factors(
    c: Certificate,
    e: Exponentials,
    frame: Frame,
    num: int,
    den: int,
    scores: int,
    literal: int,
    name: str,
    q: int,
) -> list[Bounds]:
    """Bounds of the factors of tokens or of positions, from the arguments that the certificate gives."""
    top = nth(c.row(f"{name}Top"), q)
    if not frame.falls_as(num, den, scores, top, literal):
        raise Refused(f"{name}Arg or {name}Top does not fit the model's scores (query {q})")
    return [e.exp(y) for y in unpack(frame.bits, frame.count, literal)]
