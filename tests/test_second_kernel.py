"""The second kernel accepts the foundation, and refuses what has to be refused."""

from __future__ import annotations

import ast
import hashlib
import random
import sys
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path

import pytest

from kernel2 import check, levels
from kernel2 import declarations as d
from kernel2.arithmetic import BINARY, UNARY
from kernel2.attack.faults import Faults
from kernel2.attack.mutants import attack_bytes, mutate
from kernel2.attack.planted import plant
from kernel2.attack.terms_of import by_refl, called, theorem, unit_of
from kernel2.check import Session, Verdict
from kernel2.declarations import Declaration
from kernel2.determined import NAMES
from kernel2.equality import Checker
from kernel2.errors import Malformed, NoVerdict
from kernel2.levels import ONE, ZERO, imax, maximum, param, succ
from kernel2.limits import Limits, Result, isolated
from kernel2.module import parse_module
from kernel2.modules import Library, Place
from kernel2.quotients import _TYPES as QUOTIENT_TYPES
from kernel2.reduction import Reduction
from kernel2.substitution import at_levels
from kernel2.terms import (
    BOOL,
    NAT,
    NAT_ZERO,
    PROP,
    Term,
    app,
    apps,
    bvar,
    const,
    fun,
    lit,
    local,
    pi,
    release,
    same,
    sort,
    table_size,
)
from kernel2.usual import AXIOMS
from pipeline.lean import PROJECT
from pipeline.second_kernel.batch import ARITHMETIC
from tests.second_kernel_size import judges, lines_of
from tests.second_kernel_support import (
    FOUNDATION,
    deep_recursion,  # noqa: F401 (a fixture)
    foundation,
    judged,
    library,
    problems,
    tree,
)

TRUSTED_LINES = 2000


def test_the_foundation_is_accepted() -> None:
    session, verdicts = foundation()
    assert [v for v in verdicts if v.problem is not None] == []
    assert len(session.env.constants) > 1500
    assert session.env.computed == BINARY.keys() | UNARY.keys()
    assert session.env.numbers
    assert session.env.texts


def test_recursors_were_rebuilt() -> None:
    """Each inductive type has its recursor, none was taken on trust."""
    constants = foundation()[0].env.constants
    types = [c for c in constants.values() if c.kind == d.INDUCTIVE]
    assert len(types) > 60
    assert all(f"{c.name}.rec" in constants for c in types)


def test_planted_declarations() -> None:
    """Each is refused for the reason that it should be; the controls are accepted."""
    session = foundation()[0]
    result = judged(
        lambda: {"exit_code": 0, "all": [[o.label, o.right, o.said] for o in plant(session)]}
    )
    assert len(result["all"]) > 150
    assert [each for each in result["all"] if not each[1]] == []


def test_faults_are_refused() -> None:
    """At random places; what survives says nothing new."""
    session = foundation()[0]

    def task() -> Result:
        tally = Faults(session, seed=7).run(300)
        survived = [[s.why, s.fault, s.name] for s in tally.survivors]
        return {
            "exit_code": 0,
            "refused": tally.refused.total(),
            "survived": survived,
            "kinds": tally.by_kind(),
        }

    result = judged(task)
    kinds = result["kinds"]
    assert set(kinds) == {"terms", "inductive types", "recursors", "universe levels"}
    assert sum(tried for tried, _ in kinds.values()) == 300
    assert sum(refused for _, refused in kinds.values()) == result["refused"]
    assert result["refused"] > 250
    assert [each for each in result["survived"] if each[0] == "open"] == []


def test_bytes_are_read_or_refused() -> None:
    """A changed file gives declarations or `Malformed`, and nothing else."""
    data = library().path("Compact.Foundation.Nat.Add").read_bytes()
    rng, malformed = random.Random(3), 0
    for _ in range(60):
        try:
            parse_module(mutate(data, rng))
        except Malformed:
            malformed += 1
    assert malformed > 5
    for broken in (b"", b"olean", data[:100], b"lean" + data, data[:5] + b"\x07" + data[6:]):
        with pytest.raises(Malformed):
            parse_module(broken)


def test_changed_bytes_are_judged_on_top_of_what_the_module_imports() -> None:
    """The genuine module is accepted there (the attack sees to that); of what is read otherwise, nothing new is."""
    fresh = Library([tree()], {})
    result = isolated(lambda: _mutants(fresh), Limits())
    assert result["open"] == []
    assert result["outcomes"]["refused"] > 2
    assert result["outcomes"]["malformed"] > 2
    broken = Library([tree()], {})
    broken.load([FOUNDATION])
    del broken.modules["Compact.Foundation.Core.Logic"]
    broken.modules["Compact.Foundation.Core.Logic"] = replace(
        library().modules["Compact.Foundation.Core.Logic"], declarations=[], imports=()
    )
    assert "not accepted" in isolated(lambda: _mutants(broken), Limits()).get("problem", "")


def _mutants(where: Library) -> Result:
    try:
        found = attack_bytes(where, ["Compact.Foundation.Nat.Add"], 30, 3, ())
    except RuntimeError as error:
        return {"exit_code": 1, "problem": str(error)}
    return {"exit_code": 0, "outcomes": dict(found.outcomes), "open": found.open}


def test_another_file_than_the_listed_one(tmp_path: Path) -> None:
    """With a digest given, a module is read only if it has it; and a divided module is not taken for a whole one."""
    data = library().path("Compact.Foundation.Nat.Add").read_bytes()
    olean = tmp_path / "Add.olean"
    olean.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    assert Place(olean, digest).read().declarations
    olean.write_bytes(data + bytes(8))
    with pytest.raises(Malformed, match="its SHA-256 is another"):
        Place(olean, digest).read()
    root = int.from_bytes(data[88:96], "little") - int.from_bytes(data[80:88], "little")
    plain = root + 8 + 8 * data[root + 6]
    assert data[plain] == 0
    with pytest.raises(Malformed, match="compiled with the keyword `module`"):
        parse_module(data[:plain] + b"\x01" + data[plain + 1 :])


def test_a_comparison_of_too_many_universes_has_no_verdict() -> None:
    many = [param(f"u{i}") for i in range(levels.MAX_PARAMETERS + 1)]
    with pytest.raises(NoVerdict, match="too many universe parameters"):
        levels.leq(reduce(maximum, many), reduce(imax, many))


U, V = param("u"), param("v")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (imax(U, ZERO), ZERO),
        (imax(U, succ(V)), maximum(U, succ(V))),
        (imax(ONE, U), U),
        (imax(U, U), U),
        (maximum(U, V), maximum(V, U)),
        (succ(maximum(U, V)), maximum(succ(U), succ(V))),
        (imax(U, imax(V, U)), maximum(imax(V, U), U)),
    ],
)
def test_equal_levels(a: levels.Level, b: levels.Level) -> None:
    assert levels.equal(a, b)
    assert not levels.equal(a, succ(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (U, succ(U)),
        (ZERO, U),
        (U, maximum(U, V)),
        (imax(U, V), maximum(U, V)),
        (V, imax(U, V)),
        (ONE, succ(U)),
    ],
)
def test_levels_below(a: levels.Level, b: levels.Level) -> None:
    assert levels.leq(a, b)
    assert not levels.leq(b, a)


@pytest.mark.parametrize("short", ["add", "land", "beq"])
def test_without_its_theorem_a_function_is_not_computed(short: str) -> None:
    """And everything is checked by definitions alone, until the theorems are there."""
    cone = _cone_of_theorems() - {NAMES[short]}
    needed = [c for m in library().modules.values() for c in m.declarations if c.name in cone]

    def task() -> Result:
        session = Session()
        session.check(needed, lambda _: None)
        return {"exit_code": 0, "computed": sorted(session.env.computed)}

    computed = set(judged(task)["computed"])
    assert f"Nat.{short}" not in computed
    assert computed < BINARY.keys() | UNARY.keys()


@cache
def _cone_of_theorems() -> set[str]:
    constants = foundation()[0].env.constants
    names, todo = set[str](), list(NAMES.values())
    while todo:
        name = todo.pop()
        if name in names or name not in constants:
            continue
        names.add(name)
        c = constants[name]
        todo += [*c.mentioned, *c.block, *c.constructors, *([c.inductive] if c.inductive else [])]
        todo += [f"{each}.rec" for each in c.block]
    return names


def test_a_theorem_that_says_less_does_not_determine() -> None:
    """The statement is compared, not the name."""
    wrong = {"Nat.Kernel.mul": "Nat.Kernel.add"}

    def task() -> Result:
        session, verdicts = Session(), list[Verdict]()
        cone = _cone_of_theorems()
        declared = [c for m in library().modules.values() for c in m.declarations if c.name in cone]
        by_name = {c.name: c for c in declared}
        for name, other in wrong.items():
            by_name[name] = replace(by_name[other], name=name)
        session.check(by_name.values(), verdicts.append)
        refused = [v.problem for v in verdicts if v.problem is not None]
        return {"exit_code": 0, "refused": refused, "computed": sorted(session.env.computed)}

    result = judged(task)
    assert result["computed"] == []
    assert any("does not say what has to be known of mul" in each for each in result["refused"])


def test_quotients_and_axioms() -> None:
    """Lean's four constants and three axioms are accepted as they are, axioms only where they are allowed."""
    quotients = [
        Declaration(d.QUOTIENT, name, ("a", "b")[:n], levels_named(ty, n))
        for name, (n, ty) in QUOTIENT_TYPES.items()
    ]
    constants = foundation()[0].env.constants
    missing = [c for c in quotients if c.name not in constants]
    sound = Declaration(d.AXIOM, "Quot.sound", ("a",), levels_named(AXIOMS["Quot.sound"][1], 1))
    propext = Declaration(d.AXIOM, "propext", (), AXIOMS["propext"][1])
    fresh = [c for c in (sound, propext) if c.name not in constants]
    found = problems([*missing, *fresh])
    assert len(found) == len(fresh)
    assert all("axiom that is not allowed" in each for each in found)

    def task() -> Result:
        session, verdicts = foundation()[0], list[Verdict]()
        session.axioms = frozenset(AXIOMS)
        session.check([*missing, *fresh, *computed_with_quotients()], verdicts.append)
        return {"exit_code": 0, "problems": [v.problem for v in verdicts if v.problem is not None]}

    said = judged(task)["problems"]
    assert len(said) == 1, said
    assert "has the type" in said[0]


def levels_named(ty: Term, count: int) -> Term:
    return at_levels(ty, ("u", "v")[:count], (param("a"), param("b"))[:count])


def computed_with_quotients() -> list[Declaration]:
    """`Quot.lift f h (Quot.mk r 3) = f 3` is true by definition, and `= f 4` is not."""
    r = fun(NAT, fun(NAT, const("False")))
    made = apps(const("Quot.mk", (ONE,)), [NAT, r, lit(3)])
    f = const("Nat.succ")
    never = fun(
        NAT, fun(NAT, fun(const("False"), apps(const("False.elim", (ZERO,)), [_claim(f), _zero()])))
    )
    lifted = apps(const("Quot.lift", (ONE, ONE)), [NAT, r, NAT, f, never, made])
    return [
        replace(by_refl(NAT, lifted, lit(4)), name="lifted"),
        replace(by_refl(NAT, lifted, lit(5)), name="lifted_wrongly"),
    ]


def _claim(f: Term) -> Term:
    return apps(const("Eq", (ONE,)), [NAT, app(f, bvar(2)), app(f, bvar(1))])


def _zero() -> Term:
    return bvar(0)


@pytest.mark.parametrize(("nil", "cons"), [("type", "value"), ("value", "type")])
def test_constructors_may_be_called_anything(nil: str, cons: str) -> None:
    """Also as the kernel calls parts of a declaration: the length of a list of one element is 1, and not 2."""
    constants = foundation()[0].env.constants
    names = {"List": "Own", "List.rec": "Own.rec", "List.nil": nil, "List.cons": cons}
    lists = app(const("Own", (ZERO,)), NAT)
    step = fun(NAT, fun(lists, fun(NAT, app(const("Nat.succ"), bvar(0)))))
    one = apps(const(cons, (ZERO,)), [NAT, lit(7), app(const(nil, (ZERO,)), NAT)])
    length = apps(const("Own.rec", (ONE, ZERO)), [NAT, fun(lists, NAT), NAT_ZERO, step, one])
    right, wrong = (
        replace(by_refl(NAT, length, lit(n)), name=name) for n, name in ((1, "right"), (2, "wrong"))
    )
    [problem] = problems([*called(unit_of(constants, "List"), names), right, wrong])
    assert "has the type" in problem


def test_a_class_of_ones_own_is_not_computed_with() -> None:
    """Without Lean's `Quot.mk`, one of that name, of any type, would make a quotient's element a number."""
    declared = [c for module in library().modules.values() for c in module.declarations]
    names = (
        "Eq",
        "Eq.refl",
        "Eq.rec",
        "Nat",
        "Nat.zero",
        "Nat.succ",
        "Nat.rec",
        "Quot",
        "Quot.lift",
    )
    u, equal = sort(param("u")), const("Eq", (ONE,))
    quot = apps(const("Quot", (param("u"),)), [bvar(1), bvar(0)])
    relation = pi(bvar(0), pi(bvar(1), PROP))
    own = Declaration(
        d.OPAQUE,
        "Quot.mk",
        ("u",),
        pi(u, pi(relation, pi(quot, apps(const("Quot", (param("u"),)), [bvar(2), bvar(1)])))),
        value=fun(u, fun(relation, fun(quot, bvar(0)))),
    )
    r = app(equal, NAT)
    q = local(apps(const("Quot", (ONE,)), [NAT, r]))
    same_number = fun(NAT, fun(NAT, fun(apps(r, [bvar(1), bvar(0)]), bvar(0))))
    made = apps(const("Quot.mk", (ONE,)), [NAT, r, q])
    lifted = apps(
        const("Quot.lift", (ONE, ONE)), [NAT, r, NAT, fun(NAT, bvar(0)), same_number, made]
    )

    def task() -> Result:
        """In a process of its own: terms remember what `Quot.mk` is here."""
        session, verdicts = Session(), list[Verdict]()
        session.check([*(c for c in declared if c.name in names), own], verdicts.append)
        checker = Checker(session.env)
        answer = [checker.infer(lifted) is NAT, checker.whnf(lifted) is lifted]
        refused = [v.problem for v in verdicts if v.problem is not None]
        return {"exit_code": 0, "refused": refused, "answer": answer}

    result = judged(task)
    assert (result["refused"], result["answer"]) == ([], [True, True])


def test_a_lower_limit_from_outside_stays() -> None:
    """`ulimit` has set one that a process may not raise: no crash, and a verdict within it."""

    def task() -> Result:
        inner = isolated(lambda: {"exit_code": 0}, Limits(seconds=60, memory_mb=8192))
        return {"exit_code": 0, "inner": inner["exit_code"], "problem": inner.get("problem", "")}

    assert isolated(task, Limits(seconds=30, memory_mb=4096))["problem"] == ""


def test_no_verdict_is_no_acceptance() -> None:
    """Endless, deep and large evaluations end with exit code 4."""
    endless = by_refl(NAT, apps(const("Nat.shiftLeft"), [lit(1), lit(1 << 40)]), NAT_ZERO)
    session = foundation()[0]

    def task() -> Result:
        session.check([endless], lambda _: None)
        return {"exit_code": 0}

    for limits in (Limits(seconds=1, memory_mb=6144), Limits(seconds=60, memory_mb=700)):
        result = isolated(task, limits)
        assert result["exit_code"] == 4
        assert "no verdict" in result["problem"]


def test_a_refused_name_is_spoilt() -> None:
    session = foundation()[0]
    bad = theorem(const("False"), const("True.intro"), "one")
    user = theorem(const("False"), const("one"), "two")
    again = theorem(const("True"), const("True.intro"), "one")

    def task() -> Result:
        verdicts: list[Verdict] = []
        for each in (bad, user, again):
            session.check([each], verdicts.append)
        return {"exit_code": 0, "problems": [v.problem for v in verdicts]}

    first, second, third = judged(task)["problems"]
    assert "has the type" in first
    assert second == "it mentions one, which is refused"
    assert third == "declared twice"


def test_trusted_part_is_small() -> None:
    """Lines of code in the judge."""
    assert 1000 < sum(map(lines_of, judges())) < TRUSTED_LINES


def test_it_imports_nothing_of_the_project() -> None:
    """The standard library and itself."""
    allowed = sys.stdlib_module_names | {"kernel2"}
    for path in (PROJECT / "kernel2").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, path


def test_what_is_forgotten_changes_no_verdict() -> None:
    """Memory is released in the middle of evaluations: here after 5,000 terms, not after 2,000,000."""

    def task() -> Result:
        forgotten = 0
        release_ = Reduction.release

        def counted(checker: Reduction) -> None:
            nonlocal forgotten
            forgotten += 1
            release_(checker)

        release()
        check.MORE_TERMS = 5000
        Reduction.release = counted  # type: ignore[assignment, method-assign]
        session, verdicts = Session(), list[Verdict]()
        fresh = Library([tree()], {}).load([ARITHMETIC])
        release()  # so that these terms do not count
        session.check([c for module in fresh for c in module.declarations], verdicts.append)
        wrong = [v.name for v in verdicts if v.problem is not None]
        wrong += [o.label for o in plant(session) if not o.right]
        return {"exit_code": 0, "n": len(verdicts), "forgotten": forgotten, "wrong": wrong}

    result = judged(task)
    assert result["n"] > 1000
    assert result["forgotten"] > 100
    assert result["wrong"] == []


def test_large_numbers_count_as_memory() -> None:
    def task() -> Result:
        before = table_size()
        lit(1 << (1 << 21))
        large = table_size() - before
        release()
        return {"exit_code": 0, "large": large, "released": table_size()}

    result = judged(task)
    assert result["large"] > 1000
    assert result["released"] == 0


def test_same_term_after_release() -> None:
    """Equal terms that are other objects are still the same."""
    before = fun(NAT, app(const("Nat.succ"), bvar(0)))

    def task() -> Result:
        release()
        after = fun(NAT, app(const("Nat.succ"), bvar(0)))
        answer = [after is before, same(before, after), same(before, fun(BOOL, before.b))]
        return {"exit_code": 0, "answer": answer}

    assert judged(task)["answer"] == [False, True, False]
