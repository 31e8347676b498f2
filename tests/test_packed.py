"""Lane-wise operations and exponentials bit by bit: what they bound, and that Lean computes the same."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.recheck.transformer.lean_weights import read_weights
from pipeline.transformer.checker.exp_bits import ExpParams
from pipeline.transformer.weights import render_weights
from tests.lean_support import build_one, model_of
from tests.tiny_models import random_arrays

SIZES = [ExpParams(24, 4, 6), ExpParams(64, 10, 16), ExpParams(128, 16, 22), ExpParams(7, 3, 2)]
LEAN = """prelude
import Compact.Packed.ExpLanes
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
