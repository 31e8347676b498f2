"""Universe levels.

Rule: a level is `0`, `u + 1`, `max u v`, `imax u v` (which is 0 where v is 0, and max u v elsewhere) or a parameter.
It denotes a function from the parameters' values, naturals, to naturals.  `u <= v` and `u = v` mean: for all values.
(Carneiro, "The type theory of Lean", 2019, section 2.2.)

Equal levels are the same object: levels are made by the functions here only, which look them up in a table.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from kernel2.errors import NoVerdict

MAX_PARAMETERS = 12
"""A comparison looks at every choice of zero and positive for its parameters: 2^12 at the most."""


class Level:
    """A level: `tag` is one of "zero", "succ", "max", "imax", "param"; `a` and `b` its parts (a parameter's name)."""

    __slots__ = ("a", "b", "parameters", "tag")

    def __init__(self, tag: str, a: Any, b: Any, parameters: frozenset[str]) -> None:
        self.tag, self.a, self.b, self.parameters = tag, a, b, parameters


_LEVELS: dict[tuple[str, Any, Any], Level] = {}


def _make(tag: str, a: Any = None, b: Any = None) -> Level:
    key = (tag, a, b)
    found = _LEVELS.get(key)
    if found is None:
        parts = frozenset([a]) if tag == "param" else frozenset()
        for part in (a, b):
            if isinstance(part, Level):
                parts |= part.parameters
        found = _LEVELS[key] = Level(tag, a, b, parts)
    return found


ZERO = _make("zero")


def succ(u: Level) -> Level:
    return _make("succ", u)


def maximum(u: Level, v: Level) -> Level:
    return _make("max", u, v)


def imax(u: Level, v: Level) -> Level:
    return _make("imax", u, v)


def param(name: str) -> Level:
    return _make("param", name)


ONE = succ(ZERO)


def substitute(u: Level, values: dict[str, Level]) -> Level:
    """The level with values in place of parameters."""
    if not u.parameters:
        return u
    if u.tag == "param":
        return values.get(u.a, u)
    if u.tag == "succ":
        return succ(substitute(u.a, values))
    return _make(u.tag, substitute(u.a, values), substitute(u.b, values))


def leq(u: Level, v: Level) -> bool:
    """Is u <= v for all values?  Decided exactly: parameter by parameter, it is zero or positive."""
    if u is v:
        return True
    parameters = sorted(u.parameters | v.parameters)
    if len(parameters) > MAX_PARAMETERS:
        raise NoVerdict("too many universe parameters in one comparison")
    for choice in product((False, True), repeat=len(parameters)):
        positive = {name for name, is_positive in zip(parameters, choice, strict=True) if is_positive}
        (c, steps), (d, others) = _normal(u, positive), _normal(v, positive)
        if c > d or any(k > others.get(p, 0) for p, k in steps.items()):
            return False
    return True


def _normal(u: Level, positive: set[str]) -> tuple[int, dict[str, int]]:
    """(c, ks) such that u = max(c, p - 1 + k for p, k in ks) wherever these parameters are positive and the rest zero.

    c is never below one of the ks; so u <= v exactly if c <= d (all p = 1) and each k <= l (p grows without bound).
    """
    if u.tag == "zero":
        return 0, {}
    if u.tag == "param":
        return (1, {u.a: 1}) if u.a in positive else (0, {})
    c, ks = _normal(u.a, positive)
    if u.tag == "succ":
        return c + 1, {p: k + 1 for p, k in ks.items()}
    d, ls = _normal(u.b, positive)
    if u.tag == "imax" and d == 0:
        return 0, {}
    return max(c, d), {p: max(ks.get(p, 0), ls.get(p, 0)) for p in ks | ls}


def equal(u: Level, v: Level) -> bool:
    return u is v or (leq(u, v) and leq(v, u))


def all_equal(us: tuple[Level, ...], vs: tuple[Level, ...]) -> bool:
    return us == vs or (len(us) == len(vs) and all(map(equal, us, vs)))


def is_zero(u: Level) -> bool:
    """Is u = 0 for all values?"""
    return leq(u, ZERO)


def is_never_zero(u: Level) -> bool:
    return leq(ONE, u)
