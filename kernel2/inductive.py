"""Inductive types: which are admissible.

Rules (Carneiro, "The type theory of Lean", section 2.6; Dybjer, "Inductive families"), for types declared together:
    - they have the same parameters and universe parameters and end in the same universe;
    - a constructor takes the parameters, then its fields, and ends in its type at just these parameters;
    - the type of a field lives in a universe not above that of the types, unless they are propositions;
    - positivity: in the type of a field the new types occur only at the end of function types, at just the parameters
      and at indices in which they do not occur;
    - large elimination (the recursor may build data): if they are never propositions; or for one type without
      constructors; or for one type with one constructor, each field of which is a proof or one of the indices.
"""

from __future__ import annotations

from collections.abc import Sequence

from kernel2 import levels
from kernel2.declarations import Declaration
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.errors import Refused
from kernel2.levels import Level, param
from kernel2.substitution import instantiate
from kernel2.terms import CONST, PI, SORT, Term, local, spine, subterms


def need(condition: object, problem: str) -> None:
    """A rule: refuse if the condition does not hold."""
    if not condition:
        raise Refused(problem)


class Block:
    """Inductive types that are declared together, with their constructors."""

    def __init__(self, env: Environment, types: Sequence[Declaration], constructors: dict[str, Declaration]) -> None:
        first = types[0]
        self.env = env
        self.checker = Checker(env)
        self.types = types
        self.constructors = constructors
        self.position = {c.name: i for i, c in enumerate(types)}
        self.levels = tuple([param(name) for name in first.parameters])
        self.num_params = first.num_params
        self.params: list[Term] = []
        self.indices: list[list[Term]] = []
        """For each type its indices, as locals."""
        self.universe: Level = levels.ZERO
        self.fields: dict[str, list[Term]] = {}
        """For each constructor its fields, as locals."""
        self.result: dict[str, Term] = {}
        """For each constructor the type in which it ends."""
        self._top = 0

    def new(self, ty: Term) -> Term:
        """A local unlike all others of this block."""
        x = local(ty, self._top)
        self._top = x.a
        return x

    def check(self) -> None:
        """Check the types, put them into the environment, check the constructors, put them there too."""
        for c in self.types:
            self._check_type(c)
        for c in self.types:
            self._declare(c)
        for c in self.types:
            for i, name in enumerate(c.constructors):
                constructor = self.constructors[name]
                need(constructor.position == i, f"{name}: out of order")
                self._check_constructor(constructor, c)
        for constructor in self.constructors.values():
            self._declare(constructor)

    def _declare(self, c: Declaration) -> None:
        need(c.name not in self.env.constants, f"{c.name} is declared twice")
        self.env.constants[c.name] = c

    def _check_type(self, c: Declaration) -> None:
        first = self.types[0]
        need(
            c.parameters == first.parameters,
            f"{c.name}: other universe parameters than {first.name}",
        )
        need(
            c.num_params == self.num_params,
            f"{c.name}: another number of parameters than {first.name}",
        )
        need(c.block == first.block and not c.unsafe, f"{c.name}: does not belong to the block")
        self.checker.sort_of(c.type)
        ty = c.type
        for i in range(self.num_params):
            ty = self.checker.function_type(ty)
            if len(self.params) == i:
                self.params.append(self.new(ty.a))
            need(
                self.checker.equal(self.params[i].b, ty.a),
                f"{c.name}: other parameters than {first.name}",
            )
            ty = instantiate(ty.b, [self.params[i]])
        indices = []
        while ty.tag != SORT:
            ty = self.checker.function_type(ty)
            indices.append(self.new(ty.a))
            ty = instantiate(ty.b, [indices[-1]])
            ty = ty if ty.tag == PI else self.checker.whnf(ty)
        need(len(indices) == c.num_indices, f"{c.name}: a wrong number of indices")
        self.universe = ty.a if c is first else self.universe
        need(levels.equal(ty.a, self.universe), f"{c.name}: another universe than {first.name}")
        self.indices.append(indices)

    def _check_constructor(self, c: Declaration, owner: Declaration) -> None:
        need(
            c.inductive == owner.name and not c.unsafe,
            f"{c.name}: not a constructor of {owner.name}",
        )
        need(
            c.parameters == owner.parameters,
            f"{c.name}: other universe parameters than {owner.name}",
        )
        need(
            c.num_params == self.num_params,
            f"{c.name}: another number of parameters than {owner.name}",
        )
        self.checker.sort_of(c.type)
        ty = c.type
        for x in self.params:
            need(ty.tag == PI, f"{c.name}: too few parameters")
            need(self.checker.equal(ty.a, x.b), f"{c.name}: other parameters than {owner.name}")
            ty = instantiate(ty.b, [x])
        fields: list[Term] = []
        while ty.tag == PI:
            u = self.checker.sort_of(ty.a)
            fits = levels.is_zero(self.universe) or levels.leq(u, self.universe)
            need(fits, f"{c.name}: a field lives in a universe above that of {owner.name}")
            self._check_positive(ty.a, c.name)
            fields.append(self.new(ty.a))
            ty = instantiate(ty.b, [fields[-1]])
        need(len(fields) == c.num_fields, f"{c.name}: a wrong number of fields")
        need(self.target(ty) == self.position[owner.name], f"{c.name}: does not end in {owner.name}")
        self.fields[c.name], self.result[c.name] = fields, ty

    def _check_positive(self, ty: Term, name: str) -> None:
        ty = self.checker.whnf(ty)
        while self._occurs(ty):
            if ty.tag != PI:
                need(self.target(ty) is not None, f"{name}: a new type occurs where it may not")
                return
            need(not self._occurs(ty.a), f"{name}: a new type occurs to the left of an arrow")
            ty = self.checker.whnf(instantiate(ty.b, [self.new(ty.a)]))

    def _occurs(self, e: Term) -> bool:
        return any(x.tag == CONST and x.a in self.position for x in subterms([e]))

    def target(self, e: Term) -> int | None:
        """Which of the types this is, at just the parameters and at indices in which no new type occurs."""
        f, args = spine(e)
        if f.tag != CONST or f.a not in self.position or f.b != self.levels:
            return None
        i = self.position[f.a]
        if len(args) != self.num_params + self.types[i].num_indices:
            return None
        params, indices = args[: self.num_params], args[self.num_params :]
        same = all(a is x for a, x in zip(params, self.params, strict=True))
        return i if same and not any(map(self._occurs, indices)) else None

    def recursive(self, field: Term) -> tuple[list[Term], list[Term], int] | None:
        """For a field `(xs) -> T params indices` of a new type T: xs, the indices, which type; else None."""
        ty, xs = self.checker.whnf(field.b), []
        while ty.tag == PI:
            xs.append(self.new(ty.a))
            ty = self.checker.whnf(instantiate(ty.b, [xs[-1]]))
        i = self.target(ty)
        return None if i is None else (xs, spine(ty)[1][self.num_params :], i)

    def is_recursive(self) -> bool:
        return any(self.recursive(x) is not None for fields in self.fields.values() for x in fields)

    def large(self) -> bool:
        """May the recursors build data?"""
        if levels.is_never_zero(self.universe):
            return True
        if len(self.types) > 1 or len(self.types[0].constructors) > 1:
            return False
        for name in self.types[0].constructors:
            indices = spine(self.result[name])[1][self.num_params :]
            for x in self.fields[name]:
                if not levels.is_zero(self.checker.sort_of(x.b)) and x not in indices:
                    return False
        return True
