"""Groups by their names, from what their elements are: numbers, permutations, motions, quaternions, tuples of these."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import permutations
from typing import Any

from pipeline.recheck.refused import Refused

Rows = list[list[int]]

MAX_ORDER = 1024
MAX_PERMUTED = 6


@dataclass(frozen=True)
class _Group:
    """Elements in the order of their numbers, and how they are multiplied."""

    elements: Sequence[Any]
    times: Callable[[Any, Any], Any]


def named(name: str) -> Rows:
    """The multiplication table of the group with this name, such as `Z59`, `S4`, `D6`, `Q8` or `Z2 x S3`."""
    factors = [_simple(part.strip()) for part in name.split("x")]
    group = reduce(_pairs, factors)
    number = {element: i for i, element in enumerate(group.elements)}
    if len(number) > MAX_ORDER:
        raise Refused(f"a group of more than {MAX_ORDER} elements")
    return [[number[group.times(a, b)] for b in group.elements] for a in group.elements]


def _simple(name: str) -> _Group:
    if name == "Q8":
        units = [tuple(int(i == k) for k in range(4)) for i in range(4)]
        return _Group([*units, *(tuple(-each for each in unit) for unit in units)], _hamilton)
    found = re.fullmatch(r"([ZSAD])([1-9][0-9]{0,3})", name, re.ASCII)
    if found is None or int(found[2]) > (MAX_ORDER if found[1] in "ZD" else MAX_PERMUTED):
        raise Refused(f"the group {ascii(name)[:40]} is not known")
    n = int(found[2])
    if found[1] == "Z":
        return _Group(range(n), lambda a, b: (a + b) % n)
    if found[1] == "D":  # k -> turn + sign * k, on the corners of a regular n-gon
        motions = [(sign, turn) for sign in (1, -1) for turn in range(n)]
        return _Group(motions, lambda a, b: (a[0] * b[0], (a[1] + a[0] * b[1]) % n))
    every = [p for p in permutations(range(n)) if found[1] == "S" or _sign(p) == 1]
    return _Group(every, lambda a, b: tuple(a[k] for k in b))


def _pairs(left: _Group, right: _Group) -> _Group:
    if len(left.elements) * len(right.elements) > MAX_ORDER:
        raise Refused(f"a group of more than {MAX_ORDER} elements")
    return _Group(
        [(a, b) for a in left.elements for b in right.elements],
        lambda x, y: (left.times(x[0], y[0]), right.times(x[1], y[1])),
    )


def _sign(p: Sequence[int]) -> int:
    """Of a permutation: the sign changes with each even cycle."""
    sign, seen = 1, set[int]()
    for start in range(len(p)):
        k, length = start, 0
        while k not in seen:
            seen.add(k)
            k, length = p[k], length + 1
        if length and length % 2 == 0:
            sign = -sign
    return sign


def _hamilton(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The product of two quaternions `r + x i + y j + z k`."""
    r, x, y, z = a
    s, u, v, w = b
    return (
        r * s - x * u - y * v - z * w,
        r * u + x * s + y * w - z * v,
        r * v - x * w + y * s + z * u,
        r * w + x * v - y * u + z * s,
    )
