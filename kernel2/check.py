"""Checking declarations, one unit after the other, in an environment that grows.

Rules:
    - a name is declared once; a declaration that is refused takes its name with it;
    - no term mentions a bound variable without a binder, or a universe parameter that is not declared;
    - a definition or opaque constant has a type, and a value of it; a theorem's type is a proposition;
    - inductive types: `inductive`, `nested`, `recursors`; quotients: `quotients`; axioms: `usual`;
    - what is `unsafe` or `partial` is not checked and not put into the environment: nothing checked can mention it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kernel2 import declarations as d
from kernel2 import levels, terms
from kernel2.declarations import Declaration
from kernel2.determined import NAMES, determine
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.errors import Refused
from kernel2.inductive import Block, need
from kernel2.nested import Unnested
from kernel2.order import Unit, ordered
from kernel2.quotients import check_quotient
from kernel2.recursors import Recursors
from kernel2.terms import CONST, SORT, subterms
from kernel2.usual import check_axiom, learn

MORE_TERMS = 2_000_000
"""So many terms may be added to what the declarations hold before the tables are released."""


@dataclass(frozen=True)
class Verdict:
    """What was found about one declaration."""

    name: str
    kind: str
    problem: str | None
    """Why it is refused; None if it is accepted."""
    seconds: float
    checked: bool = True
    """False for what is unsafe: neither accepted nor refused."""


class Session:
    """An environment and what happened on the way to it."""

    def __init__(self, axioms: Iterable[str] = ()) -> None:
        self.env = Environment()
        self.axioms = frozenset(axioms)
        self.unsafe: set[str] = set()
        self.refused: dict[str, str] = {}
        self._determined = False

    def check(self, found: Iterable[Declaration], report: Callable[[Verdict], None]) -> None:
        """Check declarations, given in any order; of each, `report` is told.

        The first time, the theorems that allow to compute with numbers come first, with all that they rest on.
        """
        todo: dict[str, Declaration] = {}
        for c in found:
            if c.name in todo or c.name in self.refused or c.name in self.unsafe or c.name in self.env.constants:
                report(Verdict(c.name, c.kind, "declared twice", 0.0))
                if c.name in todo:  # neither of the two: the first may be what the second is meant to hide
                    self.refused[c.name] = "declared twice"
            else:
                todo[c.name] = c
        todo = {name: c for name, c in todo.items() if name not in self.refused}
        Checker.max_terms = terms.table_size() + MORE_TERMS
        first = [] if self._determined else [name for name in NAMES.values() if name in todo]
        waiting = set(first)
        for _, unit in ordered(todo, first):
            self._unit(unit, report)
            if waiting:
                waiting -= {c.name for c in unit}
                if not waiting:
                    self._determine(first, report)
            if terms.table_size() > Checker.max_terms:
                Checker(self.env).release()

    def _determine(self, names: list[str], report: Callable[[Verdict], None]) -> None:
        """Nothing is computed before this."""
        self._determined = True
        try:
            determine(self.env)
        except Refused as problem:
            for name in names:
                self._refuse(name, str(problem))
                report(Verdict(name, d.THEOREM, str(problem), 0.0))

    def _unit(self, unit: Unit, report: Callable[[Verdict], None]) -> None:
        start = time.process_time()
        if all(c.unsafe for c in unit):
            for c in unit:
                self.unsafe.add(c.name)
                report(Verdict(c.name, c.kind, None, 0.0, checked=False))
            return
        problem = None
        try:
            self._accept(unit)
        except Refused as refused:
            problem = str(refused)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            problem = f"a term that the kernel cannot make sense of ({type(error).__name__}: {error})"
        seconds = time.process_time() - start
        for c in unit:
            if problem is not None:
                self._refuse(c.name, problem)
            report(Verdict(c.name, c.kind, problem, seconds))
            seconds = 0.0

    def _refuse(self, name: str, problem: str) -> None:
        """Terms may remember what was found out about this name: it is never used again."""
        self.env.constants.pop(name, None)
        self.refused[name] = problem

    def _accept(self, unit: Unit) -> None:
        own = {c.name for c in unit}
        for c in unit:
            for name in sorted(c.mentioned - own):
                self._require_known(name)
            check_closed(c)
        c = unit[0]
        if len(unit) == 1 and c.kind in (d.DEFINITION, d.THEOREM, d.OPAQUE):
            check_definition(self.env, c)
        elif len(unit) == 1 and c.kind == d.AXIOM:
            Checker(self.env).sort_of(c.type)
            check_axiom(self.env, c, self.axioms)
        elif len(unit) == 1 and c.kind == d.QUOTIENT:
            Checker(self.env).sort_of(c.type)
            check_quotient(self.env, c)
        else:
            check_inductive(self.env, unit)
        for c in unit:
            self.env.constants[c.name] = c
        for c in unit:
            learn(self.env, c)

    def _require_known(self, name: str) -> None:
        if name in self.unsafe:
            raise Refused(f"it mentions {name}, which is unsafe or partial")
        if name in self.refused:
            raise Refused(f"it mentions {name}, which is refused")
        self.env.get(name)


def check_closed(c: Declaration) -> None:
    """No bound variables without binders, no universe parameters that are not declared."""
    need(len(set(c.parameters)) == len(c.parameters), "a universe parameter is declared twice")
    need(not any(e.loose or e.top for e in c.terms()), "a bound variable without a binder")
    known = set(c.parameters)
    for e in subterms(e for e in c.terms() if e.has_levels):
        if e.has_levels and e.tag in (SORT, CONST):
            for u in (e.a,) if e.tag == SORT else e.b:
                need(u.parameters <= known, "a universe parameter that is not declared")


def check_definition(env: Environment, c: Declaration) -> None:
    """A definition, theorem or opaque constant: its type is one, its value has it."""
    checker = Checker(env)
    u = checker.sort_of(c.type)
    need(c.kind != d.THEOREM or levels.is_zero(u), "a theorem whose type is no proposition")
    if c.value is None:
        raise Refused("no value")
    checker.expect(c.value, c.type)


def check_inductive(env: Environment, unit: Unit) -> None:
    """Inductive types with their constructors and recursors; they are in the environment afterwards."""
    types = {c.name: c for c in unit if c.kind == d.INDUCTIVE}
    constructors = {c.name: c for c in unit if c.kind == d.CONSTRUCTOR}
    recursors = {c.name: c for c in unit if c.kind == d.RECURSOR}
    block = next((c.block for c in types.values()), ())
    whole = len(types) + len(constructors) + len(recursors) == len(unit) and not any(c.unsafe for c in unit)
    need(
        whole and set(types) == set(block) and len(types) == len(block),
        "not a whole inductive declaration",
    )
    named = [name for c in types.values() for name in c.constructors]
    need(sorted(named) == sorted(constructors), "its constructors are not those that it names")
    in_order = [types[name] for name in block]
    before = set(env.constants)
    try:
        unnested = Unnested(env, in_order, constructors)
        checked = Block(env, unnested.types, unnested.constructors)
        checked.check()
        for c in constructors.values():  # as declared: what was checked may be the larger block
            env.constants[c.name] = c
            checked.checker.sort_of(c.type)
        for c in in_order:
            need(
                c.recursive == checked.is_recursive(),
                f"{c.name}: wrongly said to be (not) recursive",
            )
            need(
                c.num_nested == len(unnested.types) - len(block),
                f"{c.name}: a wrong number of nested types",
            )
        Recursors(checked, recursors, unnested).check()
    except BaseException:
        for name in set(env.constants) - before:
            del env.constants[name]
        raise
    for name in unnested.additional:
        env.constants.pop(name, None)
