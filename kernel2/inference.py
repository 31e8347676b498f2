"""Types.

Rules (Carneiro, "The type theory of Lean", sections 2.1 and 2.3 to 2.7), in a context of locals:
    x : its type                            Sort u : Sort (u + 1)
    a constant : its type, at its levels    a number : Nat       a text : String
    f a : B[a/x]                            if f : (x : A) -> B and a : A
    fun (x : A) => b : (x : A) -> B         if A is a type and b : B
    (x : A) -> B : Sort (imax u v)          if A : Sort u and B : Sort v
    let x : A := v; b : the type of b[v/x]  if A is a type and v : A
    s.i : the type of field i, with the projections before it put in, if s : S args and S is a structure;
          of a proof, only fields that are proofs (and do not depend on others) may be taken
A type may be replaced by an equal one anywhere (`equality`).

`infer(e)` checks all of `e`.  `infer(e, False)` is for terms that are known to have a type: it only finds it.
The type of a term, once found, is remembered in it; its locals carry their types, so there is no other context.
"""

from __future__ import annotations

from abc import abstractmethod

from kernel2 import levels
from kernel2.declarations import INDUCTIVE
from kernel2.errors import Refused
from kernel2.levels import Level
from kernel2.messages import show
from kernel2.reduction import Reduction
from kernel2.substitution import bind, instantiate
from kernel2.terms import (
    APP,
    CONST,
    FUN,
    LET,
    LIT,
    LOCAL,
    NAT,
    PI,
    PROJ,
    SORT,
    STRING,
    TEXT,
    Term,
    local,
    pi,
    proj,
    sort,
    spine,
)


class Inference(Reduction):
    """Finding and checking types."""

    @abstractmethod
    def equal(self, a: Term, b: Term) -> bool: ...

    def infer(self, e: Term, check: bool = True) -> Term:
        """The type of a term without bound variables that are bound outside."""
        ty: Term | None = e.type
        if ty is not None and (e.checked or not check):
            return ty
        tag = e.tag
        if tag == APP:
            ty = self._application(e, check)
        elif tag == FUN:
            ty = self._function(e, check)
        elif tag == PI:
            ty = self._function_type(e, check)
        elif tag == CONST:
            ty = self._constant(e)
        elif tag == LOCAL:
            ty = e.b
        elif tag == SORT:
            ty = sort(levels.succ(e.a))
        elif tag == LIT:
            ty = self._literal(self.env.numbers, NAT, "a number, but Nat is not (yet) the usual type")
        elif tag == TEXT:
            ty = self._literal(self.env.texts, STRING, "a text, but String is not known to be inhabited")
        elif tag == PROJ:
            ty = self._projection_type(e, check)
        elif tag == LET:
            if check:
                self.sort_of(e.a)
                self.expect(e.b, e.a)
            ty = self.infer(instantiate(e.c, [e.b]), check)
        else:
            raise Refused("a bound variable without a binder")
        e.type = ty
        e.checked = e.checked or check
        return ty

    def expect(self, e: Term, ty: Term) -> None:
        """Check a term and that it has this type."""
        found = self.infer(e)
        if not self.equal(found, ty):
            raise Refused(f"{show(e)} has the type {show(found)}, not {show(ty)}")

    def sort_of(self, ty: Term, check: bool = True) -> Level:
        """The universe in which a type lives."""
        s = self.whnf(self.infer(ty, check))
        if s.tag != SORT:
            raise Refused(f"not a type: {show(ty)}")
        return s.a  # type: ignore[no-any-return]

    def is_proposition(self, ty: Term) -> bool:
        """Is this (a term that has a type) a proposition?"""
        s = self.whnf(self.infer(ty, False))
        return s.tag == SORT and levels.is_zero(s.a)

    def function_type(self, ty: Term) -> Term:
        """A type as a function type."""
        if ty.tag != PI:
            ty = self.whnf(ty)
            if ty.tag != PI:
                raise Refused(f"not a function type: {show(ty)}")
        return ty

    def _literal(self, known: bool, ty: Term, problem: str) -> Term:
        if not known:
            raise Refused(problem)
        return ty

    def _constant(self, e: Term) -> Term:
        c = self.env.get(e.a)
        if len(c.parameters) != len(e.b):
            raise Refused(f"{e.a} at {len(e.b)} levels; it has {len(c.parameters)}")
        return self.env.instance("type", c, e.b, c.type)

    def _application(self, e: Term, check: bool) -> Term:
        f, args = spine(e)
        ty = self.infer(f, check)
        done = 0  # arguments that have been put into `ty`; those after it wait for their turn
        for i, a in enumerate(args):
            if ty.tag != PI:
                ty = self.function_type(instantiate(ty, args[done:i][::-1]))
                done = i
            if check:
                domain = instantiate(ty.a, args[done:i][::-1])
                found = self.infer(a)
                if found is not domain and not self.equal(found, domain):
                    raise Refused(f"{show(a)} has the type {show(found)}; {show(f)} wants {show(domain)}")
            ty = ty.b
        return instantiate(ty, args[done:][::-1])

    def _function(self, e: Term, check: bool) -> Term:
        variables: list[Term] = []
        body = e
        while body.tag == FUN:
            domain = instantiate(body.a, variables[::-1])
            if check:
                self.sort_of(domain)
            variables.append(local(domain, max(e.top, variables[-1].a if variables else 0)))
            body = body.b
        ty = self.infer(instantiate(body, variables[::-1]), check)
        return bind(pi, variables, ty)

    def _function_type(self, e: Term, check: bool) -> Term:
        variables: list[Term] = []
        universes: list[Level] = []
        body = e
        while body.tag == PI:
            domain = instantiate(body.a, variables[::-1])
            universes.append(self.sort_of(domain, check))
            variables.append(local(domain, max(e.top, variables[-1].a if variables else 0)))
            body = body.b
        u = self.sort_of(instantiate(body, variables[::-1]), check)
        for v in reversed(universes):
            u = levels.imax(v, u)
        return sort(u)

    def _projection_type(self, e: Term, check: bool) -> Term:
        ty = self.whnf(self.infer(e.c, check))
        f, args = spine(ty)
        c = self.env.constants.get(f.a) if f.tag == CONST else None
        if c is None or f.a != e.a or c.kind != INDUCTIVE or len(c.constructors) != 1 or c.num_indices:
            raise Refused(f"a projection out of what is no {e.a}: {show(ty)}")
        if len(args) != c.num_params:
            raise Refused(f"{e.a} with a wrong number of parameters")
        of_proof = self.is_proposition(ty)
        constructor = self.env.get(c.constructors[0])
        t = self.env.instance("type", constructor, f.b, constructor.type)
        for a in args:
            t = instantiate(self.function_type(t).b, [a])
        for i in range(e.b):
            t = self.function_type(t)
            if of_proof and t.b.loose and not self.is_proposition(t.a):
                raise Refused("a projection out of a proof, past data that it depends on")
            t = instantiate(t.b, [proj(e.a, i, e.c)])
        t = self.function_type(t)
        if of_proof and not self.is_proposition(t.a):
            raise Refused("a projection of data out of a proof")
        return t.a  # type: ignore[no-any-return]
