"""Terms.

Rule: a term is a bound variable (de Bruijn index), a local (a free variable, with its type), a sort, a constant at
universe levels, an application, a function `fun (x : A) => b`, a type of functions `(x : A) -> B`, a `let`, a literal
(a natural number or a text) or a projection out of a structure.  (Carneiro, "The type theory of Lean", sections 2.1 and
2.7.)  Names of bound variables, implicit arguments and notes mean nothing to the theory and are not kept.

Terms are made by the functions here only, which look them up in tables: terms that are the same object are equal.  (The
converse holds until `release`.  No rule refuses anything because two terms are different objects.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kernel2.levels import ONE, ZERO, Level

BVAR, LOCAL, SORT, CONST, APP, FUN, PI, LET, LIT, TEXT, PROJ = range(11)


class Term:
    """A term; its parts by `tag`:

    BVAR a=index   LOCAL a=number b=type   SORT a=level   CONST a=name b=levels   APP a=function b=argument
    FUN, PI a=domain b=body   LET a=type b=value c=body   LIT a=number   TEXT a=text
    PROJ a=name of the structure b=number of the field c=term
    """

    __slots__ = (
        "a",
        "b",
        "c",
        "checked",
        "core",
        "has_levels",
        "loose",
        "tag",
        "top",
        "type",
        "whnf",
    )

    def __init__(self, tag: int, a: Any, b: Any, c: Any, loose: int, top: int, has_levels: bool) -> None:
        self.tag, self.a, self.b, self.c = tag, a, b, c
        self.loose = loose
        """One more than the greatest index of a bound variable that is bound outside."""
        self.top = top
        """The greatest number of a local in it; 0 if there is none."""
        self.has_levels = has_levels
        """Whether it has universe parameters."""
        # What has been found out about it (see `reduction`, `inference`); None: nothing yet.
        self.type: Any = None
        self.checked = False
        self.core: Any = None
        self.whnf: Any = None


_APPS: dict[tuple[Term, Term], Term] = {}
_FUNS: dict[tuple[Term, Term], Term] = {}
_PIS: dict[tuple[Term, Term], Term] = {}
_COMPOUND: dict[tuple[int, Any, Any, Any], Term] = {}
_ATOMS: dict[tuple[int, Any, Any], Term] = {}
_DIGITS = [0]
"""Of all numbers in the tables, in bits."""


def app(f: Term, a: Term) -> Term:
    key = (f, a)
    found = _APPS.get(key)
    if found is None:
        loose = f.loose if f.loose > a.loose else a.loose
        top = f.top if f.top > a.top else a.top
        found = _APPS[key] = Term(APP, f, a, None, loose, top, f.has_levels or a.has_levels)
    return found


def _bind(table: dict[tuple[Term, Term], Term], tag: int, domain: Term, body: Term) -> Term:
    key = (domain, body)
    found = table.get(key)
    if found is None:
        loose = max(domain.loose, body.loose - 1)
        top = max(domain.top, body.top)
        found = table[key] = Term(tag, domain, body, None, loose, top, domain.has_levels or body.has_levels)
    return found


def fun(domain: Term, body: Term) -> Term:
    return _bind(_FUNS, FUN, domain, body)


def pi(domain: Term, body: Term) -> Term:
    return _bind(_PIS, PI, domain, body)


def let(ty: Term, value: Term, body: Term) -> Term:
    key = (LET, ty, value, body)
    found = _COMPOUND.get(key)
    if found is None:
        found = _COMPOUND[key] = Term(
            *key,
            max(ty.loose, value.loose, body.loose - 1),
            max(ty.top, value.top, body.top),
            ty.has_levels or value.has_levels or body.has_levels,
        )
    return found


def proj(structure: str, field: int, e: Term) -> Term:
    key = (PROJ, structure, field, e)
    found = _COMPOUND.get(key)
    if found is None:
        found = _COMPOUND[key] = Term(*key, e.loose, e.top, e.has_levels)
    return found


def lit(n: int) -> Term:
    key = (LIT, n, None, None)
    found = _COMPOUND.get(key)
    if found is None:
        found = _COMPOUND[key] = Term(*key, 0, 0, False)
        _DIGITS[0] += n.bit_length()
    return found


def local(ty: Term, above: int = 0) -> Term:
    """A variable of this type, with a number above `above` and above those of the locals in its type.

    So a local that stands for a bound variable of a term is new for this term if `above` is the term's `top`, and
    opening the same term twice gives the same local: what was found out the first time is known the second time.
    """
    number = max(above, ty.top) + 1
    key = (LOCAL, number, ty, None)
    found = _COMPOUND.get(key)
    if found is None:
        found = _COMPOUND[key] = Term(*key, 0, number, ty.has_levels)
    return found


def _atom(tag: int, a: Any, b: Any, loose: int, has_levels: bool) -> Term:
    key = (tag, a, b)
    found = _ATOMS.get(key)
    if found is None:
        found = _ATOMS[key] = Term(tag, a, b, None, loose, 0, has_levels)
    return found


def bvar(index: int) -> Term:
    return _atom(BVAR, index, None, index + 1, False)


def sort(u: Level) -> Term:
    return _atom(SORT, u, None, 0, bool(u.parameters))


def const(name: str, levels: tuple[Level, ...] = ()) -> Term:
    return _atom(CONST, name, levels, 0, any(u.parameters for u in levels))


def text(value: str) -> Term:
    return _atom(TEXT, value, None, 0, False)


PROP, TYPE = sort(ZERO), sort(ONE)
NAT, NAT_ZERO, NAT_SUCC = const("Nat"), const("Nat.zero"), const("Nat.succ")
BOOL, TRUE, FALSE = const("Bool"), const("Bool.true"), const("Bool.false")
STRING = const("String")


def table_size() -> int:
    """How much is remembered, in terms; a number counts as one more for each 2^11 bits, which take as much memory."""
    return len(_APPS) + len(_FUNS) + len(_COMPOUND) + (_DIGITS[0] >> 11)


def release() -> None:
    """Forget which compound terms there are, to save memory: equal terms made from now on are other objects."""
    for table in (_APPS, _FUNS, _PIS):
        table.clear()
    _COMPOUND.clear()
    _DIGITS[0] = 0


def apps(f: Term, args: Iterable[Term]) -> Term:
    for a in args:
        f = app(f, a)
    return f


def spine(e: Term) -> tuple[Term, list[Term]]:
    """The head of an application and its arguments."""
    args = []
    while e.tag == APP:
        args.append(e.b)
        e = e.a
    args.reverse()
    return e, args


def head(e: Term) -> Term:
    while e.tag == APP:
        e = e.a
    return e


def parts(e: Term) -> Sequence[Term]:
    """The terms directly inside (a local's type is not inside)."""
    if e.tag == APP or e.tag == FUN or e.tag == PI:
        return (e.a, e.b)
    if e.tag == LET:
        return (e.a, e.b, e.c)
    return (e.c,) if e.tag == PROJ else ()


def subterms(roots: Iterable[Term]) -> set[Term]:
    """These terms and everything in them, each once."""
    seen: set[Term] = set()
    todo = list(roots)
    while todo:
        e = todo.pop()
        if e not in seen:
            seen.add(e)
            todo.extend(parts(e))
    return seen


def same(a: Term, b: Term) -> bool:
    """Are these terms equal, symbol by symbol?"""
    seen: set[tuple[Term, Term]] = set()
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        if a is b or (a, b) in seen:
            continue
        seen.add((a, b))
        inside, others = parts(a), parts(b)
        if a.tag != b.tag:
            return False
        if not inside and (a.tag != LIT or a.a != b.a):
            return False  # other atoms and locals are equal only if they are the same object
        if a.tag == PROJ and (a.a, a.b) != (b.a, b.b):
            return False
        todo.extend(zip(inside, others, strict=True))
    return True
