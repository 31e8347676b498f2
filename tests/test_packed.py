"""Lane-wise operations and exponentials bit by bit: what they bound, and that Lean computes the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal, localcontext
from itertools import accumulate

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.emit.rows import dense, entries
from pipeline.emit.theorem import render_rows, render_value
from pipeline.numbers.lanes import Lanes
from pipeline.recheck.lean_file import fields_of
from pipeline.recheck.refused import Refused
from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.checker.exp_form import ExpForm
from pipeline.transformer.weights import render_weights
from tests.lean_support import build_one, model_of
from tests.tiny_models import random_arrays

SIZES = [ExpParams(24, 4, 6), ExpParams(64, 10, 16), ExpParams(128, 16, 22), ExpParams(7, 3, 2)]
LEAN = """prelude
import Compact.Packed.ExpRows
import Compact.Packed.All
import Compact.Packed.ExpTable
import Compact.Packed.RunningLanes
import Compact.Packed.Widen
import Compact.Transformer.Circuit.Joined
namespace Compact
{}
end Compact
"""


def exact(c: ExpParams, units: int) -> Decimal:
    """`2^prec * exp(-units * 2^-(2 half))`, to 200 digits."""
    with localcontext() as context:
        context.prec = 200
        return (-Decimal(units) / (1 << (2 * c.half))).exp() * (1 << c.prec)


@given(st.sampled_from(SIZES), st.data())
def test_exponentials_are_bounded_from_both_sides(c: ExpParams, data: st.DataObject) -> None:
    y = data.draw(st.integers(0, (1 << (c.half + c.high)) - 1))
    assume(c.fit)
    lo, hi = c.bounds(y)
    assert lo <= exact(c, y + 2)
    assert exact(c, y) <= hi


@pytest.mark.parametrize("y", [0, 1, 1 << 16, (1 << 37) + 12345, 60 << 32])
def test_exponentials_are_close(y: int) -> None:
    """Within 2^-27 of each other, and a few units in the last place (bounds that say nothing are not)."""
    c = ExpParams(128, 16, 22)
    lo, hi = c.bounds(y)
    assert hi - lo <= (hi >> 27) + 64


def test_lean_computes_the_same() -> None:
    c, lane = ExpParams(64, 10, 16), 140
    ys = [0, 1, 1023, 1024, 54321, (1 << 26) - 1]
    found = [c.bounds(y) for y in ys]
    packed = [
        sum(x << (lane * j) for j, x in enumerate(row))
        for row in (ys, [each.hi for each in found], [each.lo for each in found])
    ]
    arguments, upper, lower = (f"nat_lit {x:#x}" for x in packed)
    params = f"(⟨nat_lit {c.prec}, nat_lit {c.half}, nat_lit {c.high}⟩ : ExpParams)"
    one = f"(onesOf {lane} {len(ys)})"
    tops = f"(Nat.mul (Nat.pow 2 {lane - 1}) {one})"
    claims = [
        f"{params}.lanesFit {lane}",
        f"Nat.beq (lanesUpper {params} {one} ({arguments})) ({upper})",
        f"Nat.beq (lanesLower {params} {one} {tops} {lane - 1} ({upper})) ({lower})",
    ]
    text = "\n".join(f"example : ({claim}) = true := by decide +kernel" for claim in claims)
    result = build_one(LEAN.format(text))
    assert result.ok, result.printable()


def packed(row: Sequence[int], lane: int) -> str:
    return f"(nat_lit {sum(x << (lane * j) for j, x in enumerate(row)):#x})"


@pytest.mark.parametrize("count", [1, 2, 3, 8, 13])
def test_running_extremes_are_those_of_all_lanes_before(count: int) -> None:
    lane, top = 24, 1 << 20
    row = [(j * 7919 + 13) * 104729 % top for j in range(count)]
    one = f"(onesOf {lane} {count})"
    given = f"{lane} {count} (Nat.mul (Nat.pow 2 {lane - 1}) {one}) {lane - 1}"
    claims = [
        f"Nat.beq (lanesRunning {given} {packed(row, lane)}) {packed(list(accumulate(row, max)), lane)}",
        f"Nat.beq (lanesRunningLeast {given} (Nat.mul {top} {one}) {packed(row, lane)})"
        f" {packed(list(accumulate(row, min)), lane)}",
    ]
    text = "\n".join(f"example : ({claim}) = true := by decide +kernel" for claim in claims)
    result = build_one(LEAN.format(text))
    assert result.ok, result.printable()


def test_rows_of_exponentials_and_what_is_refused() -> None:
    """Two rows of three arguments; arguments that are too large, or a third row, are refused."""
    c, lane, arg = ExpParams(64, 10, 16), 140, 20
    rows = [[0, 5, (1 << arg) - 1], [77777, 1, 1 << 19]]
    bounds = [[c.bounds(y) for y in row] for row in rows]
    params = f"(⟨nat_lit {c.prec}, nat_lit {c.half}, nat_lit {c.high}⟩ : ExpParams)"

    def run(rows: Sequence[Sequence[int]], lows: Sequence[Sequence[int]], answer: str) -> str:
        listed = ", ".join(packed(row, lane) for row in rows)
        checks = " && ".join(
            f"Nat.beq ({name}.getD {q} 0) {packed(row, lane)}"
            for name, part in (
                ("ys", rows[:2]),
                ("lows", lows),
                ("highs", [[each.hi for each in row] for row in bounds]),
            )
            for q, row in enumerate(part)
        )
        check = f"expRows {params} {lane} 3 2 {arg} [{listed}] fun ys lows highs => {checks}"
        return f"example : ({check}) = {answer} := by decide +kernel"

    lows = [[each.lo for each in row] for row in bounds]
    text = [
        f"example : {params}.rowsFit {lane} {arg} = true := by decide +kernel",
        f"example : {params}.rowsFit {lane} {c.half + c.high + 1} = false := by decide +kernel",
        f"example : {params}.rowsFit {2 * c.prec + 2} {arg} = false := by decide +kernel",
        run(rows, lows, "true"),
        run(rows, [lows[0], [x + 1 for x in lows[1]]], "false"),
        run([*rows, [0, 0, 1]], lows, "false"),
        run([rows[0], [1 << arg, 0, 0]], lows, "false"),
    ]
    result = build_one(LEAN.format("\n".join(text)))
    assert result.ok, result.printable()


def test_rows_of_exponentials_from_one_number_and_what_is_refused() -> None:
    """As above, and as lists; the bounds do not depend on how many bits are looked at."""
    c, lane = ExpForm(64, 10), 140
    rows = [[0, 5, (1 << 20) - 1], [77777, 1, 1 << 19]]
    bounds = [[c.bounds(y) for y in row] for row in rows]
    form = f"(⟨nat_lit {c.prec}, nat_lit {c.half}⟩ : ExpForm)"

    def run(arg: int, rows: Sequence[Sequence[int]], change: int, answer: str) -> str:
        listed = ", ".join(packed(row, lane) for row in rows)
        lows = [[each.lo for each in row] for row in bounds]
        highs = [[each.hi for each in row] for row in bounds]
        highs[1][2] += change
        checks = " && ".join(
            f"Nat.beq ({name}.getD {q} 0) {packed(row, lane)}"
            for name, part in (("ys", rows[:2]), ("lows", lows), ("highs", highs))
            for q, row in enumerate(part)
        )
        check = f"sideRows {form} {form}.error {lane} 3 2 {arg} [{listed}] fun ys lows highs => {checks}"
        return f"example : ({check}) = {answer} := by decide +kernel"

    def table(prec: int) -> str:
        each = ExpForm(prec, c.half)
        expected = ", ".join(
            "[" + ", ".join(f"({b.lo}, {b.hi})" for b in map(each.bounds, row)) + "]"
            for row in rows
        )
        listed = ", ".join(packed(row, lane) for row in rows)
        return (
            f"example : expTable ⟨{prec}, {c.half}⟩ {lane} 3 2 [{listed}] (fun T => allZip (fun xs ys =>"
            f" allZip (fun x y => Nat.beq x.1 y.1 && Nat.beq x.2 y.2) xs ys) T [{expected}]) = true"
            " := by decide +kernel"
        )

    text = [
        f"example : Nat.beq {form}.error {c.error} = true := by decide +kernel",
        f"example : {form}.lanesFit {lane} 20 = true := by decide +kernel",
        f"example : {form}.lanesFit {lane} {c.half + c.prec + 1} = false := by decide +kernel",
        f"example : {form}.lanesFit {2 * c.prec + 2} 20 = false := by decide +kernel",
        *(run(arg, rows, 0, "true") for arg in (20, 23)),
        run(20, rows, 1, "false"),
        run(19, rows, 0, "false"),
        run(20, [*rows, [0, 0, 1]], 0, "false"),
        run(20, [rows[0], [1 << 20, 0, 0]], 0, "false"),
        table(c.prec),
        table(12),
        table(70),
    ]
    result = build_one(LEAN.format("\n".join(text)))
    assert result.ok, result.printable()


def test_long_lists_are_not_refused_for_their_depth() -> None:
    """300 tokens: Lean reads the weights, and the second checker reads the same from them."""
    model = model_of(random_arrays(1, 2, 300))
    text = render_weights("Large", model)
    assert "set_option maxRecDepth" in text
    result = build_one(text)
    assert result.ok, result.printable()
    _, weights = read_weights(text.encode())
    assert weights.tensors["W_E"].matrix(model.d_model) == model.tensors["W_E"]


def test_short_lists_need_nothing() -> None:
    assert "maxRecDepth" not in render_weights("Small", model_of(random_arrays(1, 2, 9)))


@pytest.mark.parametrize("seed", range(5))
def test_rows_without_gaps_read_back(seed: int) -> None:
    draw, wide = random.Random(seed), 100
    rows = [[draw.randrange(1 << draw.randrange(1, 40)) for _ in range(60)] for _ in range(4)]
    short = dense([Lanes.of(0, wide).pack(row) for row in rows], wide)
    assert short is not None
    for row, whole in zip(short.rows, rows, strict=True):
        read = entries(row, short.narrow)
        assert read + [0] * (len(whole) - len(read)) == whole


def test_rows_that_would_not_be_shorter_stay_as_they_are() -> None:
    full = [Lanes.of(0, 100).pack([(1 << 99) - 1] * 60)] * 4
    assert dense(full, 100) is None
    assert dense([1, 2, 3], 100) is None
    assert dense([1 << 2000] * 4, 0) is None


def test_the_second_checker_reads_rows_without_gaps() -> None:
    packed = [Lanes.of(0, 90).pack([(5 * i + row) ** 3 for i in range(60)]) for row in range(4)]
    written = render_rows(packed, 90)
    nested = render_rows([packed, [1, 2]], 90)
    assert written.startswith("widened")
    assert nested.startswith("[widened")
    fields = fields_of(f"  one := {written}\n  two := {nested}\n")
    assert fields == {"one": packed, "two": [packed, [1, 2]]}


@pytest.mark.parametrize(
    "sizes",
    [
        "(nat_lit 90) (nat_lit 0) (nat_lit 6)",
        "(nat_lit 9) (nat_lit 10) (nat_lit 6)",
        "(nat_lit 90) (nat_lit 10) (nat_lit 1)",
    ],
)
def test_the_second_checker_refuses_rows_that_do_not_fit(sizes: str) -> None:
    with pytest.raises(Refused):
        fields_of(f"  one := widened {sizes} [nat_lit 0x1fffffffffffff]\n")


@pytest.mark.parametrize("count", [60, 64, 65])
def test_lean_moves_entries_apart(count: int) -> None:
    rows = [[(7 * i + row) ** 3 % (1 << 21) for i in range(count)] for row in range(3)] + [[0, 5]]
    packed = [Lanes.of(0, 90).pack(row) for row in rows]
    written = render_rows(packed, 90)
    assert written.startswith("widened (nat_lit 90) (nat_lit ")
    assert len(written) < len(render_value(packed)) / 3
    other = [*packed[:-1], packed[-1] + 1]
    same = "fold (fun x ih i => Nat.beq x (nth 0 {} i) && ih (Nat.succ i)) (fun _ => true) ({}) 0"
    text = [
        f"example : {same.format(render_value(packed), written)} = true := by decide +kernel",
        f"example : {same.format(render_value(other), written)} = false := by decide +kernel",
    ]
    result = build_one(LEAN.format("\n".join(text)))
    assert result.ok, result.printable()
