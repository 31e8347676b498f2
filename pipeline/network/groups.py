"""Groups by name, as multiplication tables: `table[x][y]` is the number of the element `x * y`.

    Zn            the integers 0 .. n-1, added modulo n
    Sn, An        all (even) permutations of 0 .. n-1, in the order of `itertools.permutations`; `(a * b)[k] = a[b[k]]`
    Dn            the symmetries of a regular n-gon: `r` turns it by r steps, `n + r` reflects it, then turns it
    Q8            the quaternions 1, i, j, k, -1, -i, -j, -k in this order
    G x H         pairs (g, h) of elements, numbered `g * |H| + h`; several factors are numbered from the left

Whether a table is a group's is checked in Lean (and by `flaw` here, for a clear message); the names only say how
it is written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

Table = list[list[int]]

# The table is part of the theorem and the check of associativity takes n^3 steps.
LARGEST = 1024


class UnknownGroup(ValueError):
    """A name that stands for no group, with the reason."""


def group(name: str) -> Table:
    """The table of the group with this name."""
    factors = [_simple(factor.strip()) for factor in name.split("x")]
    size = 1
    for factor in factors:
        size *= len(factor)
    if size > LARGEST:
        raise UnknownGroup(
            f"group {name!r} has {size:,} elements; at most {LARGEST:,} are possible"
        )
    table = factors[0]
    for factor in factors[1:]:
        table = product(table, factor)
    return table


def _simple(name: str) -> Table:
    found = re.fullmatch(r"([ZSAD])([1-9][0-9]{0,5})|Q8", name)
    if not found:
        raise UnknownGroup(
            f"no group is called {name!r}: use Z59, S4, A5, D6, Q8 or products such as 'Z2 x S3'"
        )
    if name == "Q8":
        return quaternions()
    kind, n = found[1], int(found[2])
    if n > (LARGEST if kind in "ZD" else 6):
        raise UnknownGroup(
            f"group {name!r} has too many elements; at most {LARGEST:,} are possible"
        )
    if kind == "Z":
        return cyclic(n)
    if kind == "D":
        return dihedral(n)
    return permutation_group(n, even=kind == "A")


def cyclic(n: int) -> Table:
    """Addition modulo `n`."""
    return [[(x + y) % n for y in range(n)] for x in range(n)]


def permutation_group(n: int, *, even: bool = False) -> Table:
    """All (even) permutations of `0 .. n-1` in lexicographic order, `(a * b)[k] = a[b[k]]`."""
    elements = [p for p in permutations(range(n)) if not even or _is_even(p)]
    number = {p: i for i, p in enumerate(elements)}
    return [[number[tuple(a[k] for k in b)] for b in elements] for a in elements]


def _is_even(p: Sequence[int]) -> bool:
    return sum(p[i] > p[j] for j in range(len(p)) for i in range(j)) % 2 == 0


def dihedral(n: int) -> Table:
    """The symmetries of a regular `n`-gon: `(a, s) * (b, t) = (a + b or a - b, s + t)`, numbered `s * n + a`."""
    return [
        [(s + t) % 2 * n + (a - b if s else a + b) % n for t, b in _pairs(n)] for s, a in _pairs(n)
    ]


def _pairs(n: int) -> Iterator[tuple[int, int]]:
    return ((s, a) for s in range(2) for a in range(n))


def quaternions() -> Table:
    """1, i, j, k, -1, -i, -j, -k."""
    units = [[0, 1, 2, 3], [1, 4, 3, 6], [2, 7, 4, 1], [3, 2, 5, 4]]
    return [
        [(units[x % 4][y % 4] + x // 4 * 4 + y // 4 * 4) % 8 for y in range(8)] for x in range(8)
    ]


def product(left: Table, right: Table) -> Table:
    """Pairs, multiplied entry by entry."""
    n, m = len(left), len(right)
    size = range(n * m)
    return [[left[x // m][y // m] * m + right[x % m][y % m] for y in size] for x in size]


def flaw(table: Sequence[Sequence[int]]) -> str | None:
    """Why the table is not that of a group, in words, or None."""
    n = len(table)
    if n == 0:
        return "it is empty"
    for x, row in enumerate(table):
        if len(row) != n:
            return f"row {x} has {len(row)} entries, not {n}"
        for y, z in enumerate(row):
            if not 0 <= z < n:
                return f"{x} * {y} = {z} is not one of 0 .. {n - 1}"
    identity = next(
        (e for e in range(n) if all(table[e][x] == x == table[x][e] for x in range(n))), None
    )
    if identity is None:
        return "it has no identity"
    for x in range(n):
        if not any(table[x][y] == identity == table[y][x] for y in range(n)):
            return f"{x} has no inverse"
    for x in range(n):
        for y in range(n):
            for z in range(n):
                if table[table[x][y]][z] != table[x][table[y][z]]:
                    return f"({x} * {y}) * {z} is not {x} * ({y} * {z})"
    return None


def commutes(table: Sequence[Sequence[int]]) -> bool:
    """Does `x * y = y * x` hold?"""
    return all(table[x][y] == table[y][x] for x in range(len(table)) for y in range(x))
