"""Definitional equality.

Rules (Carneiro, "The type theory of Lean", sections 2.2 to 2.7): the least congruence that holds the reductions and
    proofs       any two proofs of the same proposition
    eta          f  and  fun (x : A) => f x
    structures   s  and  the constructor applied to the projections of s; any two of a structure without fields
    numbers      n + 1  and  Nat.succ n;  0  and  Nat.zero
    universes    sorts and constants at equal levels
How equality is searched for is a matter of speed and of finding an answer: every step of the search is one of these
rules, so "yes" is right; "no" may be wrong, and then a declaration is refused that could be accepted.
Both terms must have types.
"""

from __future__ import annotations

from kernel2 import levels
from kernel2.declarations import Declaration
from kernel2.inference import Inference
from kernel2.substitution import instantiate
from kernel2.terms import (
    APP,
    CONST,
    FUN,
    LIT,
    NAT_SUCC,
    NAT_ZERO,
    PI,
    PROJ,
    SORT,
    TEXT,
    TRUE,
    Term,
    app,
    bvar,
    fun,
    head,
    lit,
    local,
    proj,
    spine,
)


class Checker(Inference):
    """Types, reduction and equality together."""

    def equal(self, a: Term, b: Term) -> bool:
        answer = self._at_once(a, b)
        if answer is not None:
            return answer
        if (a, b) in self._equal or (b, a) in self._equal:
            return True
        if (a, b) in self._unequal:
            return False
        if not self._search(a, b):
            self._unequal.add((a, b))
            return False
        self._equal.add((a, b))
        return True

    def _at_once(self, a: Term, b: Term) -> bool | None:
        """The answer, if the outermost symbols decide."""
        if a is b:
            return True
        tag = a.tag
        if tag != b.tag:
            return None
        if tag == FUN or tag == PI:
            return self._binders(a, b)
        if tag == SORT:
            return levels.equal(a.a, b.a)
        if tag == LIT or tag == TEXT:
            return bool(a.a == b.a)
        return None

    def _binders(self, a: Term, b: Term) -> bool:
        tag = a.tag
        above = max(a.top, b.top)
        variables: list[Term] = []
        while a.tag == tag and b.tag == tag:
            values = variables[::-1]
            domain, other = instantiate(a.a, values), instantiate(b.a, values)
            if domain is not other and not self.equal(domain, other):
                return False
            x = local(domain, above)
            above = x.a
            variables.append(x)
            a, b = a.b, b.b
            if a is b and not a.loose:
                return True
        values = variables[::-1]
        return self.equal(instantiate(a, values), instantiate(b, values))

    def _search(self, a: Term, b: Term) -> bool:
        if b is TRUE and not a.top and self.whnf(a) is TRUE:
            return True
        a1, b1 = self.core(a, True), self.core(b, True)
        if a1 is not a or b1 is not b:
            answer = self._at_once(a1, b1)
            if answer is not None:
                return answer
        if self._proofs(a1, b1):
            return True
        answer, a1, b1 = self._unfolding(a1, b1)
        if answer is not None:
            return answer
        if a1.tag == CONST and b1.tag == CONST and a1.a == b1.a and levels.all_equal(a1.b, b1.b):
            return True
        if a1.tag == PROJ and b1.tag == PROJ and a1.a == b1.a and a1.b == b1.b and self.equal(a1.c, b1.c):
            return True
        a2, b2 = self.core(a1), self.core(b1)
        if a2 is not a1 or b2 is not b1:
            return self.equal(a2, b2)
        if a1.tag == APP and b1.tag == APP:
            f, xs = spine(a1)
            g, ys = spine(b1)
            if len(xs) == len(ys) and self.equal(f, g) and self._all_equal(xs, ys):
                return True
        return (
            self._eta(a1, b1)
            or self._eta(b1, a1)
            or self._eta_of_structure(a1, b1)
            or self._eta_of_structure(b1, a1)
            or self._without_fields(a1, b1)
        )

    def _all_equal(self, xs: list[Term], ys: list[Term]) -> bool:
        for x, y in zip(xs, ys, strict=True):
            if x is not y and not self.equal(x, y):
                return False
        return True

    def _proofs(self, a: Term, b: Term) -> bool:
        ty = self.infer(a, False)
        return self.is_proposition(ty) and self.equal(ty, self.infer(b, False))

    def _unfolding(self, a: Term, b: Term) -> tuple[bool | None, Term, Term]:
        """Unfold definitions, the higher ones first, until there is an answer or nothing is left to unfold."""
        while True:
            if (a.tag == LIT and not a.a and b is NAT_ZERO) or (b.tag == LIT and not b.a and a is NAT_ZERO):
                return True, a, b
            m, n = _predecessor(a), _predecessor(b)
            if m is not None and n is not None:
                return self.equal(m, n), a, b
            if not a.top or not b.top:
                number = self.compute(a)
                if number is not None:
                    return self.equal(number, b), a, b
                number = self.compute(b)
                if number is not None:
                    return self.equal(a, number), a, b
            c, d = self.unfoldable(a), self.unfoldable(b)
            if c is None and d is None:
                return None, a, b
            if c is not None and c is d and self._same_arguments(a, b):
                return True, a, b
            if c is None or (d is not None and d.height > c.height):
                a, b = self._less(a, b, c)
            elif d is None or c.height > d.height:
                b, a = self._less(b, a, d)
            else:
                a, b = self._unfolded(a), self._unfolded(b)
            answer = self._at_once(a, b)
            if answer is not None:
                return answer, a, b

    def _less(self, low: Term, high: Term, c: Declaration | None) -> tuple[Term, Term]:
        """Unfold `high`; but first see whether `low`, if it is not to be unfolded, is a projection that reduces."""
        if c is None and head(low).tag == PROJ:
            reduced = self.core(low)
            if reduced is not low:
                return reduced, high
        return low, self._unfolded(high)

    def _unfolded(self, e: Term) -> Term:
        unfolded = self.unfold(e)
        return e if unfolded is None else self.core(unfolded, True)

    def _same_arguments(self, a: Term, b: Term) -> bool:
        """The same definition on both sides: it is often enough to compare its arguments."""
        if a.tag != APP or b.tag != APP:
            return False
        f, xs = spine(a)
        g, ys = spine(b)
        return len(xs) == len(ys) and levels.all_equal(f.b, g.b) and self._all_equal(xs, ys)

    def _eta(self, a: Term, b: Term) -> bool:
        if a.tag != FUN or b.tag == FUN:
            return False
        ty = self.whnf(self.infer(b, False))
        return ty.tag == PI and self.equal(a, fun(ty.a, app(b, bvar(0))))

    def _eta_of_structure(self, a: Term, b: Term) -> bool:
        """Is b the constructor of a structure, applied to the projections of a?"""
        f, args = spine(b)
        c = self.env.constructor(f) if f.tag == CONST else None
        if c is None or len(args) != c.num_params + c.num_fields or self.env.structure(c.inductive) is None:
            return False
        if not self.equal(self.infer(a, False), self.infer(b, False)):
            return False
        for i in range(c.num_fields):
            if not self.equal(proj(c.inductive, i, a), args[c.num_params + i]):
                return False
        return True

    def _without_fields(self, a: Term, b: Term) -> bool:
        ty = self.whnf(self.infer(a, False))
        f = head(ty)
        c = self.env.structure(f.a) if f.tag == CONST else None
        return c is not None and c.num_fields == 0 and self.equal(ty, self.infer(b, False))


def _predecessor(e: Term) -> Term | None:
    """n, if this is n + 1."""
    if e.tag == LIT:
        return lit(e.a - 1) if e.a else None
    return e.b if e.tag == APP and e.a is NAT_SUCC else None
