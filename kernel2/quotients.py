"""Quotients.

Rule (Carneiro, "The type theory of Lean", section 2.7.1): the four constants of Lean's `init_quot` have these types,
where `Eq` is the usual equality and `Quot`, `Quot.mk` are these, not something else of that name; how `Quot.lift` and
`Quot.ind` reduce is in `reduction`.

    Quot      (A : Sort u) (r : A -> A -> Prop) : Sort u
    Quot.mk   (A : Sort u) (r : A -> A -> Prop) (a : A) : Quot r
    Quot.lift (A) (r) (B : Sort v) (f : A -> B) (h : for all a b, r a b -> f a = f b) (q : Quot r) : B
    Quot.ind  (A) (r) (B : Quot r -> Prop) (p : for all a, B (Quot.mk r a)) (q : Quot r) : B q
"""

from __future__ import annotations

from kernel2.declarations import Declaration
from kernel2.environment import Environment
from kernel2.errors import Refused
from kernel2.substitution import bind
from kernel2.terms import PROP, Term, app, apps, local, pi, sort
from kernel2.usual import (
    U,
    V,
    arrow,
    eq,
    has_type,
    over_relation,
    quotient,
    quotient_class,
    require_quotients,
    require_usual,
)


def _mk(ty: Term, r: Term) -> Term:
    return arrow(ty, quotient(ty, r))


def _lift(ty: Term, r: Term) -> Term:
    out = local(sort(V), r.a)
    f = local(arrow(ty, out))
    a = local(ty, f.a)
    b = local(ty, a.a)
    respects = bind(pi, [a, b], arrow(apps(r, [a, b]), eq(V, out, app(f, a), app(f, b))))
    return bind(pi, [out, f], arrow(respects, quotient(ty, r), out))


def _ind(ty: Term, r: Term) -> Term:
    claim = local(arrow(quotient(ty, r), PROP))
    a = local(ty, claim.a)
    q = local(quotient(ty, r), claim.a)
    for_all = bind(pi, [a], app(claim, quotient_class(ty, r, a)))
    return bind(pi, [claim], arrow(for_all, bind(pi, [q], app(claim, q))))


_TYPES = {
    "Quot": (1, over_relation(lambda ty, r: sort(U))),
    "Quot.mk": (1, over_relation(_mk)),
    "Quot.lift": (2, over_relation(_lift)),
    "Quot.ind": (1, over_relation(_ind)),
}


def check_quotient(env: Environment, c: Declaration) -> None:
    """A constant that is said to be one of the four."""
    if c.name not in _TYPES or not has_type(c, *_TYPES[c.name]):
        raise Refused(f"{c.name} is not one of the constants of quotients")
    require_usual(env, ("Eq",), c.name)
    require_quotients(env, c)
