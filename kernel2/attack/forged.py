"""More declarations that no kernel may accept: each is nearly a right one.

Inductive types with genuine recursors, or with one thing wrong in them; equations that hold by no rule, each with a
twin that does hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kernel2 import declarations as d
from kernel2.attack.terms_of import FALSE, INTRO, TRUE, by_refl, definition, equal, inductive, theorem
from kernel2.attack.whole import whole, with_large_elimination
from kernel2.declarations import Declaration
from kernel2.levels import ONE, ZERO, Level, imax, maximum, param, succ
from kernel2.terms import (
    BOOL,
    NAT,
    NAT_SUCC,
    NAT_ZERO,
    PROP,
    TYPE,
    Term,
    app,
    apps,
    bvar,
    const,
    fun,
    let,
    lit,
    pi,
    proj,
    sort,
    text,
)
from kernel2.terms import TRUE as YES

U, V = param("u"), param("v")
NO = const("Bool.false")
PLANTED, OTHER = const("Planted"), const("PlantedToo")
BIG = 10**40

Bad = Callable[..., None]
Good = Callable[..., None]


def forged(bad: Bad, good: Good, constants: dict[str, Declaration]) -> None:
    """Hand each to `bad`, with a part of the message with which it is refused, or to `good`."""
    _elimination(bad, good, constants)
    _admissible(bad, good, constants)
    _mutual(bad, good, constants)
    _strays(bad)
    _eta(bad, good, constants)
    _casts(bad, good)
    _constants(bad, good)


def _at_universe(unit: list[Declaration]) -> list[Declaration]:
    return [replace(c, parameters=("u",)) for c in unit]


def _elimination(bad: Bad, good: Good, constants: dict[str, Declaration]) -> None:
    inside = pi(NAT, app(PLANTED, app(NAT_SUCC, bvar(0))))
    hidden = whole(constants, inductive(pi(NAT, PROP), (inside, 1), num_indices=1))
    good("a field inside an index", *hidden)
    bad("data out of a field inside an index", "universe parameters", *with_large_elimination(hidden))
    at_u = const("Planted", (U,))
    two = whole(constants, _at_universe(inductive(sort(U), (at_u, 0), (at_u, 0))))
    good("two values in Sort u", *two)
    bad("data out of what may be a proposition", "universe parameters", *with_large_elimination(two))
    unit = whole(constants, inductive(TYPE, (PLANTED, 0)))
    good("a type with one value", *unit)
    bad("K for a type of data", "K-like", *[replace(c, k=c.kind == d.RECURSOR) for c in unit])
    proof = whole(constants, inductive(PROP, (pi(TRUE, PLANTED), 1)))
    good("a proposition with a field", *proof)
    bad("K for a proposition with a field", "K-like", *[replace(c, k=c.kind == d.RECURSOR) for c in proof])
    own = _at_universe(inductive(pi(sort(U), TYPE), num_indices=1))
    own = [replace(c, type=pi(sort(U), sort(succ(U)))) if c.kind == d.INDUCTIVE else c for c in own]
    good("an empty family", *whole(constants, own))
    bad("a motive in the type's own universe", "declared twice", *whole(constants, own, "u"))


def _admissible(bad: Bad, good: Good, constants: dict[str, Declaration]) -> None:
    at_u = const("Planted", (U,))
    bad("data in what may be a proposition", "universe above", *_at_universe(inductive(sort(U), (pi(NAT, at_u), 1))))
    both: tuple[Level, ...] = (U, V)
    ty = pi(sort(U), sort(imax(U, V)))
    box = pi(sort(U), pi(bvar(0), app(const("Planted", both), bvar(1))))
    unit = [replace(c, parameters=("u", "v")) for c in inductive(ty, (box, 1), num_params=1)]
    bad("data in imax u v", "universe above", *unit)
    wrapper = inductive(
        pi(TYPE, TYPE), (pi(TYPE, pi(pi(bvar(0), FALSE), app(OTHER, bvar(1)))), 1), name="PlantedToo", num_params=1
    )
    wrapped = whole(constants, wrapper)
    inside = inductive(TYPE, (pi(app(OTHER, PLANTED), PLANTED), 1), recursive=True, num_nested=1)
    good("functions out of a parameter", *wrapped)
    bad("a negative occurrence in a wrapper", "left of an arrow", *wrapped, *inside)
    equation = apps(const("Eq", (succ(ONE),)), [TYPE, PLANTED, NAT])
    nested = inductive(TYPE, (pi(equation, PLANTED), 1), recursive=True, num_nested=1)
    bad("a type that speaks of its equations", "another universe", *nested)
    domain = app(fun(TYPE, NAT), PLANTED)  # it reduces to a type in which the new one does not occur
    good("an occurrence that reduces away", *whole(constants, inductive(TYPE, (pi(domain, PLANTED), 1))))
    codomain = pi(NAT, app(fun(TYPE, pi(bvar(0), FALSE)), PLANTED))
    bad("a negative occurrence that has to be found by reduction", "left of an arrow", *inductive(
        TYPE, (pi(codomain, PLANTED), 1)
    ))  # fmt: skip


def _mutual(bad: Bad, good: Good, constants: dict[str, Declaration]) -> None:
    def two(
        first: Term, second: Term, c0: tuple[Term, int], c1: tuple[Term, int], indices: int = 0
    ) -> list[Declaration]:
        unit = [
            *inductive(first, c0, num_indices=indices, recursive=True),
            *inductive(second, c1, name="PlantedToo", num_indices=indices, recursive=True),
        ]
        return [replace(c, block=("Planted", "PlantedToo")) if c.kind != d.CONSTRUCTOR else c for c in unit]

    each = two(TYPE, TYPE, (pi(OTHER, PLANTED), 1), (pi(PLANTED, OTHER), 1))
    rest = whole(constants, each)
    good("two types of each other", *rest)
    bad("two types in different universes", "another universe", *two(
        TYPE, PROP, (pi(OTHER, PLANTED), 1), (pi(PLANTED, OTHER), 1)
    ))  # fmt: skip
    bad("two types, one to the left of an arrow in the other", "left of an arrow", *two(
        TYPE, TYPE, (pi(OTHER, PLANTED), 1), (pi(pi(PLANTED, FALSE), OTHER), 1)
    ))  # fmt: skip
    names = {"Planted.rec": "PlantedToo.rec", "PlantedToo.rec": "Planted.rec"}
    exchanged = [replace(c, name=names.get(c.name, c.name)) for c in rest]
    bad("two recursors exchanged", "not its type", *exchanged)
    half = [replace(c, block=("Planted",)) if c.name == "PlantedToo" else c for c in rest]
    bad("a type that does not belong to its block", "does not belong", *half)
    shared = [replace(c, constructors=("Planted.c0",)) if c.kind == d.INDUCTIVE else c for c in rest]
    bad("a constructor of two types", "not those that it names", *shared)
    bad("an unsafe constructor of a safe type", "not a whole", *[
        replace(c, unsafe=c.name == "PlantedToo.c0") for c in rest
    ])  # fmt: skip
    first, second = pi(NAT, pi(app(OTHER, bvar(0)), app(PLANTED, bvar(1)))), pi(NAT, app(OTHER, bvar(0)))
    proofs = whole(constants, two(pi(NAT, PROP), pi(NAT, PROP), (first, 2), (second, 1), 1))
    good("two propositions of each other", *proofs)
    bad("data out of two propositions of each other", "universe parameters", *with_large_elimination(proofs))


def _strays(bad: Bad) -> None:
    recursor = Declaration(d.RECURSOR, "planted", (), PROP, block=("Nat",))
    bad("one more recursor of Nat", "cannot make sense", recursor)
    constructor = Declaration(d.CONSTRUCTOR, "planted", (), NAT, inductive="Nat", position=2)
    bad("one more constructor of Nat", "not those that it names", constructor)


def _eta(bad: Bad, good: Good, constants: dict[str, Declaration]) -> None:
    def any_two(ty: Term) -> Declaration:
        refl = apps(const("Eq.refl", (ONE,)), [ty, bvar(1)])
        return theorem(pi(ty, pi(ty, equal(ty, bvar(1), bvar(0)))), fun(ty, fun(ty, refl)))

    good("any two of a type with one value", *whole(constants, inductive(TYPE, (PLANTED, 0))), any_two(PLANTED))
    family = whole(constants, inductive(pi(NAT, TYPE), (app(PLANTED, NAT_ZERO), 0), num_indices=1))
    bad("any two of a family with one value", "has the type", *family, any_two(app(PLANTED, NAT_ZERO)))

    def rebuilt() -> Declaration:
        again = app(const("Planted.c0"), proj("Planted", 0, bvar(0)))
        refl = apps(const("Eq.refl", (ONE,)), [PLANTED, bvar(0)])
        return theorem(pi(PLANTED, equal(PLANTED, bvar(0), again)), fun(PLANTED, refl))

    good("eta for a structure", *whole(constants, inductive(TYPE, (pi(NAT, PLANTED), 1))), rebuilt())
    unit = inductive(TYPE, (pi(PLANTED, PLANTED), 1), recursive=True)
    bad("eta for a recursive structure", "has the type", *whole(constants, unit), rebuilt())
    refl = apps(const("Eq.refl", (ONE,)), [NAT, lit(0)])
    bad("a projection out of a family", "is no Eq", definition(NAT, proj("Eq", 0, refl)))
    some = apps(const("Exists", (ONE,)), [NAT, fun(NAT, TRUE)])
    hidden = replace(definition(PROP, some), name="PlantedToo")
    out = definition(pi(OTHER, NAT), fun(OTHER, proj("Exists", 0, bvar(0))))
    bad("the witness out of a proof, behind a definition", "out of a proof", hidden, out)
    bad("a projection out of a text", "is no String", definition(NAT, proj("String", 0, text("a"))))


def _casts(bad: Bad, good: Good) -> None:
    """Along an equation that holds by definition a cast vanishes (K), along another it does not."""
    constant = fun(BOOL, fun(apps(const("Eq", (ONE,)), [BOOL, YES, bvar(0)]), NAT))

    def cast(to: Term) -> Declaration:
        along = equal(BOOL, YES, to)
        moved = apps(const("Eq.rec", (ONE, ONE)), [BOOL, YES, constant, lit(3), to, bvar(0)])
        refl = apps(const("Eq.refl", (ONE,)), [NAT, lit(3)])
        return theorem(pi(along, equal(NAT, moved, lit(3))), fun(along, refl))

    good("a cast along a true equation", cast(YES))
    bad("a cast along a false equation", "has the type", cast(NO))

    def before(n: int) -> Term:
        return apps(const("Nat.rec", (ONE,)), [fun(NAT, NAT), NAT_ZERO, fun(NAT, fun(NAT, bvar(1))), lit(n)])

    good("the number before a big one", by_refl(NAT, before(BIG), lit(BIG - 1)))
    bad("a big number before itself", "has the type", by_refl(NAT, before(BIG), lit(BIG)))
    total = fun(NAT, fun(NAT, TRUE))
    quotient = apps(const("Quot", (ONE,)), [NAT, total])

    def of(n: int) -> Term:
        return apps(const("Quot.mk", (ONE,)), [NAT, total, lit(n)])

    good("a class is itself", by_refl(quotient, of(3), of(3)))
    bad("two classes, without the axiom", "has the type", by_refl(quotient, of(3), of(4)))


def _constants(bad: Bad, good: Good) -> None:
    opaque = replace(definition(NAT, lit(3)), kind=d.OPAQUE, name="PlantedToo")
    good("an opaque constant is itself", opaque, by_refl(NAT, OTHER, OTHER))
    bad("an opaque constant is its value", "has the type", opaque, by_refl(NAT, OTHER, lit(3)))
    identity = pi(sort(U), pi(bvar(0), bvar(1)))
    at_some = replace(theorem(identity, fun(sort(U), fun(bvar(0), bvar(0)))), parameters=("u",))
    bad("a theorem that is a proposition in one universe only", "no proposition", at_some)
    below = definition(sort(succ(imax(U, V))), sort(maximum(U, V)), "u", "v")
    bad("max u v below imax u v", "has the type", below)
    swapped = definition(sort(succ(maximum(V, U))), sort(maximum(U, V)), "u", "v")
    good("max u v is max v u", swapped)
    bad("a let that changes its type", "wants", definition(NAT, let(TYPE, NAT, app(fun(bvar(0), bvar(0)), YES))))
    two = theorem(equal(sort(ZERO), TRUE, FALSE), INTRO)
    bad("an equation between what is no data", "has the type", replace(two, type=apps(
        const("Eq", (ONE,)), [PROP, TRUE, FALSE]
    ), value=apps(const("Eq.refl", (ONE,)), [PROP, TRUE])))  # fmt: skip
