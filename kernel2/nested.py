"""Nested inductive types: `List T` in a constructor of `T`.

Rule: every `J as`, J an inductive type whose parameters `as` mention the new types, stands for one more type of
the block, with the constructors of J at `as`.  The larger block is judged by the ordinary rules (so J has to use
its parameters positively); in the recursors that come out of it, the additional names are replaced by what they
stand for.  (Lean's `src/kernel/inductive.cpp`, elim_nested_inductive.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kernel2.declarations import INDUCTIVE, Declaration
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.errors import Refused
from kernel2.levels import param
from kernel2.substitution import abstract, at_levels, bind, instantiate, put
from kernel2.terms import (
    APP,
    CONST,
    FUN,
    LET,
    PI,
    PROJ,
    Term,
    apps,
    const,
    fun,
    let,
    local,
    pi,
    proj,
    spine,
    subterms,
)

Go = Callable[[Term], Term]
Change = Callable[[Term, list[Term], Go], Term | None]
"""What an application becomes, told its head, its arguments, and how to change these; None: they are changed."""


class Unnested:
    """The larger block."""

    def __init__(self, env: Environment, types: list[Declaration], constructors: dict[str, Declaration]) -> None:
        self._env = env
        self._checker = Checker(env)
        self._first = types[0]
        self._levels = tuple([param(name) for name in self._first.parameters])
        self.types = list(types)
        self.constructors: dict[str, Declaration] = {}
        self.stands_for: dict[str, str] = {}
        """For an additional constructor, the one that it stands for."""
        self._meaning: dict[str, Term] = {}
        """For an additional name, what it stands for, with the parameters as bound variables."""
        self._types_at: dict[Term, str] = {}
        self._names = {c.name for c in types}
        self._params = self._parameters()
        done = 0
        while done < len(self.types):
            for name in self.types[done].constructors:
                c = self.constructors.get(name) or constructors[name]
                body = self._rebuild(self._body(c.type), self._without_nesting)
                self.constructors[name] = replace(c, type=bind(pi, self._params, body))
            done += 1

    @property
    def additional(self) -> list[str]:
        """The names that are in no declaration."""
        return list(self._meaning)

    def restore(self, e: Term) -> Term:
        """Replace the additional names by what they stand for."""
        return self._rebuild(e, self._with_nesting) if self._meaning else e

    def _parameters(self) -> list[Term]:
        ty, params = self._first.type, list[Term]()
        for _ in range(self._first.num_params):
            ty = self._checker.function_type(ty)
            params.append(local(ty.a, params[-1].a if params else 0))
            ty = instantiate(ty.b, [params[-1]])
        return params

    def _body(self, ty: Term) -> Term:
        """The type of a constructor at the parameters."""
        for x in self._params:
            if ty.tag != PI:
                raise Refused(f"a constructor of {self._first.name} with too few parameters")
            ty = instantiate(ty.b, [x])
        return ty

    def _without_nesting(self, f: Term, args: list[Term], go: Go) -> Term | None:
        j = self._env.constants.get(f.a) if f.tag == CONST and f.a not in self._names else None
        if j is None or j.kind != INDUCTIVE or len(args) < j.num_params:
            return None
        fixed, rest = args[: j.num_params], args[j.num_params :]
        if not any(x.tag == CONST and x.a in self._names for x in subterms(fixed)):
            return None
        if any(a.loose for a in fixed):
            raise Refused(f"{self._first.name}: a nested occurrence whose parameters vary")
        at = apps(f, fixed)
        if at not in self._types_at:
            self._add(f, fixed)
        return apps(const(self._types_at[at], self._levels), self._params + [go(a) for a in rest])

    def _with_nesting(self, f: Term, args: list[Term], go: Go) -> Term | None:
        if f.tag != CONST or f.a not in self._meaning:
            return None
        n = len(self._params)
        if len(args) < n:
            raise Refused("an additional type with too few parameters")
        args = [go(a) for a in args]
        return apps(put(self._meaning[f.a], args[:n][::-1]), args[n:])

    def _add(self, f: Term, fixed: list[Term]) -> None:
        """A type of the block for `f fixed`, and one for each type declared together with it."""
        for name in self._env.get(f.a).block:
            j = self._env.get(name)
            new = f"#nested.{self._first.name}.{len(self._types_at)}"  # no name in a file reads like this
            at = apps(const(name, f.b), fixed)
            self._types_at[at] = new
            self._names.add(new)
            self._meaning[new] = abstract(at, self._params[::-1])
            for constructor in j.constructors:
                c, made = self._env.get(constructor), f"{new}.{constructor}"
                self.stands_for[made] = constructor
                self._meaning[made] = abstract(apps(const(constructor, f.b), fixed), self._params[::-1])
                self.constructors[made] = replace(self._at(c, f, fixed), name=made, inductive=new)
            own = {
                "block": self._first.block,
                "num_nested": self._first.num_nested,
                "recursive": True,
            }
            names = tuple([f"{new}.{constructor}" for constructor in j.constructors])
            self.types.append(replace(self._at(j, f, fixed), name=new, constructors=names, **own))  # type: ignore[arg-type]

    def _at(self, c: Declaration, f: Term, fixed: list[Term]) -> Declaration:
        """A declaration at the levels and parameters of the occurrence, over the parameters of the block."""
        ty = at_levels(c.type, c.parameters, f.b)
        for a in fixed:
            if ty.tag != PI:
                raise Refused(f"{c.name}: too few parameters")
            ty = instantiate(ty.b, [a])
        return replace(
            c,
            type=bind(pi, self._params, ty),
            parameters=self._first.parameters,
            num_params=len(self._params),
        )

    def _rebuild(self, e: Term, change: Change) -> Term:
        """The term with its applications changed, the outermost first."""
        memo: dict[Term, Term] = {}

        def go(e: Term) -> Term:
            out = memo.get(e)
            if out is not None:
                return out
            if e.tag == APP or e.tag == CONST:
                f, args = spine(e)
                changed = change(f, args, go)
                out = apps(f if f.tag == CONST else go(f), [go(a) for a in args]) if changed is None else changed
            elif e.tag == FUN:
                out = fun(go(e.a), go(e.b))
            elif e.tag == PI:
                out = pi(go(e.a), go(e.b))
            elif e.tag == LET:
                out = let(go(e.a), go(e.b), go(e.c))
            elif e.tag == PROJ:
                out = proj(e.a, e.b, go(e.c))
            else:
                out = e
            memo[e] = out
            return out

        return go(e)
