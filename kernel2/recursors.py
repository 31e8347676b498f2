"""Recursors: built anew from the inductive types, and compared with the stored ones.

Rule (Carneiro, "The type theory of Lean", section 2.6.3): the recursor of the type number j of a block is

    (params) (motives: one for each type, (indices) (x : T params indices) -> Sort u)
    (minors: one for each constructor c,
        (fields) (for each recursive field f : (xs) -> T_i params is, motive_i is (f xs))
        -> motive (indices of c) (c params fields))
    (indices) (x : T_j params indices) -> motive_j indices x

with u a universe parameter of its own if the block has large elimination, else 0.  At a constructor it reduces to the
minor at the fields and, for each recursive field, `fun xs => (recursor of T_i) ... is (f xs)`.
"""

from __future__ import annotations

from kernel2 import levels
from kernel2.declarations import Declaration, Rule
from kernel2.inductive import Block, need
from kernel2.levels import param
from kernel2.nested import Unnested
from kernel2.substitution import bind
from kernel2.terms import PROP, Term, app, apps, const, fun, pi, same, sort, spine


class Recursors:
    """The recursors of a block that has been checked."""

    def __init__(self, block: Block, stored: dict[str, Declaration], unnested: Unnested) -> None:
        self._block = block
        self._stored = stored
        self._unnested = unnested
        first = block.types[0]
        own = list(first.block)
        extra = len(block.types) - len(own)
        self._names = [f"{name}.rec" for name in own] + [f"{own[0]}.rec_{i + 1}" for i in range(extra)]
        need(sorted(self._names) == sorted(stored), f"{first.name}: not one recursor for each type")
        parameters = stored[self._names[0]].parameters
        large = block.large()
        need(
            (parameters[1:] if large else parameters) == first.parameters,
            "a recursor's universe parameters",
        )
        self._parameters = parameters
        self._sort = sort(param(parameters[0])) if large else PROP
        self._constructors = [(name, j) for j, c in enumerate(block.types) for name in c.constructors]
        self._motives = [self._motive(j) for j in range(len(block.types))]
        self._minors = {name: self._minor(name, j) for name, j in self._constructors}
        self._front = [*block.params, *self._motives, *self._minors.values()]

    def check(self) -> None:
        """Compare types, numbers and rules; from then on the recursors reduce by the rules that were built here."""
        block = self._block
        found: list[tuple[Rule, Term, str]] = []
        for j, c in enumerate(block.types):
            rec = self._stored[self._names[j]]
            need(rec.parameters == self._parameters, f"{rec.name}: other universe parameters")
            need(rec.block == c.block and not rec.unsafe, f"{rec.name}: does not belong to the block")
            numbers = (rec.num_params, rec.num_indices, rec.num_motives, rec.num_minors)
            expected = (block.num_params, c.num_indices, len(self._motives), len(self._minors))
            need(
                numbers == expected,
                f"{rec.name}: wrong numbers of parameters, indices, motives or minors",
            )
            need(
                rec.k == self._is_k(c),
                f"{rec.name}: wrongly said to be {'' if rec.k else 'not '}K-like",
            )
            self._compare(rec.type, self._unnested.restore(self._type(j)), f"{rec.name}: not its type")
            real = [self._unnested.stands_for.get(name, name) for name in c.constructors]
            need(
                [rule.constructor for rule in rec.rules] == real,
                f"{rec.name}: rules for other constructors",
            )
            for rule, name in zip(rec.rules, c.constructors, strict=True):
                problem = f"{rec.name}: not the rule for {rule.constructor}"
                need(rule.fields == len(block.fields[name]), problem)
                found.append((rule, self._unnested.restore(self._rule(name)), problem))
        for rec in self._stored.values():
            need(rec.name not in block.env.constants, f"{rec.name} is declared twice")
            block.env.constants[rec.name] = rec
        stored = [rule.value for rule, _, _ in found]
        for rule, built, _ in found:
            rule.value = built
        for value, (_, built, problem) in zip(stored, found, strict=True):
            self._compare(value, built, problem)

    def _compare(self, stored: Term, built: Term, problem: str) -> None:
        """Equal, if not the same (Lean leaves notes such as `outParam` out of what it builds)."""
        if not same(stored, built):
            self._block.checker.infer(stored)
            need(self._block.checker.equal(stored, built), problem)

    def _is_k(self, c: Declaration) -> bool:
        """One type, in Prop, with one constructor without fields."""
        block = self._block
        alone = len(block.types) == 1 and len(c.constructors) == 1
        return alone and levels.is_zero(block.universe) and not block.fields[c.constructors[0]]

    def _major(self, j: int) -> Term:
        block = self._block
        return block.new(apps(const(block.types[j].name, block.levels), block.params + block.indices[j]))

    def _motive(self, j: int) -> Term:
        return self._block.new(bind(pi, [*self._block.indices[j], self._major(j)], self._sort))

    def _minor(self, name: str, j: int) -> Term:
        block = self._block
        fields, hypotheses = block.fields[name], []
        for x in fields:
            found = block.recursive(x)
            if found is not None:
                xs, indices, i = found
                claim = app(apps(self._motives[i], indices), apps(x, xs))
                hypotheses.append(block.new(bind(pi, xs, claim)))
        made = apps(const(name, block.levels), block.params + fields)
        indices = self._indices_of(name)
        return block.new(bind(pi, fields + hypotheses, app(apps(self._motives[j], indices), made)))

    def _indices_of(self, name: str) -> list[Term]:
        _, args = spine(self._block.result[name])
        return args[self._block.num_params :]

    def _type(self, j: int) -> Term:
        indices, major = self._block.indices[j], self._major(j)
        return bind(pi, [*self._front, *indices, major], app(apps(self._motives[j], indices), major))

    def _rule(self, name: str) -> Term:
        block = self._block
        arguments = list(block.fields[name])
        universes = tuple([param(each) for each in self._parameters])
        for x in block.fields[name]:
            found = block.recursive(x)
            if found is not None:
                xs, indices, i = found
                rec = apps(const(self._names[i], universes), self._front + indices)
                arguments.append(bind(fun, xs, app(rec, apps(x, xs))))
        return bind(fun, self._front + block.fields[name], apps(self._minors[name], arguments))
