"""Substitution: variables, universe parameters.

Rule: `instantiate` puts terms for bound variables, `abstract` is its inverse for locals, `at_levels` puts levels for
universe parameters.  What is put in has no bound variables that are bound outside, so nothing is captured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kernel2 import levels
from kernel2.errors import Malformed
from kernel2.levels import Level
from kernel2.terms import (
    APP,
    BVAR,
    CONST,
    FUN,
    LET,
    LOCAL,
    PI,
    PROJ,
    SORT,
    Term,
    app,
    bvar,
    const,
    fun,
    let,
    pi,
    proj,
    sort,
)

Memo = dict[tuple[Term, int], Term]


def instantiate(e: Term, values: Sequence[Term]) -> Term:
    """The bound variable i becomes values[i]; those beyond come down by the number of values."""
    if e.loose == 0 or not values:
        return e
    return _instantiate(e, 0, values, len(values), [])


def _instantiate(e: Term, k: int, values: Sequence[Term], n: int, memos: list[dict[Term, Term]]) -> Term:
    """The same below k binders; e has a variable that is bound outside of them.  `memos[k]` is what was done there."""
    tag = e.tag
    if tag == BVAR:
        i = e.a - k
        return values[i] if i < n else bvar(e.a - n)
    if len(memos) == k:
        memos.append({})
    memo = memos[k]
    out = memo.get(e)
    if out is not None:
        return out
    a, b = e.a, e.b
    if tag == APP:
        args = []
        f = e
        while f.tag == APP and f.loose > k:
            args.append(f.b)
            f = f.a
        out = _instantiate(f, k, values, n, memos) if f.loose > k else f
        for a in reversed(args):
            out = app(out, _instantiate(a, k, values, n, memos) if a.loose > k else a)
    elif tag == FUN or tag == PI:
        if a.loose > k:
            a = _instantiate(a, k, values, n, memos)
        if b.loose > k + 1:
            b = _instantiate(b, k + 1, values, n, memos)
        out = fun(a, b) if tag == FUN else pi(a, b)
    elif tag == PROJ:
        out = proj(a, b, _instantiate(e.c, k, values, n, memos))
    else:
        c = e.c
        out = let(
            _instantiate(a, k, values, n, memos) if a.loose > k else a,
            _instantiate(b, k, values, n, memos) if b.loose > k else b,
            _instantiate(c, k + 1, values, n, memos) if c.loose > k + 1 else c,
        )
    memo[e] = out
    return out


def _rebuild(e: Term, k: int, skip: Callable[[Term], bool], leaf: Callable[[Term, int], Term], memo: Memo) -> Term:
    """The term with its leaves changed by `leaf` (told how many binders are above); what `skip` says stays as it is."""
    if skip(e):
        return e
    key = (e, k)
    out = memo.get(key)
    if out is not None:
        return out
    tag = e.tag
    if tag == APP:
        out = app(_rebuild(e.a, k, skip, leaf, memo), _rebuild(e.b, k, skip, leaf, memo))
    elif tag == FUN or tag == PI:
        a, b = _rebuild(e.a, k, skip, leaf, memo), _rebuild(e.b, k + 1, skip, leaf, memo)
        out = fun(a, b) if tag == FUN else pi(a, b)
    elif tag == LET:
        a, b = _rebuild(e.a, k, skip, leaf, memo), _rebuild(e.b, k, skip, leaf, memo)
        out = let(a, b, _rebuild(e.c, k + 1, skip, leaf, memo))
    elif tag == PROJ:
        out = proj(e.a, e.b, _rebuild(e.c, k, skip, leaf, memo))
    else:
        out = leaf(e, k)
    memo[key] = out
    return out


def put(e: Term, values: Sequence[Term]) -> Term:
    """The bound variable i becomes values[i], which may have bound variables that are bound around e."""

    def closed(e: Term) -> bool:
        return e.loose == 0

    def leaf(e: Term, k: int) -> Term:
        if e.tag != BVAR or e.a < k:
            return e
        return _rebuild(values[e.a - k], 0, closed, lambda x, m: _lifted(x, m, k), {})

    return _rebuild(e, 0, closed, leaf, {})


def _lifted(e: Term, below: int, by: int) -> Term:
    return bvar(e.a + by) if e.tag == BVAR and e.a >= below else e


def abstract(e: Term, variables: Sequence[Term]) -> Term:
    """The inverse of `instantiate`: the local variables[i] becomes the bound variable i."""
    if not variables:
        return e
    where = {x: i for i, x in enumerate(variables)}
    lowest = min(x.a for x in variables)

    def leaf(e: Term, k: int) -> Term:
        i = where.get(e)
        return e if i is None else bvar(i + k)

    return _rebuild(e, 0, lambda e: e.top < lowest, leaf, {})


def bind(make: Callable[[Term, Term], Term], variables: Sequence[Term], body: Term) -> Term:
    """`fun` or `pi` over locals, the first outermost."""
    for x in reversed(variables):
        body = make(x.b, abstract(body, [x]))
    return body


def at_levels(e: Term, parameters: Sequence[str], values: Sequence[Level]) -> Term:
    """The term with these levels for its universe parameters."""
    if not e.has_levels or not parameters:
        return e
    table = dict(zip(parameters, values, strict=True))

    def leaf(e: Term, k: int) -> Term:
        if e.tag == SORT:
            return sort(levels.substitute(e.a, table))
        if e.tag == CONST:
            return const(e.a, tuple([levels.substitute(u, table) for u in e.b]))
        if e.tag == LOCAL:
            raise Malformed("a local in a stored term")
        return e

    return _rebuild(e, 0, lambda e: not e.has_levels, leaf, {})
