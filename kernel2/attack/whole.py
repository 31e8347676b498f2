"""Inductive types with the recursors that belong to them: what a forger starts from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from kernel2 import declarations as d
from kernel2.attack.terms_of import called, change
from kernel2.declarations import Declaration, Rule
from kernel2.environment import Environment
from kernel2.inductive import Block
from kernel2.levels import param
from kernel2.nested import Unnested
from kernel2.recursors import Recursors
from kernel2.terms import PI, PROP, Term, head, pi, sort

_COUNT = count()

UNIVERSE = "w"
"""The universe parameter of a recursor that builds data."""


def whole(
    constants: Mapping[str, Declaration], unit: Iterable[Declaration], universe: str = UNIVERSE
) -> list[Declaration]:
    """A unit of types and constructors with its genuine recursors, in place of those that are in it.

    They are built under names that nothing else has: terms remember what was found out about a name.
    """
    unit = [c for c in unit if c.kind != d.RECURSOR]
    for_now = {c.name: f"#whole{next(_COUNT)}" for c in unit}
    made = _with_recursors(constants, called(unit, for_now), universe)
    back = {new: name for name, new in for_now.items()}
    back |= {f"{new}.rec": f"{name}.rec" for new, name in back.items()}
    return called(made, back)


def _with_recursors(constants: Mapping[str, Declaration], unit: list[Declaration], universe: str) -> list[Declaration]:
    types = [c for c in unit if c.kind == d.INDUCTIVE]
    env = Environment()
    env.constants, env.numbers = dict(constants), True
    unnested = Unnested(env, types, {c.name: c for c in unit if c.kind == d.CONSTRUCTOR})
    block = Block(env, unnested.types, unnested.constructors)
    block.check()
    own = types[0].block
    parameters = ((universe,) if block.large() else ()) + types[0].parameters
    stored = {f"{name}.rec": Declaration(d.RECURSOR, f"{name}.rec", parameters, PROP, block=own) for name in own}
    made = Recursors(block, stored, unnested)
    recursors = [
        replace(
            stored[f"{c.name}.rec"],
            type=made._type(j),
            rules=[Rule(name, len(block.fields[name]), made._rule(name)) for name in c.constructors],
            num_params=c.num_params,
            num_indices=c.num_indices,
            num_motives=len(types),
            num_minors=sum(len(each.constructors) for each in types),
            k=made._is_k(c),
        )
        for j, c in enumerate(types)
    ]
    return [*unit, *recursors]


def with_large_elimination(unit: Sequence[Declaration]) -> list[Declaration]:
    """Types whose recursors build proofs only: now their motives end in `Sort w`."""
    own = {c.name for c in unit if c.kind == d.INDUCTIVE}

    def at(e: Term) -> Term | None:
        ends = e.tag == PI and e.b is PROP and head(e.a).a in own
        return pi(e.a, sort(param(UNIVERSE))) if ends else None

    return [
        c
        if c.kind != d.RECURSOR
        else replace(
            c,
            parameters=(UNIVERSE, *c.parameters),
            type=change(c.type, at),
            rules=[replace(r, value=change(r.value, at)) for r in c.rules],
        )
        for c in unit
    ]
