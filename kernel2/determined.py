"""Computed functions are what their names say: a theorem of the checked theory determines each of them.

Rule: `f` may be computed (`arithmetic`) once the theorem named here has been accepted, with the statement written here,
in an environment in which *nothing* was computed when it and all that it rests on were checked, and in which the types
it speaks of are the usual ones.  Each statement has one function as its solution (by induction on the numbers), so what
is computed is what the definition says.  The function in Python is compared with the definition on small numbers too.

The project proves these theorems in `lean/Compact/Foundation/Nat/Kernel.lean`.
"""

from __future__ import annotations

from collections.abc import Callable

from kernel2.arithmetic import BINARY, UNARY
from kernel2.declarations import THEOREM
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.errors import Refused
from kernel2.levels import ONE
from kernel2.substitution import bind
from kernel2.terms import (
    APP,
    BOOL,
    FALSE,
    LIT,
    NAT,
    NAT_SUCC,
    NAT_ZERO,
    TRUE,
    Term,
    app,
    apps,
    const,
    fun,
    lit,
    local,
    pi,
)
from kernel2.usual import arrow, eq, has_type, require_usual


def for_all(body: Callable[..., Term], above: int = 0) -> Term:
    """(n m ... : Nat) -> body n m ..., as many as the body takes."""
    variables: list[Term] = []
    for _ in range(body.__code__.co_argcount):
        variables.append(local(NAT, variables[-1].a if variables else above))
    return bind(pi, variables, body(*variables))


def _function(name: str) -> Callable[..., Term]:
    return lambda *args: apps(const(f"Nat.{name}"), args)


add, sub, mul, power = (_function(name) for name in ("add", "sub", "mul", "pow"))
div, mod, gcd, log2 = (_function(name) for name in ("div", "mod", "gcd", "log2"))
le = _function("le")


def succ(n: Term) -> Term:
    return app(NAT_SUCC, n)


def lt(m: Term, n: Term) -> Term:
    return le(succ(m), n)


def same(m: Term, n: Term) -> Term:
    return eq(ONE, NAT, m, n)


def is_true(b: Term) -> Term:
    return eq(ONE, BOOL, b, TRUE)


def both(a: Term, b: Term) -> Term:
    return apps(const("And"), [a, b])


def iff(a: Term, b: Term) -> Term:
    return apps(const("Iff"), [a, b])


def divides(d: Term, n: Term) -> Term:
    """There is a c with n = d * c."""
    c = local(NAT, max(d.top, n.top))
    return apps(const("Exists", (ONE,)), [NAT, bind(fun, [c], same(n, mul(d, c)))])


ZERO, N1, N2 = NAT_ZERO, lit(1), lit(2)


def _div_mod() -> Term:
    n = local(NAT)
    d = local(NAT, n.a)
    parts = both(same(add(mul(d, div(n, d)), mod(n, d)), n), lt(mod(n, d), d))
    only = for_all(
        lambda q, r: arrow(same(n, add(mul(d, q), r)), lt(r, d), both(same(q, div(n, d)), same(r, mod(n, d)))),
        d.a,
    )
    return bind(pi, [n, d], arrow(lt(ZERO, d), both(parts, only)))


def _gcd() -> Term:
    m = local(NAT)
    n = local(NAT, m.a)
    g = gcd(m, n)
    greatest = for_all(lambda d: arrow(divides(d, m), divides(d, n), divides(d, g)), n.a)
    return bind(pi, [m, n], both(both(divides(g, m), divides(g, n)), greatest))


def _digits(name: str, digit: Callable[[Term, Term], Term]) -> Term:
    """f 0 0 = 0, and f (2 a + i) (2 b + j) = 2 (f a b) + digit i j for digits i, j."""
    f = _function(name)

    def step(a: Term, b: Term, i: Term, j: Term) -> Term:
        first, second = add(mul(N2, a), i), add(mul(N2, b), j)
        claim = same(f(first, second), add(mul(N2, f(a, b)), digit(i, j)))
        return arrow(lt(i, N2), lt(j, N2), claim)

    return both(same(f(ZERO, ZERO), ZERO), for_all(step))


def _log2(n: Term) -> Term:
    at_zero = arrow(same(n, ZERO), same(log2(n), ZERO))
    bounds = both(le(power(N2, log2(n)), n), lt(n, power(N2, add(log2(n), N1))))
    return both(at_zero, arrow(arrow(same(n, ZERO), const("False")), bounds))


_beq, _ble = _function("beq"), _function("ble")
_left, _right = _function("shiftLeft"), _function("shiftRight")

THEOREMS: dict[str, Term] = {
    "add": for_all(lambda n, m: both(same(add(n, ZERO), n), same(add(n, succ(m)), succ(add(n, m))))),
    "sub": for_all(lambda n, m: both(same(sub(add(n, m), m), n), arrow(le(n, m), same(sub(n, m), ZERO)))),
    "mul": for_all(lambda n, m: both(same(mul(n, ZERO), ZERO), same(mul(n, succ(m)), add(mul(n, m), n)))),
    "pow": for_all(lambda b, n: both(same(power(b, ZERO), N1), same(power(b, succ(n)), mul(power(b, n), b)))),
    "div_mod": _div_mod(),
    "div_mod_zero": for_all(lambda n: both(same(div(n, ZERO), ZERO), same(mod(n, ZERO), n))),
    "gcd": _gcd(),
    "beq": for_all(lambda n, m: iff(is_true(_beq(n, m)), same(n, m))),
    "ble": for_all(lambda n, m: iff(is_true(_ble(n, m)), le(n, m))),
    "land": _digits("land", mul),
    "lor": _digits("lor", lambda i, j: sub(add(i, j), mul(i, j))),
    "xor": _digits("xor", lambda i, j: mod(add(i, j), N2)),
    "shiftLeft": for_all(lambda n, m: same(_left(n, m), mul(n, power(N2, m)))),
    "shiftRight": for_all(lambda n, m: same(_right(n, m), div(n, power(N2, m)))),
    "log2": for_all(_log2),
}
"""By the name of the theorem in `Nat.Kernel`: its statement."""

_TYPES = ("Nat", "Bool", "False", "And", "Iff", "Eq", "Exists", "Nat.le")

# Each function: the theorems that determine it, those about the functions that they speak of first.
_MUL = ("add", "mul")
_POWER = (*_MUL, "pow")
_DIV = (*_MUL, "div_mod", "div_mod_zero")
DETERMINED_BY: dict[str, tuple[str, ...]] = {
    "Nat.add": ("add",),
    "Nat.sub": ("add", "sub"),
    "Nat.mul": _MUL,
    "Nat.pow": _POWER,
    "Nat.div": _DIV,
    "Nat.mod": _DIV,
    "Nat.gcd": (*_MUL, "gcd"),
    "Nat.beq": ("beq",),
    "Nat.ble": ("ble",),
    "Nat.land": (*_MUL, "land"),
    "Nat.lor": (*_MUL, "sub", "lor"),
    "Nat.xor": (*_DIV, "xor"),
    "Nat.shiftLeft": (*_POWER, "shiftLeft"),
    "Nat.shiftRight": (*_POWER, "div_mod", "div_mod_zero", "shiftRight"),
    "Nat.log2": (*_POWER, "log2"),
}

NAMES = {short: f"Nat.Kernel.{short}" for short in THEOREMS}
"""What the theorems are called."""

SMALL = (0, 1, 2, 3, 5, 8)


def determine(env: Environment) -> None:
    """Let those functions be computed whose theorems are there; refuse a theorem that says something else."""
    if env.computed:
        raise Refused("functions were computed before they were determined")
    there = [short for short, name in NAMES.items() if name in env.constants]
    if not there:
        return
    require_usual(env, _TYPES, "computing with numbers")
    for short in there:
        c = env.get(NAMES[short])
        if c.kind != THEOREM or c.parameters or not Checker(env).equal(c.type, _typed(env, THEOREMS[short])):
            raise Refused(f"{c.name} does not say what has to be known of {short}")
    computed = {f for f, needed in DETERMINED_BY.items() if set(needed) <= set(there)}
    for f in sorted(computed):
        _compare(env, f)
    env.computed |= computed


def _typed(env: Environment, statement: Term) -> Term:
    """The statement, which has to have a type here before it can be compared."""
    Checker(env).sort_of(statement)
    return statement


def _compare(env: Environment, f: str) -> None:
    """The function in Python and the definition agree on small numbers."""
    out = BOOL if f in ("Nat.beq", "Nat.ble") else NAT
    ty = arrow(NAT, out) if f in UNARY else arrow(NAT, NAT, out)
    if not has_type(env.get(f), 0, ty):
        raise Refused(f"{f} has an unusual type")
    for m in SMALL:
        for n in SMALL[:1] if f in UNARY else SMALL:
            args = (m,) if f in UNARY else (m, n)
            expected = UNARY[f](m) if f in UNARY else BINARY[f](m, n)
            if expected is not None and expected < 100:
                found = _evaluate(env, apps(const(f), [lit(x) for x in args]))
                if found != expected or type(found) is not type(expected):
                    raise Refused(f"{f} {args} is {found} by its definition, not {expected}")


def _evaluate(env: Environment, e: Term) -> int | bool:
    """The number or truth value that a term reduces to by definitions alone."""
    n = 0
    while True:
        e = Checker(env).whnf(e)
        if e is TRUE or e is FALSE:
            return e is TRUE
        if e is NAT_ZERO or e.tag == LIT:
            return n + (e.a if e.tag == LIT else 0)
        if e.tag != APP or e.a is not NAT_SUCC:
            raise Refused("a number that does not reduce to one")
        n, e = n + 1, e.b
