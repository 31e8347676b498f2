"""Quartic, for any number of heads: `lean/Compact/Transformer/Strategy/HeadsQuartic.lean`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.strategy import Certificate, Kind, Progress
from pipeline.transformer.checker.circuits import Circuits, circuits
from pipeline.transformer.checker.enclosure import Enclosure, Params, enclose
from pipeline.transformer.checker.tables import Tables, slack_numbers, tables
from pipeline.transformer.heads.checker import Firsts, Pair, classes_of, count_levels, pair_of
from pipeline.transformer.heads.lifts import about_maximum
from pipeline.transformer.heads.model import HeadsModel, PlainHead, plain_heads
from pipeline.transformer.heads.shares import SHARE_BITS, best_shares
from pipeline.transformer.strategies.rounding import lane_bits
from pipeline.transformer.strategies.table_fields import TABLE_FIELDS, table_fields

WIDTH = 22
"""Bits of a rounded logit: the largest is below a quarter of `2^WIDTH`, so that the heads' rows have room."""
PRECISIONS = (96, 112, 128, 160, 192, 256)
"""Fractional bits of the exponentials: small maxima get little attention, which coarse exponentials lose."""
STEPS = 4
LEAST_GAIN = 1e-4
"""More bits must bring so much more, of all inputs that are counted."""
PARTS = 48
LEVEL_BITS = 6
LOST = 1000
"""One class decides for all if no more than one of so many inputs of the query and maximum is lost."""
SIXTEENTHS = 16
"""So many numbers of first tokens are tried."""
FIRST_BITS = 16
"""Bits that say how many tokens are compared at once."""
FINE_BITS = 10
"""A share in a certificate has so many bits, and is over `2^FINE_BITS`: less than all, which costs next to nothing."""
BLOCK = 400_000
"""Comparisons of rows that one theorem makes, about, in 32ths."""
ROWS_OF_PAIR = 3
"""A query and a maximum costs as much as so many comparisons, beside them."""

NARROW: Mapping[str, Sequence[str]] = {
    "rowBits": ("token", "direct", "last", "position", "posRow"),
    "factorBits": ("tokenLo", "low", "high"),
}
"""In lanes of how many bits rows are written."""

SLACK = ("slackFactor", "slackGap", "slackOwn")
"""In place of the slacks, which are a function of the factors."""

COMMON = ("prec", "steps", "shift", "width", "bits", "v", "n", "scoreBits", "argBits")
"""The fields of tables that all heads share."""


@dataclass(frozen=True)
class Head:
    """A head and what is known of it."""

    model: PlainHead
    exact: Circuits
    enclosure: Enclosure
    tables: Tables


@dataclass(frozen=True)
class Counted:
    """One query and one maximum: the shares, the levels and the inputs counted."""

    shares: Sequence[int]
    pair: Pair
    levels: Mapping[int, Sequence[int | None]] | FirstThen
    """of the tokens of each class, or of the one that decides for all"""
    inputs: int

    @property
    def tests(self) -> int:
        """How many rows are compared, in each head."""
        if isinstance(self.levels, FirstThen):
            return 1 + len(self.levels.others)
        return len(self.levels) * self.pair.m


@dataclass(frozen=True)
class FirstThen:
    """The class with the most other tokens decides for all; its first tokens are compared at once."""

    many: int
    level: int | None
    others: Sequence[int | None]
    """of the tokens after them"""

    @property
    def all(self) -> list[int | None]:
        """The level of each token."""
        return [self.level] * self.many + list(self.others)


class HeadsQuartic:
    """For each query and maximum and each other token, all outputs compared in one operation for each head."""

    name = "quartic"
    checker = "HeadsQuartic"
    summary = (
        "each other token of each query and maximum, all outputs at once, head by head;"
        " heads * d_vocab^3 row operations"
    )
    when = "the best bound for several heads or biases where inputs are too many to look at"

    def search(self, model: HeadsModel, progress: Progress) -> Certificate:
        """The bound that good shares of the heads give."""
        model = about_maximum(model, self.name)
        if model.n_ctx < 2 or model.d_vocab < 2:
            raise MalformedInput(f"{self.name} needs two positions and two tokens")
        progress("multiplying the weights out")
        heads, shares = self._rounded(model, progress)
        all_tables = [head.tables for head in heads]
        v, n = model.d_vocab, model.n_ctx - 1
        found: list[list[Counted | None]] = []
        for m in range(v):
            progress(f"comparing outputs, {len(heads)} heads: maximum {m} of {v}")
            firsts = Firsts(all_tables, m)
            found.append([compared(all_tables, q, m, shares[m][q], firsts) for q in range(m + 1)])
        blocks = _blocks(found, len(heads))
        bound = sum(count for _, count in blocks)
        fields: dict[str, Value] = {
            **heads_table_fields(heads, n),
            "parts": PARTS,
            "countBits": ((v + 1) ** n).bit_length() + 1,
            "shareBits": FINE_BITS,
            "levelBits": LEVEL_BITS,
            "shares": [[_packed_shares(each) for each in row] for row in found],
            "levels": [[packed_levels(each, m) for each in row] for m, row in enumerate(found)],
            "heads": len(heads),
            "cellBits": heads[0].model.cell_bits,
            "blocks": [[size, count] for size, count in blocks],
            "bound": bound,
        }
        return Certificate(self.name, bound, {name: fields[name] for name in self.fields()})

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `HeadsQuartic.Certificate`."""
        kinds: dict[str, Kind] = {
            **dict.fromkeys(("prec", "steps", "shift", "width"), "nat"),
            **dict.fromkeys(("bits", "v", "n", "scoreBits", "argBits"), "nat"),
            **dict.fromkeys((*NARROW, "gapError", "gapShift"), "nat"),
        }
        for name, kind in TABLE_FIELDS.items():
            if name == "slack":
                kinds |= dict.fromkeys(SLACK, "matrix")
            elif name not in kinds:
                kinds[name] = "list" if kind == "nat" else "matrix"
        kinds |= dict.fromkeys(("parts", "countBits", "shareBits", "levelBits"), "nat")
        kinds |= dict.fromkeys(("shares", "levels"), "matrix")
        kinds |= dict.fromkeys(("heads", "cellBits"), "nat")
        return {**kinds, "blocks": "matrix", "bound": "nat"}

    def joints(self, fields: Mapping[str, Value]) -> Sequence[str]:
        """The shape of the model; the tables head by head; the maxima block by block."""
        heads, blocks = fields["heads"], fields["blocks"]
        assert isinstance(heads, int)
        assert isinstance(blocks, list)
        return [
            "Bool.and_intro",
            *["HeadsQuartic.nextHead"] * (heads - 1),
            "HeadsQuartic.lastHead",
            *["HeadsQuartic.next"] * len(blocks),
        ]

    def _rounded(
        self, model: HeadsModel, progress: Progress
    ) -> tuple[list[Head], list[list[Sequence[int]]]]:
        """The coarsest rounding that loses nothing (in floats), and good shares `[m][q]`."""
        exact = common(plain_heads(model))

        def at(prec: int) -> tuple[list[Head], list[list[Sequence[int]]], float]:
            heads = [head_of(*each, prec) for each in exact]
            all_tables, v = [head.tables for head in heads], model.d_vocab
            progress(f"sharing the margin among {len(heads)} heads, {prec} bits")
            best = [[best_shares(all_tables, q, m) for q in range(m + 1)] for m in range(v)]
            shares: list[list[Sequence[int]]] = [[each.shares for each in row] for row in best]
            return heads, shares, sum(each.score for row in best for each in row)

        heads, shares, score = at(PRECISIONS[0])
        for prec in PRECISIONS[1:]:
            finer = at(prec)
            if finer[2] <= score * (1 + LEAST_GAIN):
                break
            heads, shares, score = finer
        return heads, shares


def compared(
    all_tables: Sequence[Tables], q: int, m: int, shares: Sequence[int], firsts: Firsts
) -> Counted | None:
    """What these shares count for one query and one maximum; none if that is nothing."""
    fine = [min(share << (FINE_BITS - SHARE_BITS), (1 << FINE_BITS) - 1) for share in shares]
    pair = pair_of(all_tables, q, m, FINE_BITS, fine)
    if pair is None:
        return None
    t, classes = all_tables[0], classes_of(all_tables[0], q, m)
    together = _together(fine, pair, firsts)
    most = sum(comb(t.n, c) * m**c for c in classes)
    # classes by themselves cannot bring more than all inputs
    if together is not None and together.inputs >= most - most // LOST:
        return together
    levels = {c: found for c in classes if (found := pair.levels(c, PARTS)) is not None}
    inputs = sum(count_levels(found, c, t.n, PARTS) for c, found in levels.items())
    if together is not None and together.inputs >= inputs - inputs // LOST:
        return together
    return Counted(fine, pair, levels, inputs) if inputs else None


def _together(fine: Sequence[int], pair: Pair, firsts: Firsts) -> Counted | None:
    """What is counted if the class with the most other tokens decides for all; none if that is nothing."""
    t, classes = pair.tables[0], classes_of(pair.tables[0], pair.q, pair.m)
    last = classes[-1]
    levels = pair.levels(last, PARTS)
    if levels is None:
        return None
    weaker = [c for c in classes if pair.weighs_no_less(c, last)]

    def count(found: Sequence[int | None]) -> int:
        return sum(count_levels(found, c, t.n, PARTS) for c in weaker)

    each = count(levels)
    if not each:
        return None
    for f in range(pair.m, 0, -max(1, pair.m // SIXTEENTHS)):
        level = pair.first_level(last, firsts.of(pair.q, f), PARTS)
        if level is not None:
            found = FirstThen(f, level, levels[f:])
            inputs = count(found.all)
            if inputs >= each - each // LOST:
                return Counted(fine, pair, found, inputs)
    return Counted(fine, pair, FirstThen(0, None, levels), each)


def head_of(model: PlainHead, exact: Circuits, bits: int, prec: int) -> Head:
    """A head at one rounding; logits have so many bits before it."""
    params = Params(prec, STEPS, max(0, bits - WIDTH + 2), WIDTH)
    enclosure = enclose(exact, model.frac, params)
    return Head(model, exact, enclosure, tables(enclosure))


def common(models: Sequence[PlainHead]) -> list[tuple[PlainHead, Circuits, int]]:
    """The circuits of all heads, and the bits of the widest logit of any."""
    exact = [circuits(model) for model in models]
    bits = max(lane_bits(each, model.frac) for each, model in zip(exact, models, strict=True))
    return [(model, each, bits) for model, each in zip(models, exact, strict=True)]


def lanes_for(all_tables: Sequence[Tables]) -> int:
    """Bits of a lane in which nothing overflows (`HeadPair.roomy`)."""
    most = 1
    for t in all_tables:
        r = 4 << t.width
        for q in range(t.v):
            own = t.token_lo[q][q] * t.own[q]
            loss = max(t.slack[q]) + 1
            inner = t.mass[q] * r << t.prec
            whole = 2 * t.high[q][1] * PARTS + 1
            most = max(most, (PARTS + 1) * (inner + own * r + loss) + ((whole + 1) * r << t.prec))
    return most.bit_length() + 2


def heads_table_fields(heads: Sequence[Head], n: int) -> dict[str, Value]:
    """The fields of all heads: what they share once, of the rest a list with an entry for each head.  Rows
    are written in lanes that are as narrow as their numbers."""
    bits = lanes_for([head.tables for head in heads])
    each = [
        table_fields(head.model, head.exact, head.enclosure, head.tables, bits) for head in heads
    ]
    widest = max(int(str(fields["bits"])) for fields in each)
    each = [
        table_fields(head.model, head.exact, head.enclosure, head.tables, widest) for head in heads
    ]
    scores = max(int(str(fields["scoreBits"])) for fields in each)
    arguments = max(int(str(fields["argBits"])) for fields in each)
    lanes = {name: _narrowest(each, rows, widest) for name, rows in NARROW.items()}
    common: dict[str, Value] = {name: each[0][name] for name in COMMON}
    form = heads[0].enclosure.params.form
    common |= {"scoreBits": scores, "argBits": arguments, **lanes}
    common |= {"gapError": form.error, "gapShift": 2 * form.half - 2}
    of_row = {row: lanes[name] for name, rows in NARROW.items() for row in rows}
    of_row |= dict.fromkeys(("tokenArg", "posArg"), arguments)
    own: dict[str, Any] = {
        name: [_narrowed(fields[name], _bits_of(name, fields), of_row.get(name)) for fields in each]
        for name in TABLE_FIELDS
        if name not in COMMON
    }
    slacks = [slack_numbers(head.enclosure) for head in heads]
    own |= {name: [each[i] for each in slacks] for i, name in enumerate(SLACK)}
    return {**common, **own}


def _bits_of(name: str, fields: Mapping[str, Value]) -> int:
    """Bits of the lanes in which a head's rows are packed before they are narrowed."""
    bits = fields["scoreBits" if name in ("tokenArg", "posArg") else "bits"]
    assert isinstance(bits, int)
    return bits


def _narrowest(each: Sequence[Mapping[str, Value]], names: Sequence[str], bits: int) -> int:
    """Bits of the widest number in some rows of all heads."""
    rows = [row for fields in each for name in names for row in _rows(fields[name])]
    return max(1, *(number.bit_length() for row in rows for number in _numbers(row, bits)))


def _rows(value: Value) -> list[int]:
    if isinstance(value, int):
        return [value]
    return [row for row in value if isinstance(row, int)]


def _narrowed(value: Value, old: int, new: int | None) -> Value:
    """A packed row, or a list of them, in other lanes; as it is, if there are none."""
    if new is None:
        return value
    rows = [_repack(row, old, new) for row in _rows(value)]
    return rows[0] if isinstance(value, int) else rows


def _numbers(row: int, bits: int) -> list[int]:
    """The lanes of a packed row, up to the last that is not zero."""
    mask = (1 << bits) - 1
    return [row >> place & mask for place in range(0, row.bit_length(), bits)]


def _repack(row: int, old: int, new: int) -> int:
    return sum(number << (new * i) for i, number in enumerate(_numbers(row, old)))


def _packed_shares(counted: Counted | None) -> int:
    if counted is None:
        return 0
    return sum(share << (FINE_BITS * i) for i, share in enumerate(counted.shares))


def packed_levels(counted: Counted | None, m: int) -> int:
    """The levels of the tokens, with a bit that says whether one class decides for all."""
    if counted is None:
        return 0
    levels = counted.levels
    if isinstance(levels, FirstThen):
        return (_packed([levels.level, *levels.others]) << FIRST_BITS | levels.many) << 1 | 1
    packed = 0
    for c, found in levels.items():
        # without other tokens there is one input, whatever tokens could stand elsewhere: nothing to compare
        packed |= _packed(found if c else [None] * m) << (LEVEL_BITS * c * m)
    return packed << 1


def _packed(levels: Sequence[int | None]) -> int:
    none = (1 << LEVEL_BITS) - 1  # above all parts: the token is not counted
    told = [none if level is None else level for level in levels]
    return sum(level << (LEVEL_BITS * i) for i, level in enumerate(told))


def _blocks(found: Sequence[Sequence[Counted | None]], heads: int) -> list[tuple[int, int]]:
    """Consecutive maxima that one theorem checks, and the inputs counted."""
    blocks: list[tuple[int, int]] = []
    size = count = work = 0
    for row in found:
        size += 1
        count += sum(each.inputs for each in row if each is not None)
        work += sum(each.tests + ROWS_OF_PAIR for each in row if each is not None) * heads
        if work * 32 >= BLOCK:
            blocks.append((size, count))
            size = count = work = 0
    if size:
        blocks.append((size, count))
    return blocks
