"""What Lean says of a low-rank certificate, by the mirrors in Python: `LowRank.check`, but for widths that
do not depend on how the model is enclosed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.numbers.lanes import Lanes
from pipeline.transformer.checker.chains import entries
from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.shares import End, Shares, Tops
from pipeline.transformer.strategies.low_rank.attention import PLAIN, Bases, ends_of
from pipeline.transformer.strategies.low_rank.fields import read_shares

Fields = Mapping[str, Value]


def accepts(model: Model, fields: Fields) -> bool:
    """Would Lean accept these fields?"""
    shares, _ = read_shares(model, fields)
    if not (
        _number(fields, "parts") > 0
        and _lanes_hold(shares, fields)
        and _arguments_hold(shares, fields)
        and _tops_hold(shares, fields)
    ):
        return False
    first, claimed = 0, 0
    for length, claim in _rows(fields, "blocks"):
        queries = range(first, first + length)
        if queries.stop > shares.v:
            return False
        if claim > sum(_counted(shares, fields, m, queries) for m in range(shares.v)):
            return False
        first, claimed = queries.stop, claimed + claim
    return _number(fields, "bound") <= claimed


def _number(fields: Fields, name: str) -> int:
    value = fields[name]
    assert isinstance(value, int)
    return value


def _list(fields: Fields, name: str) -> list[int]:
    value = fields[name]
    assert isinstance(value, list)
    return [each for each in value if isinstance(each, int)]


def _rows(fields: Fields, name: str) -> list[list[int]]:
    value = fields[name]
    assert isinstance(value, list)
    return [[x for x in row if isinstance(x, int)] for row in value if isinstance(row, list)]


def _unpacked(fields: Fields, name: str, i: int, count: int, bits: str) -> list[int]:
    """A packed row; more than `count` lanes of it are no row."""
    lanes, packed = Lanes.of(count, _number(fields, bits)), _list(fields, name)[i]
    row = [lanes.lane(packed, j) for j in range(count)]
    return row if lanes.pack(row) == packed else []


def _lanes_hold(shares: Shares, fields: Fields) -> bool:
    """Are lanes wide enough for the circuits, enclosed like this (`roomyAs`)?"""
    r, half = shares.rows, 1 << (_number(fields, "scoreBits") - 1)
    scores = 2 * (r.scores.rows.off + r.pos_scores.off) * r.score_num << (2 * shares.exps.half)
    highest = 2 * (r.pos.off + r.num * r.base.off + r.token.off) << _number(fields, "baseBits")
    logits = max(highest, 2 * r.num * r.direct.rows.off)
    fine = 2 * r.scores.fine_off < 2 * half and 2 * r.direct.fine_off < 1 << _number(fields, "bits")
    return fine and scores < half and logits < 1 << (_number(fields, "bits") - 3)


def _arguments_hold(shares: Shares, fields: Fields) -> bool:
    """Are softmax factors those at the arguments that are given, and their sums?"""
    r = shares.rows
    both = zip(
        ("token", "pos"),
        (r.scores.rows.mat, r.pos_scores.mat),
        r.arguments(shares.exps.half),
        strict=True,
    )
    for name, matrix, args in both:
        for q, row in enumerate(entries(matrix)):
            top = _list(fields, f"{name}Top")[q]
            if top >= len(row) or row[top] != max(row):
                return False
            if args[q] != _unpacked(fields, f"{name}Arg", q, len(row), "scoreBits"):
                return False
    return all(
        _unpacked(fields, name, q, shares.n + 1, "scoreBits") == list(weights)
        for q, s in enumerate(shares.seen)
        for name, weights in (("low", s.low), ("high", s.high))
    )


def _tops_hold(shares: Shares, fields: Fields) -> bool:
    """Is each row largest where it is said to be?"""

    def holds(T: Tops, first: int, second: int) -> bool:
        if max(first, second) >= len(T.row):
            return False
        rest = [x for t, x in enumerate(T.row) if t != first]
        return T.row[first] == max(T.row) and T.row[second] >= max(rest)

    return all(
        holds(T, first, second)
        for name, tops in (("token", shares.tops), ("direct", [s.direct for s in shares.seen]))
        for T, first, second in zip(
            tops, _list(fields, f"{name}First"), _list(fields, f"{name}Second"), strict=True
        )
    )


def ends_hold(shares: Shares, m: int, kind: int, unit: int, numbers: Sequence[int]) -> bool:
    """`ShareData.endsAs`; a list that is too short goes on with 0."""
    numbers = [*numbers, *[0] * 13]
    if kind == 0:
        return all(x <= best for x, best in zip(numbers, PLAIN.numbers(shares, m), strict=False))
    base, joint, own_joint, low, high = numbers[:5]
    if unit != Bases.unit:
        return False  # as far as it is tried here
    best = Bases([base] * shares.v).numbers(shares, m)
    if base > unit or joint > best[1] or own_joint > best[2] or low > best[3] or high < best[4]:
        return False
    return high <= 2 * shares.origin and all(
        _bounds(end, G, own_G, base, x - shares.origin, unit)
        for end, x in zip(ends_of(1, numbers), (low, high), strict=True)
        for G, own_G in [(joint, own_joint)]
    )


def _bounds(e: End, joint: int, own_joint: int, base: int, x: int, unit: int) -> bool:
    """`Base.bounds`; `x` is a margin."""
    return (
        e.same * unit <= joint * unit + (unit - base) * x
        and e.other * unit + base * x <= joint * unit
        and e.own_same * unit <= own_joint * unit + (unit - base) * x
        and e.own_other * unit + base * x <= own_joint * unit
    )


def _counted(shares: Shares, fields: Fields, m: int, queries: range) -> int:
    kind, unit = _number(fields, "attention"), 1 << _number(fields, "baseBits")
    numbers = _rows(fields, "ends")[m]
    if not ends_hold(shares, m, kind, unit, numbers):
        return 0
    ends = ends_of(kind, numbers)
    return sum(_counted_pair(shares, fields, m, q, ends) for q in queries if q <= m)


def _counted_pair(shares: Shares, fields: Fields, m: int, q: int, ends: Sequence[End]) -> int:
    n, s, high_unit = shares.n, shares.seen[q], 1 << shares.params.prec
    parts, of_class = _number(fields, "parts"), _number(fields, "classBits")
    margins = shares.margins(m)
    pairs = [shares.pair(q, m, margins[q], e) for e in ends]
    of_pair = of_class * n + 1
    code = _list(fields, "sizes")[q] >> (of_pair * (m - q)) & ((1 << of_pair) - 1)
    if not code:
        return 0
    total = int(all(P.room(s, high_unit, m, s.mass, s.mass + s.spread).spare for P in pairs))
    for others in with_others(n, q, m):
        low, high = s.low[n - others], s.high[n - others] + s.spread
        rooms = [P.room(s, high_unit, m, low, high) for P in pairs]
        said = (code - 1) >> (of_class * (others - 1)) & ((1 << of_class) - 1)
        levels: list[int] = []
        for level, size in _steps(fields, said):
            if 0 < size <= m:
                hi, T = s.large[size - 1], min(margins[:size])
                most = high_unit * s.heaviest * parts
                lacks = [(hi * max(0, -(room.other + T)) * most, room.spare) for room in rooms]
                if all(spare and lack <= level * (spare - 1) for lack, spare in lacks):
                    levels += [level] * (size - len(levels))
        total += (
            Run(q, m, others, others, range(len(levels)), levels, parts).count(n) if levels else 0
        )
    return total


def _steps(fields: Fields, said: int) -> Iterator[tuple[int, int]]:
    """The steps of a class."""
    size, step, number = (_number(fields, f"{name}Bits") for name in ("size", "step", "steps"))
    left = said >> number
    for _ in range(said & ((1 << number) - 1)):
        each = left & ((1 << step) - 1)
        yield each >> size, each & ((1 << size) - 1)
        left >>= step
