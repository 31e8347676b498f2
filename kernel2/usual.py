"""The types and axioms that rules know by name, as they have to be.

Rule: a rule that speaks of `Nat`, `Bool`, `Eq`, `Quot`, ... by name is about the usual ones.  So the declaration of
that name has to have exactly the type written here, and an inductive type exactly the constructors written here.
(Lean's kernel trusts most of these names: an import-free theory with an empty `Nat` proves `False` there.)
"""

from __future__ import annotations

from collections.abc import Callable

from kernel2.declarations import AXIOM, CONSTRUCTOR, INDUCTIVE, OPAQUE, QUOTIENT, Declaration
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.errors import Refused
from kernel2.levels import ONE, Level, param
from kernel2.substitution import at_levels, bind
from kernel2.terms import (
    BOOL,
    CONST,
    NAT,
    NAT_SUCC,
    PROP,
    TYPE,
    Term,
    app,
    apps,
    const,
    local,
    pi,
    same,
    sort,
    spine,
)

U, V = param("u"), param("v")


def arrow(*types: Term) -> Term:
    """A -> B -> ... -> the last."""
    *domains, ty = types
    for domain in reversed(domains):
        ty = pi(domain, ty)
    return ty


def forall(domain: Term, body: Callable[[Term], Term], above: int = 0) -> Term:
    """(x : domain) -> body x.  The locals of an inner `forall` get numbers above that of x by its type or `above`."""
    x = local(domain, above)
    return bind(pi, [x], body(x))


def eq(u: Level, ty: Term, a: Term, b: Term) -> Term:
    return apps(const("Eq", (u,)), [ty, a, b])


def relation(ty: Term) -> Term:
    return arrow(ty, ty, PROP)


def over_props(body: Callable[[Term, Term], Term]) -> Term:
    """(a b : Prop) -> body a b"""
    a = local(PROP)
    b = local(PROP, a.a)
    return bind(pi, [a, b], body(a, b))


def over_relation(body: Callable[[Term, Term], Term]) -> Term:
    """(A : Sort u) (r : A -> A -> Prop) -> body A r"""
    ty = local(sort(U))
    r = local(relation(ty))
    return bind(pi, [ty, r], body(ty, r))


def _connective(name: str, *fields: Callable[[Term, Term], Term]) -> Inductive:
    made = over_props(lambda a, b: arrow(*(field(a, b) for field in fields), apps(const(name), [a, b])))
    return 0, arrow(PROP, PROP, PROP), {f"{name}.intro": made}


def _nat_le() -> Inductive:
    n = local(NAT)
    m = local(NAT, n.a)

    def le(a: Term, b: Term) -> Term:
        return apps(const("Nat.le"), [a, b])

    step = bind(pi, [n, m], arrow(le(n, m), le(n, app(NAT_SUCC, m))))
    return 0, relation(NAT), {"Nat.le.refl": bind(pi, [n], le(n, n)), "Nat.le.step": step}


def _eq() -> Inductive:
    ty = local(sort(U))
    a = local(ty)
    return 1, bind(pi, [ty], relation(ty)), {"Eq.refl": bind(pi, [ty, a], eq(U, ty, a, a))}


def _exists() -> Inductive:
    ty = local(sort(U))
    p = local(arrow(ty, PROP))
    w = local(ty, p.a)
    exists = apps(const("Exists", (U,)), [ty, p])
    intro = bind(pi, [ty, p, w], arrow(app(p, w), exists))
    return 1, bind(pi, [ty], arrow(arrow(ty, PROP), PROP)), {"Exists.intro": intro}


def _nonempty() -> Inductive:
    ty = local(sort(U))
    intro = bind(pi, [ty], arrow(ty, app(const("Nonempty", (U,)), ty)))
    return 1, arrow(sort(U), PROP), {"Nonempty.intro": intro}


Inductive = tuple[int, Term, dict[str, Term]]
"""Number of universe parameters, type, constructors with their types."""

INDUCTIVE_TYPES: dict[str, Inductive] = {
    "Nat": (0, TYPE, {"Nat.zero": NAT, "Nat.succ": arrow(NAT, NAT)}),
    "Bool": (0, TYPE, {"Bool.false": BOOL, "Bool.true": BOOL}),
    "False": (0, PROP, {}),
    "And": _connective("And", lambda a, b: a, lambda a, b: b),
    "Iff": _connective("Iff", lambda a, b: arrow(a, b), lambda a, b: arrow(b, a)),
    "Eq": _eq(),
    "Exists": _exists(),
    "Nonempty": _nonempty(),
    "Nat.le": _nat_le(),
}


def _propext() -> Term:
    return over_props(lambda a, b: arrow(apps(const("Iff"), [a, b]), eq(ONE, PROP, a, b)))


def _choice() -> Term:
    ty = local(sort(U))
    return bind(pi, [ty], arrow(app(const("Nonempty", (U,)), ty), ty))


def quotient(ty: Term, r: Term) -> Term:
    return apps(const("Quot", (U,)), [ty, r])


def quotient_class(ty: Term, r: Term, a: Term) -> Term:
    return apps(const("Quot.mk", (U,)), [ty, r, a])


def _sound() -> Term:
    def body(ty: Term, r: Term) -> Term:
        a = local(ty, r.a)
        b = local(ty, a.a)
        claim = eq(U, quotient(ty, r), quotient_class(ty, r, a), quotient_class(ty, r, b))
        return bind(pi, [a, b], arrow(apps(r, [a, b]), claim))

    return over_relation(body)


AXIOMS: dict[str, tuple[int, Term, tuple[str, ...]]] = {
    "propext": (0, _propext(), ("Iff", "Eq")),
    "Quot.sound": (1, _sound(), ("Eq",)),
    "Classical.choice": (1, _choice(), ("Nonempty",)),
}
"""Lean's three axioms: number of universe parameters, statement, the types that it rests on."""


def has_type(c: Declaration, parameters: int, ty: Term) -> bool:
    """Is this the declaration's type, whatever its universe parameters are called?"""
    if len(c.parameters) != parameters:
        return False
    return same(at_levels(c.type, c.parameters, (U, V)[:parameters]), ty)


def is_usual(env: Environment, name: str) -> bool:
    """Is the type of this name declared, and the usual one?"""
    parameters, ty, constructors = INDUCTIVE_TYPES[name]
    c = env.constants.get(name)
    if c is None or c.kind != INDUCTIVE or set(c.constructors) != set(constructors):
        return False
    if c.block != (name,) or not has_type(c, parameters, ty):
        return False
    made = [(env.constants.get(each), constructors[each]) for each in c.constructors]
    return all(m is not None and m.kind == CONSTRUCTOR and has_type(m, parameters, t) for m, t in made)


def require_usual(env: Environment, names: tuple[str, ...], what: str) -> None:
    for name in names:
        if not is_usual(env, name):
            raise Refused(f"{what} rests on {name}, which is not the usual one")


def require_quotients(env: Environment, c: Declaration) -> None:
    """What is said of quotients has to be about Lean's: a type of one's own that is called `Quot` need not be one."""
    for name in sorted(c.mentioned & {"Quot", "Quot.mk"}):
        if env.get(name).kind != QUOTIENT:
            raise Refused(f"{c.name} rests on {name}, which is not Lean's quotient")


def check_axiom(env: Environment, c: Declaration, allowed: frozenset[str]) -> None:
    """An axiom has to be allowed, and one of Lean's three, with their statements."""
    if c.kind != AXIOM or c.name not in AXIOMS or c.name not in allowed:
        raise Refused(f"{c.name} is an axiom that is not allowed")
    parameters, ty, types = AXIOMS[c.name]
    require_usual(env, types, c.name)
    require_quotients(env, c)
    if not has_type(c, parameters, ty):
        raise Refused(f"{c.name} does not say what the axiom of this name says")


def learn(env: Environment, c: Declaration) -> None:
    """Called with each declaration that has been accepted: there may be literals from now on."""
    if c.kind == INDUCTIVE and c.name in ("Nat", "Bool"):
        if not is_usual(env, c.name):
            raise Refused(f"{c.name} is not the usual one")
        env.numbers = env.numbers or c.name == "Nat"
    if c.name == "String":
        env.texts = _is_inhabited(env, c)


def _is_inhabited(env: Environment, c: Declaration) -> bool:
    """An opaque type, in truth one with a constructor without arguments: then texts may be any elements of it."""
    if c.kind != OPAQUE or c.parameters or c.type is not TYPE or c.value is None:
        return False
    f, args = spine(Checker(env).whnf(c.value))
    known = env.constants.get(f.a) if f.tag == CONST and not args else None
    if known is None or known.kind != INDUCTIVE or known.num_params or known.num_indices:
        return False
    return any(env.get(name).num_fields == 0 for name in known.constructors)
