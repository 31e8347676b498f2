"""What a theorem says, from the bytes: its statement, what the statement rests on, the data that it is about.

Rule: a statement means what the definitions in it mean, and those in them, down to inductive types.  What a theorem in
them proves, how it is proved, and recursors (which belong to their types) add nothing to the meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kernel2 import declarations as d
from kernel2.declarations import Declaration
from kernel2.environment import Environment
from kernel2.equality import Checker
from kernel2.errors import Refused
from kernel2.module import Module
from kernel2.printing import Printer
from kernel2.terms import CONST, LIT, NAT_ZERO, PROJ, Term, const, spine, subterms

Data = str | list["Data"] | dict[str, "Data"]
"""A number, in hexadecimal; a list; the fields of a structure by name; of other types {constructor: [fields]}."""


@dataclass(frozen=True)
class Statement:
    """What a theorem says."""

    says: str
    """The theorem."""
    meaning: str
    """The declarations that it rests on, but for those in modules that are the theorem's own."""
    data: dict[str, Data]
    """The values of its own constants that stand in the statement."""
    axioms: tuple[str, ...]
    """The axioms on which the statement or its proof rest."""


def read_statement(
    env: Environment,
    modules: Mapping[str, Module],
    own: Iterable[str],
    theorem: str,
    axioms: Iterable[str],
) -> Statement:
    """The statement of an accepted theorem; `own` are the modules that belong to it alone."""
    c = env.constants.get(theorem)
    if c is None or c.kind != d.THEOREM:
        raise Refused(f"{theorem}: no such theorem among what is accepted")
    where = {each: module for module in modules.values() for each in module.raw}
    of_its_own = {each for name in own for each in modules[name].raw}
    names = meaning(env.constants, sorted(mentioned_in([c.type]) - of_its_own))
    data = {}
    for name in sorted(mentioned_in([c.type]) & of_its_own):
        names |= meaning(env.constants, mentioned_in([env.get(name).type]))
        try:
            data[name] = evaluate(env, const(name), where)
        except Refused:
            raise Refused(f"{theorem} speaks of {name}, which its own module declares and which is no data") from None
    if names & of_its_own:
        raise Refused(f"{theorem}: its meaning rests on its own module: {', '.join(sorted(names & of_its_own))}")
    printed = [Printer(where[name], where).declaration(name) for name in sorted(names)]
    says = Printer(where[theorem], where).declaration(theorem)
    return Statement(says, "\n\n".join(printed) + "\n", data, tuple(axioms))


def mentioned_in(terms: Iterable[Term]) -> set[str]:
    return {e.a for e in subterms(terms) if e.tag == CONST or e.tag == PROJ}


def meaning(constants: Mapping[str, Declaration], names: Iterable[str]) -> set[str]:
    """These constants and those that their meaning rests on, without recursors."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        c = constants[name]
        if name in seen:
            continue
        seen.add(name)
        terms = [c.type] if c.value is None or c.kind == d.THEOREM else [c.type, c.value]
        todo += [
            *mentioned_in(terms),
            *c.constructors,
            *c.block,
            *([c.inductive] if c.inductive else []),
        ]
    return {name for name in seen if constants[name].kind != d.RECURSOR}


def axioms_of(constants: Mapping[str, Declaration], cone: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in cone if constants[name].kind == d.AXIOM))


def evaluate(env: Environment, e: Term, where: Mapping[str, Module]) -> Data:
    """A term made of numbers and constructors; `where` says which module declares what."""
    e = Checker(env).whnf(e)
    if e.tag == LIT or e is NAT_ZERO:
        return hex(e.a if e.tag == LIT else 0)
    f, args = spine(e)
    items: list[Data] = []
    while f.tag == CONST and f.a == "List.cons" and len(args) == 3:
        items.append(evaluate(env, args[1], where))
        f, args = spine(Checker(env).whnf(args[2]))
    if f.tag == CONST and f.a == "List.nil":
        return items
    c = env.constructor(f) if f.tag == CONST else None
    if c is None or items or len(args) != c.num_params + c.num_fields:
        raise Refused("data that is not made of numbers and constructors")
    fields = [evaluate(env, a, where) for a in args[c.num_params :]]
    if env.structure(c.inductive) is not c:
        return {c.name: fields}
    names = Printer(where[c.name], where).fields(c.name)
    return dict(zip(names, fields, strict=True))
