"""Terms for attacks, briefly written, and changes of terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from kernel2 import declarations as d
from kernel2.declarations import Declaration, Rule
from kernel2.levels import ONE
from kernel2.terms import (
    APP,
    CONST,
    FUN,
    LET,
    NAT,
    PI,
    PROJ,
    PROP,
    Term,
    app,
    apps,
    const,
    fun,
    let,
    pi,
    proj,
)


def theorem(ty: Term, value: Term, name: str = "planted") -> Declaration:
    return Declaration(d.THEOREM, name, (), ty, value=value, height=d.NEVER_FIRST)


def definition(ty: Term, value: Term, *parameters: str) -> Declaration:
    return Declaration(d.DEFINITION, "planted", parameters, ty, value=value)


def equal(ty: Term, a: Term, b: Term) -> Term:
    return apps(const("Eq", (ONE,)), [ty, a, b])


def by_refl(ty: Term, a: Term, b: Term) -> Declaration:
    """a = b, proved by reflexivity."""
    return theorem(equal(ty, a, b), apps(const("Eq.refl", (ONE,)), [ty, a]))


def nat(name: str, *args: Term) -> Term:
    return apps(const(f"Nat.{name}"), args)


def inductive(
    ty: Term,
    *constructors: tuple[Term, int],
    name: str = "Planted",
    num_params: int = 0,
    num_indices: int = 0,
    recursive: bool = False,
    num_nested: int = 0,
) -> list[Declaration]:
    """A type with constructors (type and number of fields), and a recursor that is none."""
    names = tuple([f"{name}.c{i}" for i in range(len(constructors))])
    owner = Declaration(
        d.INDUCTIVE,
        name,
        (),
        ty,
        block=(name,),
        constructors=names,
        num_params=num_params,
        num_indices=num_indices,
        recursive=recursive,
        num_nested=num_nested,
    )
    made = [
        Declaration(
            d.CONSTRUCTOR,
            names[i],
            (),
            t,
            inductive=name,
            position=i,
            num_params=num_params,
            num_fields=fields,
        )
        for i, (t, fields) in enumerate(constructors)
    ]
    return [owner, *made, Declaration(d.RECURSOR, f"{name}.rec", (), PROP, block=(name,))]


def change(e: Term, at: Callable[[Term], Term | None]) -> Term:
    """The term with subterms replaced, from the outside in: `at` gives the replacement, or None."""
    memo: dict[Term, Term] = {}

    def go(e: Term) -> Term:
        out = memo.get(e)
        if out is None:
            out = at(e)
            if out is None:
                out = _inside(e, go)
            memo[e] = out
        return out

    return go(e)


def _inside(e: Term, go: Callable[[Term], Term]) -> Term:
    if e.tag == APP:
        return app(go(e.a), go(e.b))
    if e.tag in (FUN, PI):
        return (fun if e.tag == FUN else pi)(go(e.a), go(e.b))
    if e.tag == LET:
        return let(go(e.a), go(e.b), go(e.c))
    return proj(e.a, e.b, go(e.c)) if e.tag == PROJ else e


def unit_of(constants: dict[str, Declaration], name: str) -> list[Declaration]:
    """An inductive type with all that was declared together with it."""
    block = constants[name].block
    return [
        c
        for c in constants.values()
        if c.name in block or c.inductive in block or (c.kind == d.RECURSOR and c.block == block)
    ]


def renamed(unit: Iterable[Declaration], prefix: str) -> list[Declaration]:
    """The same declarations under other names."""
    unit = list(unit)
    return called(unit, {c.name: prefix + c.name for c in unit})


def called(unit: Iterable[Declaration], names: Mapping[str, str]) -> list[Declaration]:
    """The same declarations, with these names in place of others."""

    def new(name: str) -> str:
        return names.get(name, name)

    def at(e: Term) -> Term | None:
        if e.tag == CONST and e.a in names:
            return const(new(e.a), e.b)
        if e.tag == PROJ and e.a in names:
            return proj(new(e.a), e.b, change(e.c, at))
        return None

    return [
        replace(
            c,
            name=new(c.name),
            type=change(c.type, at),
            value=None if c.value is None else change(c.value, at),
            block=tuple(map(new, c.block)),
            constructors=tuple(map(new, c.constructors)),
            inductive=new(c.inductive),
            rules=[Rule(new(r.constructor), r.fields, change(r.value, at)) for r in c.rules],
        )
        for c in unit
    ]


TRUE, FALSE = const("True"), const("False")
INTRO = const("True.intro")
NAT_TO_NAT = pi(NAT, NAT)
