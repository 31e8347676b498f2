"""Prefixes of the tokens: `d_vocab^2 n_ctx` tests of numbers, on any number of inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline.checker.circuits import Circuits, circuits
from pipeline.checker.enclosure import Params, enclose
from pipeline.checker.prefix import Claims, claims
from pipeline.checker.tables import Tables, tables
from pipeline.emit.theorem import Value
from pipeline.errors import MalformedInput
from pipeline.model import Model
from pipeline.strategies.base import Certificate, Kind, Progress
from pipeline.strategies.rounding import lane_bits

MAX_VOCAB = 1 << 9
WIDTHS = (12, 16, 20, 24)
PRECISIONS = (48, 64, 80, 96, 112, 128, 160)
STEPS = 4

Found = tuple[Params, Tables, Claims]

NUMBERS = frozenset(
    ["prec", "steps", "shift", "width", "bits", "v", "n", "last", "marginBits", "sizeBits", "bound"]
)
"""The fields that are single numbers; the others are lists, one packed natural a row."""

FIELDS = (
    *("prec", "steps", "shift", "width"),
    *("bits", "v", "n", "token", "direct", "last", "position"),
    *("tokenLo", "own", "mass", "low", "high", "slack"),
    *("marginBits", "tokens", "directs", "lasts", "sizeBits", "sizes"),
    "bound",
)
"""The fields of `Prefix.Certificate`, in order."""


class Prefix:
    """`lean/Compact/Strategy/Prefix.lean`"""

    name = "prefix"
    summary = "tests prefixes of the tokens; d_vocab^2 * n_ctx tests of numbers"

    def search(self, model: Model, progress: Progress) -> Certificate:
        """The best bound, and the loosest rounding on the grid that reaches it."""
        if model.n_ctx < 2 or not 2 <= model.d_vocab <= MAX_VOCAB:
            raise MalformedInput(
                f"prefix needs two positions and 2 to {MAX_VOCAB} tokens",
                cure="use --strategy brute-force",
            )
        progress("multiplying the weights out")
        exact = circuits(model)
        prec, width = PRECISIONS[-1], WIDTHS[-1]
        best = self._evaluate(exact, model, prec, width)[2].count
        progress(f"{best:,} inputs can be counted; choosing the rounding")
        prec = self._loosest(PRECISIONS, lambda p: self._evaluate(exact, model, p, width), best)
        width = self._loosest(WIDTHS, lambda w: self._evaluate(exact, model, prec, w), best)
        params, found, claimed = self._evaluate(exact, model, prec, width)
        return Certificate(self.name, claimed.count, _fields(params, found, claimed))

    def fields(self) -> Mapping[str, Kind]:
        """The fields of `Prefix.Certificate`."""
        return {name: "nat" if name in NUMBERS else "list" for name in FIELDS}

    @staticmethod
    def _loosest(grid: Sequence[int], evaluate: Callable[[int], Found], best: int) -> int:
        return next((each for each in grid if evaluate(each)[2].count == best), grid[-1])

    @staticmethod
    def _evaluate(exact: Circuits, model: Model, prec: int, width: int) -> Found:
        shift = max(0, lane_bits(exact, model.frac) - width)
        params = Params(prec, STEPS, shift, width)
        found = tables(enclose(exact, model.frac, params))
        return params, found, claims(found)


def _pack(row: Sequence[int], bits: int) -> int:
    return sum(entry << (bits * i) for i, entry in enumerate(row))


def _fields(params: Params, t: Tables, claimed: Claims) -> dict[str, Value]:
    """The fields of the Lean structure, packed."""
    largest = max(max(map(max, rows)) for rows in (t.token_lo, t.low, t.high, t.slack, t.position))
    bits = max(largest.bit_length(), params.width + 5) + 1
    margin_bits, size_bits = params.width + 5, t.v.bit_length()

    def packed(rows: Sequence[Sequence[int]], each: int = bits) -> list[int]:
        return [_pack(row, each) for row in rows]

    return {
        "prec": params.prec,
        "steps": params.steps,
        "shift": params.shift,
        "width": params.width,
        "bits": bits,
        "v": t.v,
        "n": t.n,
        "token": packed(t.token),
        "direct": packed(t.direct),
        "last": _pack(t.last, bits),
        "position": packed(t.position),
        "tokenLo": packed(t.token_lo),
        "own": t.own,
        "mass": t.mass,
        "low": packed(t.low),
        "high": packed(t.high),
        "slack": packed(t.slack),
        "marginBits": margin_bits,
        "tokens": packed(claimed.tokens, margin_bits),
        "directs": packed(claimed.directs, margin_bits),
        "lasts": packed(claimed.lasts, margin_bits),
        "sizeBits": size_bits,
        "sizes": packed(claimed.sizes, size_bits),
        "bound": claimed.count,
    }
