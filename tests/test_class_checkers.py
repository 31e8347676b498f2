"""The checkers of quartic, cubic and prefix-top2, which have no search in Python yet.

On a model that is right about everything each proves a bound by its soundness theorem, and each
refuses a bound that is one too high and tables that are another model's.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.checker.circuits import circuits
from pipeline.checker.enclosure import Params, enclose
from pipeline.checker.prefix import margin
from pipeline.checker.tables import Tables, tables
from pipeline.emit.theorem import Value, render_value
from pipeline.emit.weights import render_weights
from pipeline.strategies.rounding import lane_bits
from tests.lean_support import build, model_of
from tests.tiny_models import perfect_arrays, random_arrays

NAME = "Classes"
SPACE = f"Compact.Certificates.{NAME}"
BITS = 240


def pack(row: Sequence[int], bits: int = BITS) -> int:
    return sum(entry << (bits * i) for i, entry in enumerate(row))


def packed(rows: Sequence[Sequence[int]], bits: int = BITS) -> Value:
    return [pack(row, bits) for row in rows]


def define(name: str, kind: str, fields: dict[str, Value]) -> str:
    lines = "".join(f"  {key} := {render_value(value)}\n" for key, value in fields.items())
    return f"def {name} : {kind} where\n{lines}"


def table_fields(t: Tables) -> dict[str, Value]:
    numbers: dict[str, Value] = {
        "bits": BITS, "v": t.v, "n": t.n, "width": t.width, "prec": t.prec,
        "last": pack(t.last), "own": t.own, "mass": t.mass,
    }  # fmt: skip
    rows = {
        "token": t.token, "direct": t.direct, "position": t.position, "tokenLo": t.token_lo,
        "low": t.low, "high": t.high, "slack": t.slack,
    }  # fmt: skip
    return numbers | {key: packed(value) for key, value in rows.items()}


def margin_fields(t: Tables) -> dict[str, Value]:
    """The margins of each maximum, for `MarginTable`."""
    offset, bits, found = 2 << t.width, t.width + 4, range(t.v)

    def add(*rows: Sequence[int]) -> list[int]:
        return [sum(entries) for entries in zip(*rows, strict=True)]

    def each(row: list[list[list[int]]], zero: int) -> Value:
        return packed([[margin(row[m][k], m, zero) for k in range(m + 1)] for m in found], bits)

    token = [[add(t.token[k], t.position[m]) for k in found] for m in found]
    own = [[add(t.direct[q], t.token[q], t.last) for q in found] for _ in found]
    return {
        "token": each(token, offset),
        "direct": each([t.direct for _ in found], offset),
        "own": each(own, 2 * offset),
    }


def test_class_checkers() -> None:
    model = model_of(perfect_arrays(3, 3))
    exact, width = circuits(model), 16
    params = Params(64, 4, max(0, lane_bits(exact, model.frac) - width), width)
    t = tables(enclose(exact, model.frac, params))
    sizes = [[m] * (t.n * (m + 1)) for m in range(t.v)]
    prefixes = {**margin_fields(t), "sizeBits": 4, "sizes": packed(sizes, 4)}
    p = params
    text = (
        "prelude\nimport Compact.Strategy.Quartic\nimport Compact.Strategy.Cubic\n"
        f"import Compact.Strategy.PrefixTop2\nimport {SPACE}.Weights\nimport {SPACE}Other.Weights\n"
        f"namespace {SPACE}\n"
        f"def params : Params := ⟨{p.prec}, {p.steps}, {p.shift}, {p.width}⟩\n"
        + define("tables", "Tables", table_fields(t))
        + define("margins", "MarginTable", margin_fields(t))
        + define("prefixes", "Prefixes.Certificate", prefixes)
        + "theorem tables_ok : tables.check weights params = true := by decide +kernel\n"
        f"example : tables.check {SPACE}Other.weights params = false := by decide +kernel\n"
        "theorem quartic : Quartic.blockCheck tables 0 3 27 = true := by decide +kernel\n"
        "example : Quartic.blockCheck tables 0 3 28 = false := by decide +kernel\n"
        "theorem cubic : Cubic.check tables margins 0 3 27 = true := by decide +kernel\n"
        "example : Cubic.check tables margins 0 3 28 = false := by decide +kernel\n"
        "theorem top2 : PrefixTop2.check tables prefixes 0 3 BOUND = true := by decide +kernel\n"
        "example : PrefixTop2.check tables prefixes 0 3 28 = false := by decide +kernel\n"
        "variable (R : Type) [ExpField R]\n"
        "example : AtLeast 27 (Correct R weights) :=\n"
        "  Quartic.sound tables_ok (blocks := [(3, 27)]) ⟨quartic, trivial⟩\n"
        "example : AtLeast 27 (Correct R weights) :=\n"
        "  Cubic.sound R tables_ok margins [(3, 27)] ⟨cubic, trivial⟩ (by decide +kernel)\n"
        "example : AtLeast BOUND (Correct R weights) :=\n"
        "  PrefixTop2.sound R tables_ok prefixes [(3, BOUND)] ⟨top2, trivial⟩ (by decide +kernel)\n"
        f"end {SPACE}\n"
    ).replace("BOUND", "27")
    other = model_of(random_arrays(1, 3, 3))
    sources = {
        f"{SPACE}.Weights": render_weights(NAME, model),
        f"{SPACE}Other.Weights": render_weights(f"{NAME}Other", other),
        f"{SPACE}.Checks": text,
    }
    results = build(sources, "Compact.Certificates")
    rejected = [line for each in results.values() if not each.ok for line in each.printable()]
    assert not rejected
