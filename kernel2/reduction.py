"""Reduction to weak head normal form.

Rules (Carneiro, "The type theory of Lean", sections 2.2 to 2.7):
    beta    (fun (x : A) => b) a                  ~>  b[a/x]
    zeta    let x := v; b                         ~>  b[v/x]
    delta   a definition or theorem               ~>  its value
    iota    a recursor at a constructor           ~>  the recursor's rule for it
    K       at a type with one constructor without fields in Prop, any argument of the right type is that constructor
    eta     at a structure, any argument is the constructor applied to its projections
    proj    a projection of a constructor         ~>  that field
    Quot    Quot.lift f h (Quot.mk r a)           ~>  f a          Quot.ind p (Quot.mk r a)  ~>  p a
    number  a literal n + 1 is Nat.succ of n, 0 is Nat.zero; computed functions: see `arithmetic`

What a term reduces to is remembered in it: it depends on nothing but the term and its locals' types, for the
environment only grows.  (The one other thing that changes, `Environment.computed`, changes how far a term is reduced,
not what it is equal to.)
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from kernel2.arithmetic import BINARY, UNARY
from kernel2.declarations import OPAQUE, QUOTIENT, RECURSOR, Declaration
from kernel2.environment import Environment
from kernel2.substitution import instantiate
from kernel2.terms import (
    APP,
    CONST,
    FALSE,
    FUN,
    LET,
    LIT,
    LOCAL,
    NAT_SUCC,
    NAT_ZERO,
    PI,
    PROJ,
    SORT,
    TRUE,
    Term,
    app,
    apps,
    const,
    head,
    lit,
    proj,
    release,
    spine,
    table_size,
)

_LIFT = {"Quot.lift": (5, 3), "Quot.ind": (4, 3)}
"""At which argument stands the element of the quotient, and at which the function that takes what it was made of."""

_ITSELF = object()
"""Remembered in place of a term that does not reduce (a term that held itself would never be freed)."""


def beta(f: Term, args: list[Term]) -> Term:
    """`f` applied, as many of the arguments as it has binders put in."""
    n, m = 0, len(args)
    while n < m and f.tag == FUN:
        f = f.b
        n += 1
    f = instantiate(f, args[:n][::-1])
    for i in range(n, m):
        f = app(f, args[i])
    return f


class Reduction(ABC):
    """Reduction; equality and types, which some of the rules ask for, are defined in the classes below.

    What is found equal is remembered as long as this lives, or until memory is released.
    """

    max_terms = 1 << 62
    """With more terms than this in the tables, they are released."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self._equal: set[tuple[Term, Term]] = set()
        self._unequal: set[tuple[Term, Term]] = set()

    def release(self) -> None:
        """Free memory: forget what can be found again."""
        self._equal.clear()
        self._unequal.clear()
        self.env.release()
        release()

    @abstractmethod
    def infer(self, e: Term, check: bool = True) -> Term: ...

    @abstractmethod
    def is_proposition(self, ty: Term) -> bool: ...

    @abstractmethod
    def equal(self, a: Term, b: Term) -> bool: ...

    def whnf(self, e: Term) -> Term:
        """Weak head normal form."""
        tag = e.tag
        if tag == SORT or tag == PI or tag == FUN or tag == LIT or tag == LOCAL:
            return e
        known = e.whnf
        if known is not None:
            return e if known is _ITSELF else known
        reduced = e
        while True:
            reduced = self.core(reduced)
            number = self.compute(reduced)
            if number is not None:
                reduced = number
                break
            unfolded = self.unfold(reduced)
            if unfolded is None:
                break
            reduced = unfolded
        e.whnf = _ITSELF if reduced is e else reduced
        return reduced

    def core(self, e: Term, shallow: bool = False) -> Term:
        """The same without delta at the head; with `shallow` not even below a projection at the head."""
        if e.tag != APP and e.tag != LET and e.tag != PROJ:
            return e
        known = e.core
        if known is not None:
            return e if known is _ITSELF else known
        reduced = e
        while True:
            step = self._step(reduced, shallow)
            if step is None:
                break
            reduced = step
        if not shallow:
            e.core = _ITSELF if reduced is e else reduced
        return reduced

    def _step(self, e: Term, shallow: bool) -> Term | None:
        """One step of beta, zeta, iota, projection or quotient at the head."""
        tag = e.tag
        if tag == APP:
            f, args = spine(e)
            tag = f.tag
            if tag == FUN:
                return beta(f, args)
            if tag == CONST:
                c = self.env.constants.get(f.a)
                if c is None:
                    return None
                if c.kind == RECURSOR:
                    return self._iota(c, f, args)
                if c.kind == QUOTIENT:
                    return self._quotient(f, args)
                return None
            if tag == LET or tag == PROJ:
                g = self.core(f, shallow)
                return None if g is f else apps(g, args)
            return None
        if tag == LET:
            return instantiate(e.c, [e.b])
        if tag == PROJ:
            return self._projection(e, shallow)
        return None

    def _projection(self, e: Term, shallow: bool) -> Term | None:
        f, args = spine(self.core(e.c, True) if shallow else self.whnf(e.c))
        c = self.env.constructor(f) if f.tag == CONST else None
        if c is None or c.inductive != e.a:
            return None
        i = c.num_params + e.b
        return args[i] if i < len(args) else None

    def _quotient(self, f: Term, args: list[Term]) -> Term | None:
        if f.a not in _LIFT:
            return None
        element, function = _LIFT[f.a]
        if len(args) <= element:
            return None
        g, made_of = spine(self.whnf(args[element]))
        if g.tag != CONST or g.a != "Quot.mk" or len(made_of) != 3 or self.env.get(g.a).kind != QUOTIENT:
            return None
        return apps(app(args[function], made_of[2]), args[element + 1 :])

    def _iota(self, c: Declaration, f: Term, args: list[Term]) -> Term | None:
        front = c.num_params + c.num_motives + c.num_minors
        at = front + c.num_indices
        if at >= len(args):
            return None
        major = args[at]
        if c.k:
            major = self._k(c, major)
        major = self.whnf(major)
        if major.tag == LIT:
            major = app(NAT_SUCC, lit(major.a - 1)) if major.a else NAT_ZERO
        g, fields = spine(major)
        if g.tag != CONST or self.env.constructor(g) is None:
            expanded = self._eta_structure(c, major)
            if expanded is None:
                return None
            g, fields = spine(expanded)
        for rule in c.rules:
            if rule.constructor == g.a:
                break
        else:
            return None
        if len(fields) < rule.fields:
            return None
        value = self.env.instance(f"rule {rule.constructor}", c, f.b, rule.value)
        return beta(value, args[:front] + fields[len(fields) - rule.fields :] + args[at + 1 :])

    def _k(self, c: Declaration, major: Term) -> Term:
        ty = self.whnf(self.infer(major, False))
        f, args = spine(ty)
        if f.tag != CONST or f.a != c.block[0]:
            return major
        owner = self.env.get(f.a)
        built = apps(const(owner.constructors[0], f.b), args[: c.num_params])
        return built if self.equal(ty, self.infer(built, False)) else major

    def _eta_structure(self, c: Declaration, major: Term) -> Term | None:
        constructor = self.env.constants.get(c.rules[0].constructor) if len(c.rules) == 1 else None
        if constructor is None or self.env.structure(constructor.inductive) is None:
            return None
        ty = self.whnf(self.infer(major, False))
        f, args = spine(ty)
        if f.tag != CONST or f.a != constructor.inductive or self.is_proposition(ty):
            return None
        made = apps(const(constructor.name, f.b), args)
        return apps(made, [proj(f.a, i, major) for i in range(constructor.num_fields)])

    def compute(self, e: Term) -> Term | None:
        """The value of a computed function on numbers."""
        if e.tag != APP or e.top:
            return None
        f = e.a
        if f is NAT_SUCC:
            m = self._number(e.b)
            return None if m is None else lit(m + 1)
        value: int | bool | None
        if f.tag == CONST:
            if f.a not in UNARY or f.a not in self.env.computed:
                return None
            m = self._number(e.b)
            value = None if m is None else UNARY[f.a](m)
        else:
            if f.tag != APP or f.a.tag != CONST:
                return None
            function = BINARY.get(f.a.a)
            if function is None or f.a.a not in self.env.computed:
                return None
            m = self._number(f.b)
            n = None if m is None else self._number(e.b)
            value = None if m is None or n is None else function(m, n)
        if value is None:
            return None
        if value is True or value is False:
            return TRUE if value else FALSE
        return lit(value)

    def _number(self, e: Term) -> int | None:
        e = self.whnf(e)
        if e.tag == LIT:
            return e.a  # type: ignore[no-any-return]
        return 0 if e is NAT_ZERO else None

    def unfoldable(self, e: Term) -> Declaration | None:
        """The constant at the head, if it has a value to put in its place."""
        f = head(e)
        if f.tag != CONST:
            return None
        c = self.env.constants.get(f.a)
        return None if c is None or c.value is None or c.kind == OPAQUE else c

    def unfold(self, e: Term) -> Term | None:
        """One step of delta at the head."""
        c = self.unfoldable(e)
        if c is None or c.value is None:
            return None
        if table_size() > self.max_terms:
            self.release()
        f, args = spine(e)
        return beta(self.env.instance("value", c, f.b, c.value), args)
