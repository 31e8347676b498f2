"""Declarations that no kernel may accept, each with the reason for which it has to be refused; and some that it must.

They stand on the project's theory (`Compact.Foundation`): its logic, numbers, lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kernel2 import declarations as d
from kernel2.attack.forged import forged
from kernel2.attack.terms_of import (
    FALSE,
    INTRO,
    TRUE,
    by_refl,
    change,
    definition,
    equal,
    inductive,
    nat,
    renamed,
    theorem,
    unit_of,
)
from kernel2.attack.whole import with_large_elimination
from kernel2.check import Session, Verdict
from kernel2.declarations import Declaration
from kernel2.levels import ONE, ZERO, imax, maximum, param, succ
from kernel2.terms import (
    BOOL,
    NAT,
    NAT_SUCC,
    NAT_ZERO,
    PROP,
    STRING,
    TYPE,
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

NO = const("Bool.false")
U = param("u")
PLANTED = const("Planted")
LIST = const("List", (ZERO,))
WITNESS = apps(const("Exists.intro", (ONE,)), [NAT, fun(NAT, TRUE), NAT_ZERO, INTRO])
BIG = 10**40


@dataclass(frozen=True)
class Planted:
    """A unit, and a part of the message with which it is refused; without one, it has to be accepted."""

    label: str
    unit: list[Declaration]
    because: str | None


def planted(constants: dict[str, Declaration]) -> list[Planted]:
    """All of them."""
    found: list[Planted] = []

    def bad(label: str, because: str, *unit: Declaration) -> None:
        found.append(Planted(label, list(unit), because))

    def good(label: str, *unit: Declaration) -> None:
        found.append(Planted(label, list(unit), None))

    _names(bad, constants)
    _universes(bad)
    _typing(bad)
    _numbers(bad)
    _equality(bad)
    _axioms(bad, constants)
    _inductive(bad, constants)
    forged(bad, good, constants)
    good("a theorem", theorem(TRUE, INTRO))
    good("an impredicative proposition", definition(PROP, pi(PROP, bvar(0))))
    good("a big number", by_refl(NAT, lit(BIG + 1), app(NAT_SUCC, lit(BIG))))
    good("a product of big numbers", by_refl(NAT, nat("mul", lit(BIG), lit(BIG)), lit(BIG * BIG)))
    good("a power", by_refl(NAT, nat("pow", lit(2), lit(1000)), lit(1 << 1000)))
    good("the same text", by_refl(STRING, text("a"), text("a")))
    for name in ("Or", "List", "Eq", "Exists", "Nat.le", "Prod", "Decidable"):
        good(f"{name} once more", *renamed(unit_of(constants, name), "planted."))
    return found


Bad = Callable[..., None]


def _names(bad: Bad, constants: dict[str, Declaration]) -> None:
    bad("a theorem that proves itself", "unknown constant", theorem(FALSE, const("planted")))
    bad(
        "two theorems that prove each other",
        "unknown constant",
        theorem(FALSE, const("other")),
        theorem(FALSE, const("planted"), "other"),
    )
    bad("a name declared before", "declared twice", theorem(FALSE, INTRO, "Nat.add_comm"))
    bad("a name declared twice", "declared twice", theorem(TRUE, INTRO), theorem(TRUE, INTRO))
    bad("an unknown constant", "unknown constant", theorem(FALSE, const("nowhere")))
    unsafe = replace(theorem(FALSE, const("hidden")), kind=d.DEFINITION, name="hidden", unsafe=True)
    bad("an unsafe constant", "unsafe or partial", theorem(FALSE, const("hidden")), unsafe)
    bad(
        "a refused constant",
        "refused",
        theorem(FALSE, const("wrong")),
        theorem(FALSE, INTRO, "wrong"),
    )
    bad("Nat.add declared again", "declared twice", replace(constants["Nat.mul"], name="Nat.add"))


def _universes(bad: Bad) -> None:
    bad("an undeclared universe", "not declared", definition(sort(succ(U)), sort(U)))
    bad("a universe declared twice", "declared twice", definition(sort(succ(U)), sort(U), "u", "u"))
    bad("Type in Type", "has the type", definition(TYPE, TYPE))
    bad("Sort u in Sort u", "has the type", definition(sort(U), sort(U), "u"))
    bad("Type as a proposition", "has the type", definition(PROP, TYPE))
    bad("an impredicative type", "has the type", definition(TYPE, pi(TYPE, bvar(0))))
    bad(
        "too small a universe for functions",
        "has the type",
        definition(sort(U), pi(sort(U), PROP), "u"),
    )
    bad("u below imax u 0", "has the type", definition(sort(succ(imax(U, ZERO))), sort(U), "u"))
    bad(
        "max u v below v",
        "has the type",
        definition(sort(succ(param("v"))), sort(maximum(U, param("v"))), "u", "v"),
    )
    bad("a constant with too many levels", "levels", definition(TYPE, const("Nat", (ONE,))))
    bad("a constant with too few levels", "levels", definition(TYPE, app(const("List"), NAT)))
    bad(
        "equality in the wrong universe",
        "wants",
        definition(PROP, apps(const("Eq", (ZERO,)), [NAT, lit(1), lit(1)])),
    )


def _typing(bad: Bad) -> None:
    bad("a theorem that is no proposition", "no proposition", theorem(NAT, NAT_ZERO))
    bad("a bound variable without a binder", "without a binder", definition(TYPE, pi(NAT, bvar(1))))
    bad("another proposition", "has the type", theorem(FALSE, INTRO))
    bad("a function at the wrong argument", "wants", definition(NAT, app(NAT_SUCC, INTRO)))
    bad("what is no function", "not a function type", definition(NAT, app(NAT_ZERO, NAT_ZERO)))
    bad(
        "a domain that is no type",
        "not a type",
        definition(NAT, app(fun(NAT_ZERO, NAT_ZERO), NAT_ZERO)),
    )
    bad("a let of the wrong type", "has the type", definition(NAT, let(NAT, INTRO, bvar(0))))
    bad(
        "a hidden wrong argument",
        "wants",
        theorem(TRUE, app(fun(NAT, INTRO), app(NAT_SUCC, INTRO))),
    )
    bad("the witness out of a proof", "out of a proof", definition(NAT, proj("Exists", 0, WITNESS)))
    bad("past the witness of a proof", "past data", theorem(TRUE, proj("Exists", 1, WITNESS)))
    bad("a projection of another structure", "is no Prod", definition(NAT, proj("Prod", 0, WITNESS)))
    bad("a field too many", "past data", theorem(TRUE, proj("Exists", 2, WITNESS)))
    pair = apps(const("And.intro"), [TRUE, TRUE, INTRO, INTRO])
    bad("a third field of a pair", "not a function type", theorem(TRUE, proj("And", 2, pair)))
    bad("a projection of a number", "is no Nat", definition(NAT, proj("Nat", 0, lit(3))))
    opaque = replace(theorem(FALSE, INTRO), kind=d.OPAQUE)
    bad("an opaque constant without a value of its type", "has the type", opaque)
    bad("a definition without a value", "no value", replace(definition(NAT, NAT), value=None))


def _numbers(bad: Bad) -> None:
    for label, name, m, n, wrong in (
        ("add", "add", 2, 2, 5),
        ("sub below zero", "sub", 1, 2, 1),
        ("mul", "mul", BIG, BIG, BIG * BIG + 1),
        ("pow", "pow", 2, 10, 1023),
        ("div by zero", "div", 7, 0, 7),
        ("mod by zero", "mod", 7, 0, 0),
        ("gcd", "gcd", 6, 4, 1),
        ("land", "land", 6, 3, 6),
        ("lor", "lor", 6, 3, 6),
        ("xor", "xor", 6, 3, 7),
        ("shiftLeft", "shiftLeft", 3, 2, 6),
        ("shiftRight", "shiftRight", 7, 1, 4),
    ):
        bad(f"a wrong {label}", "has the type", by_refl(NAT, nat(name, lit(m), lit(n)), lit(wrong)))
    bad("a wrong log2", "has the type", by_refl(NAT, nat("log2", lit(8)), lit(4)))
    bad("numbers that are equal", "has the type", by_refl(BOOL, nat("beq", lit(3), lit(4)), YES))
    bad("numbers in order", "has the type", by_refl(BOOL, nat("ble", lit(4), lit(3)), YES))
    bad("one is two", "has the type", by_refl(NAT, lit(1), lit(2)))
    bad("zero is a successor", "has the type", by_refl(NAT, NAT_ZERO, app(NAT_SUCC, NAT_ZERO)))
    bad(
        "a big number is the next one",
        "has the type",
        by_refl(NAT, lit(BIG), app(NAT_SUCC, lit(BIG))),
    )


def _equality(bad: Bad) -> None:
    bad("the truth values are equal", "has the type", by_refl(BOOL, YES, NO))
    bad("two texts are equal", "has the type", by_refl(STRING, text("a"), text("b")))
    bad("two types are equal", "has the type", theorem(
        apps(const("Eq", (succ(ONE),)), [TYPE, NAT, BOOL]), apps(const("Eq.refl", (succ(ONE),)), [TYPE, NAT])
    ))  # fmt: skip
    constant, identity = fun(NAT, NAT_ZERO), fun(NAT, bvar(0))
    bad("two functions are equal", "has the type", by_refl(pi(NAT, NAT), constant, identity))
    any_two = pi(BOOL, pi(BOOL, equal(BOOL, bvar(1), bvar(0))))
    refl = apps(const("Eq.refl", (ONE,)), [BOOL, bvar(0)])
    bad(
        "any two truth values are equal",
        "has the type",
        theorem(any_two, fun(BOOL, fun(BOOL, refl))),
    )
    disjunction = apps(const("Or"), [TRUE, FALSE])
    bad(
        "a proof for another one",
        "has the type",
        theorem(FALSE, apps(const("Or.inl"), [TRUE, FALSE, INTRO])),
    )
    bad(
        "a disjunction for its part",
        "has the type",
        theorem(pi(disjunction, TRUE), fun(disjunction, bvar(0))),
    )


def _axioms(bad: Bad, constants: dict[str, Declaration]) -> None:
    bad("an axiom", "not allowed", Declaration(d.AXIOM, "planted", (), FALSE))
    propext = Declaration(d.AXIOM, "propext", (), FALSE)
    bad("an axiom under the name of an allowed one", "does not say", propext)
    choice = pi(sort(U), pi(app(const("Nonempty", (U,)), bvar(0)), bvar(1)))
    bad("choice from nothing", "does not say", Declaration(
        d.AXIOM, "Classical.choice", ("u",), change(choice, lambda e: TRUE if e is choice.b.a else None)
    ))  # fmt: skip
    # The theory declares quotients as they are: then a name of theirs is taken.
    wrong = "declared twice" if "Quot" in constants else "not one of"
    bad("a quotient that is none", wrong, Declaration(d.QUOTIENT, "Quot", (), TYPE))
    respects = pi(sort(U), pi(pi(bvar(0), pi(bvar(1), PROP)), sort(U)))
    bad(
        "a quotient under another name",
        "not one of",
        Declaration(d.QUOTIENT, "Planted", ("u",), respects),
    )
    lift = pi(NAT, NAT)
    bad(
        "a Quot.lift of one's own",
        wrong,
        Declaration(d.QUOTIENT, "Quot.lift", ("u", "v"), lift),
    )


def _inductive(bad: Bad, constants: dict[str, Declaration]) -> None:
    bad(
        "a negative occurrence",
        "left of an arrow",
        *inductive(TYPE, (pi(pi(PLANTED, FALSE), PLANTED), 1)),
    )
    doubly = pi(pi(pi(PLANTED, FALSE), FALSE), PLANTED)
    bad(
        "an occurrence that is not strictly positive",
        "left of an arrow",
        *inductive(TYPE, (doubly, 1)),
    )
    bad("a field in a greater universe", "universe above", *inductive(TYPE, (pi(TYPE, PLANTED), 1)))
    bad("a constructor of another type", "does not end in", *inductive(TYPE, (NAT, 0)))
    bad(
        "a constructor with too few fields",
        "number of fields",
        *inductive(TYPE, (pi(NAT, PLANTED), 0)),
    )
    family = pi(TYPE, TYPE)
    varying = pi(TYPE, app(PLANTED, NAT))
    bad("a parameter that varies", "does not end in", *inductive(family, (varying, 0), num_params=1))
    inside = pi(TYPE, app(PLANTED, app(PLANTED, bvar(0))))
    bad(
        "the type in its own parameter",
        "does not end in",
        *inductive(family, (inside, 0), num_params=1),
    )
    index = pi(pi(NAT, app(PLANTED, app(fun(NAT, lit(0)), lit(1)))), app(PLANTED, lit(0)))
    wrong = inductive(pi(NAT, TYPE), (index, 1), num_indices=1)
    bad("a recursive type that is said not to be", "recursive", *wrong)
    bad("a wrong number of indices", "number of indices", *inductive(pi(NAT, TYPE), num_indices=0))
    bad("what is no type former", "not a function type", *inductive(NAT))
    bad("an inductive value", "not a type", *inductive(NAT_ZERO))
    of_functions = app(LIST, pi(PLANTED, FALSE))
    nested = inductive(TYPE, (pi(of_functions, PLANTED), 1), recursive=True, num_nested=1)
    bad("a negative occurrence in a list", "left of an arrow", *nested)
    for label, name in (("a disjunction", "Or"), ("an existence", "Exists")):
        large = with_large_elimination(renamed(unit_of(constants, name), "planted."))
        bad(f"data out of {label}", "universe parameters", *large)
    for name in ("Nat.le", "List"):
        unit = renamed(unit_of(constants, name), "planted.")
        recursor = next(i for i, c in enumerate(unit) if c.kind == d.RECURSOR)
        rules = unit[recursor].rules
        first, second = rules

        def with_(i: int, unit: list[Declaration] = unit, **changes: object) -> list[Declaration]:
            return [replace(c, **changes) if j == i else c for j, c in enumerate(unit)]  # type: ignore[arg-type]

        bad(f"{name}: K", "K-like", *with_(recursor, k=True))
        bad(f"{name}: rules exchanged", "rules for other", *with_(recursor, rules=[second, first]))
        bad(f"{name}: a rule missing", "rules for other", *with_(recursor, rules=[first]))
        bad(
            f"{name}: one rule for two",
            "not the rule",
            *with_(recursor, rules=[first, replace(second, value=first.value)]),
        )
        bad(f"{name}: a motive too many", "wrong numbers", *with_(recursor, num_motives=2))
        bad(f"{name}: no recursor", "one recursor", *[c for c in unit if c.kind != d.RECURSOR])
        bad(
            f"{name}: no constructors",
            "unknown constant",
            *[c for c in unit if c.kind != d.CONSTRUCTOR],
        )
        owner = next(i for i, c in enumerate(unit) if c.kind == d.INDUCTIVE)
        exchanged = with_(owner, constructors=unit[owner].constructors[::-1])
        bad(f"{name}: constructors exchanged", "out of order", *exchanged)


@dataclass(frozen=True)
class Outcome:
    """What became of something planted."""

    label: str
    right: bool
    said: str


def plant(session: Session) -> list[Outcome]:
    """Plant all of them in a session that has checked the theory, each under names of its own."""
    outcomes = []
    for number, each in enumerate(planted(session.env.constants)):
        allowed, session.axioms = session.axioms, frozenset({"propext", "Classical.choice"})
        verdicts: list[Verdict] = []
        session.check(_numbered(each.unit, number, session), verdicts.append)
        session.axioms = allowed
        problems = [v.problem for v in verdicts if v.problem is not None]
        because = each.because
        right = any(because in p for p in problems) if because is not None else not problems
        outcomes.append(Outcome(each.label, right, problems[0] if problems else "accepted"))
    return outcomes


def _numbered(unit: list[Declaration], number: int, session: Session) -> list[Declaration]:
    """Names of the attack's own are made different from those of other attacks; others stay."""
    own = [c for c in unit if c.name.lower().startswith("planted") or c.name in ("other", "hidden", "wrong")]
    fresh = [c for c in own if c.kind != d.QUOTIENT and c.kind != d.AXIOM]
    new = renamed(fresh, f"attack{number}.")
    return [*new, *[c for c in unit if c not in fresh]]
