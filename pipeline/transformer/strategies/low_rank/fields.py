"""The fields of a certificate of shares: those of `ShareData` in Lean."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.emit.theorem import Value
from pipeline.model import Model
from pipeline.numbers.lanes import Lanes
from pipeline.strategy import Kind
from pipeline.transformer.checker.chains import Part, Peel, Shifted, entries
from pipeline.transformer.checker.classes import Run, with_others
from pipeline.transformer.checker.enclosure import Params
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.shares import Choice, End, Shares, factors, qk_chain, share_rows
from pipeline.transformer.strategies.low_rank.attention import FittedAttention, ends_of
from pipeline.transformer.strategies.table_fields import packed

SHARE_FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(("prec", "steps", "shift", "width"), "nat"),
    **dict.fromkeys(("parts", "countBits"), "nat"),
    **dict.fromkeys(("bits", "scoreBits", "argBits", "expHalf", "expHigh"), "nat"),
    **dict.fromkeys(("vecBits", "finer", "v", "n"), "nat"),
    **{"qkExact": "nat", "qkPeels": "matrix", "qkPlans": "list"},
    **{"euBase": "nat", "euExact": "nat", "euPeels": "matrix", "euPlans": "list"},
    **dict.fromkeys(("tokenTop", "tokenArg", "posTop", "posArg", "low", "high"), "list"),
    **dict.fromkeys(("tokenFirst", "tokenSecond", "directFirst", "directSecond"), "list"),
    **{"attention": "nat", "baseBits": "nat", "ends": "matrix"},
    **dict.fromkeys(("sizeBits", "stepBits", "stepsBits", "classBits"), "nat"),
    "sizes": "list",
}


def share_fields(
    choice: Choice,
    attention: FittedAttention,
    shares: Shares,
    numbers: Sequence[Sequence[int]],
    parts: int,
    runs: Sequence[Run],
) -> dict[str, Value]:
    """The fields, in lanes that are just wide enough for Lean's checks."""
    r, params = shares.rows, shares.params

    scores, positions = entries(r.scores.rows.mat), entries(r.pos_scores.mat)
    token_arg, pos_arg = r.arguments(shares.exps.half)
    arg_bits = max(1, max(map(max, [*token_arg, *pos_arg])).bit_length())
    offset = 2 * (r.scores.rows.off + r.pos_scores.off) * r.score_num
    score_bits = max(
        1 + (offset << (2 * shares.exps.half)).bit_length(),
        1 + (r.score_den << arg_bits).bit_length(),
        3 + 2 * params.prec,
        (2 * r.scores.fine_off).bit_length(),
    )
    highest = 2 * (r.pos.off + r.num * r.base.off + r.token.off) << attention.base_bits
    bits = max(
        3 + max(highest, 2 * r.num * r.direct.rows.off).bit_length(),
        4 + params.width + params.shift + attention.base_bits,
        (2 * r.direct.fine_off).bit_length(),
    )
    seen = shares.seen
    return {
        "prec": params.prec,
        "steps": params.steps,
        "shift": params.shift,
        "width": params.width,
        "parts": parts,
        "countBits": int(shares.v**shares.n).bit_length(),
        "bits": bits,
        "scoreBits": score_bits,
        "argBits": arg_bits,
        "expHalf": shares.exps.half,
        "expHigh": shares.exps.high,
        "vecBits": choice.vec_bits,
        "finer": choice.finer,
        "v": shares.v,
        "n": shares.n,
        **_part("qk", choice.qk, choice.vec_bits),
        "euBase": _digits(choice.eu_base, choice.vec_bits),
        **_part("eu", choice.eu, choice.vec_bits),
        "tokenTop": [row.index(max(row)) for row in scores],
        "tokenArg": packed(token_arg, score_bits),
        "posTop": [row.index(max(row)) for row in positions],
        "posArg": packed(pos_arg, score_bits),
        "low": packed([s.low for s in seen], score_bits),
        "high": packed([s.high for s in seen], score_bits),
        "tokenFirst": [T.first for T in shares.tops],
        "tokenSecond": [T.second for T in shares.tops],
        "directFirst": [s.direct.first for s in seen],
        "directSecond": [s.direct.second for s in seen],
        "attention": attention.kind,
        "baseBits": attention.base_bits,
        "ends": [list(each) for each in numbers],
        **_sizes(shares, parts, runs),
    }


def _sizes(shares: Shares, parts: int, runs: Sequence[Run]) -> dict[str, Value]:
    """For each query, packed: for each maximum from it on what is counted, 0 for nothing."""
    v, n, bits = shares.v, shares.n, shares.v.bit_length()
    step_bits = bits + parts.bit_length()
    of_runs = [(run, _steps(run)) for run in runs]
    most = max((len(steps) for _, steps in of_runs), default=0)
    count_bits = max(1, most.bit_length())
    class_bits = count_bits + most * step_bits
    codes: dict[tuple[int, int], int] = {}
    for run, steps in of_runs:
        code = codes.setdefault((run.query, run.maximum), 1)
        if run.first:
            (row,) = packed([[size + (level << bits) for level, size in steps]], step_bits)
            said = len(steps) + (row << count_bits)
            codes[run.query, run.maximum] = code + (said << (class_bits * (run.first - 1)))
    pairs = [[codes.get((q, m), 0) for m in range(q, v)] for q in range(v)]
    return {
        "sizeBits": bits,
        "stepBits": step_bits,
        "stepsBits": count_bits,
        "classBits": class_bits,
        "sizes": packed(pairs, class_bits * n + 1),
    }


def _steps(run: Run) -> list[tuple[int, int]]:
    """The levels of its tokens, ascending, and how many tokens take no more than each."""
    return [(level, bisect_right(run.levels, level)) for level in sorted(set(run.levels))]


def read_runs(fields: Mapping[str, Value], n: int, v: int) -> list[Run]:
    """What `_sizes` wrote, and the class without other tokens wherever something is said."""
    names = ("sizeBits", "stepBits", "stepsBits", "classBits", "parts")
    bits, step_bits, count_bits, class_bits, parts = (_number(fields, name) for name in names)
    of_pair, found = class_bits * n + 1, []
    for q, row in enumerate(_items(fields["sizes"])):
        assert isinstance(row, int)
        for m in range(q, v):
            code = row >> (of_pair * (m - q)) & ((1 << of_pair) - 1)
            if not code:
                continue
            found.append(Run(q, m, 0, 0, ()))
            for others in with_others(n, q, m):
                said = (code - 1) >> (class_bits * (others - 1)) & ((1 << class_bits) - 1)
                levels: list[int] = []
                for i in range(said & ((1 << count_bits) - 1)):
                    step = said >> (count_bits + step_bits * i) & ((1 << step_bits) - 1)
                    levels += [step >> bits] * ((step & ((1 << bits) - 1)) - len(levels))
                if levels:
                    found.append(Run(q, m, others, others, range(len(levels)), levels, parts))
    return found


def read_shares(
    model: Model, fields: Mapping[str, Value]
) -> tuple[Shares, Sequence[Sequence[End]]]:
    """What `share_fields` wrote: the model as it is enclosed and rounded, and the ends of each maximum."""
    read = _Fields(model, fields)
    choice = read_choice(model, fields)
    params = Params(*(read.number(name) for name in ("prec", "steps", "shift", "width")))
    kind = read.number("attention")
    exps = ExpParams(params.prec, read.number("expHalf"), read.number("expHigh"))
    ends = [ends_of(kind, numbers) for numbers in read.rows("ends")]
    return Shares(share_rows(model, choice), params, exps), ends


def read_choice(model: Model, fields: Mapping[str, Value]) -> Choice:
    """How a certificate with these fields encloses the model."""
    read = _Fields(model, fields)
    return Choice(
        read.part("qk", qk_chain(factors(model))),
        read.digits(fields["euBase"], model.d_model),
        read.part("eu", [factors(model)["resid"], factors(model)["W_U"]]),
        read.number("vecBits"),
        read.number("finer"),
    )


@dataclass(frozen=True)
class _Fields:
    """Fields of a certificate that Lean accepts."""

    model: Model
    fields: Mapping[str, Value]

    def number(self, name: str) -> int:
        return _number(self.fields, name)

    def rows(self, name: str) -> list[list[int]]:
        rows = _items(self.fields[name])
        return [[x for x in _items(row) if isinstance(x, int)] for row in rows]

    def digits(self, packed: Value, count: int) -> list[int]:
        """What `_digits` packed."""
        bits = self.number("vecBits")
        assert isinstance(packed, int)
        lanes = Lanes.of(count, bits)
        return [lanes.lane(packed, i) - (1 << (bits - 1)) for i in range(count)]

    def part(self, name: str, chain: Sequence[Shifted]) -> Part:
        """What `_part` wrote."""
        shapes = [(factor.mat.nrows(), factor.mat.ncols()) for factor in chain]
        peels = [
            Peel(index, self.digits(column, shapes[index][0]), self.digits(row, shapes[index][1]))
            for index, column, row in self.rows(f"{name}Peels")
        ]
        plans = [each for each in _items(self.fields[f"{name}Plans"]) if isinstance(each, int)]
        return Part(self.number(f"{name}Exact") > 0, peels, plans)


def _number(fields: Mapping[str, Value], name: str) -> int:
    value = fields[name]
    assert isinstance(value, int), name
    return value


def _items(value: Value) -> Sequence[Value]:
    assert isinstance(value, list)
    return value


def _part(name: str, part: Part, bits: int) -> dict[str, Value]:
    """`Part` in Lean."""
    peels = [[p.index, _digits(p.column, bits), _digits(p.row, bits)] for p in part.peels]
    return {
        f"{name}Exact": int(part.exact),
        f"{name}Peels": peels,
        f"{name}Plans": list(part.plans),
    }


def _digits(entries: Sequence[int], bits: int) -> int:
    """Packed, each shifted up so that it is not negative."""
    (row,) = packed([[x + (1 << (bits - 1)) for x in entries]], bits)
    return row
