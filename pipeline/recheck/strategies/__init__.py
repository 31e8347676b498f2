"""The checkers of the strategies, by the names that certificates use: one file each.

`count(weights, certificate)` is the number of inputs that Lean's checker counts; it raises `Refused` where Lean's
checker counts nothing because something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.recheck.certificate import Certificate
from pipeline.recheck.strategies import brute_force, cubic, prefix, prefix_top2, quartic
from pipeline.recheck.weights import Weights

Count = Callable[[Weights, Certificate], int]

COUNTS: Mapping[str, Count] = {
    "brute-force": brute_force.count,
    "quartic": quartic.count,
    "cubic": cubic.count,
    "prefix": prefix.count,
    "prefix-top2": prefix_top2.count,
}
