"""Single rules of the second kernel against their plain meaning; files that no compiler writes; odd foundations."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from math import gcd
from multiprocessing import get_context
from struct import pack

import pytest

from kernel2 import declarations as d
from kernel2 import levels
from kernel2.arithmetic import BINARY, UNARY
from kernel2.attack.terms_of import TRUE, by_refl, definition, inductive, nat
from kernel2.attack.whole import whole
from kernel2.check import Session, Verdict
from kernel2.declarations import Declaration
from kernel2.errors import EXIT_LIMIT, Malformed
from kernel2.heap import HEADER, Heap
from kernel2.levels import ONE, ZERO, Level, imax, maximum, param, succ
from kernel2.limits import Limits, Result, isolated
from kernel2.module import Reader, parse_module
from kernel2.terms import (
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
    lit,
    pi,
    sort,
)
from tests.second_kernel_support import (
    deep_recursion,  # noqa: F401 (a fixture)
    foundation,
    problems,
)

BASE = 1 << 32
"""Where the files of these tests say that they begin."""


def value(u: Level, at: Mapping[str, int]) -> int:
    """What a level is for these values of its parameters, by the definition of levels."""
    if u.tag == "zero":
        return 0
    if u.tag == "param":
        return at[u.a]
    if u.tag == "succ":
        return value(u.a, at) + 1
    a, b = value(u.a, at), value(u.b, at)
    return 0 if u.tag == "imax" and b == 0 else max(a, b)


def some_level(rng: random.Random, depth: int) -> Level:
    if depth == 0 or rng.random() < 0.1:
        return rng.choice([ZERO, ONE, param("u"), param("v"), param("w")])
    if rng.random() < 0.35:
        return succ(some_level(rng, depth - 1))
    make = rng.choice([maximum, imax, imax])
    return make(some_level(rng, depth - 1), some_level(rng, depth - 1))


def test_levels_are_compared_as_functions() -> None:
    """Levels this small differ, if they do, for values below 7."""
    rng, answers = random.Random(20), [0, 0]
    values = [dict(zip("uvw", each, strict=True)) for each in product(range(7), repeat=3)]
    for _ in range(1500):
        u, v = some_level(rng, 4), some_level(rng, 4)
        expected = all(value(u, at) <= value(v, at) for at in values)
        assert levels.leq(u, v) == expected, (u, v)
        answers[expected] += 1
    assert min(answers) > 200


def digits(m: int, n: int, digit: Callable[[int, int], int]) -> int:
    """Binary digit by binary digit."""
    if m == n == 0:
        return 0
    return 2 * digits(m // 2, n // 2, digit) + digit(m % 2, n % 2)


PLAIN: dict[str, Callable[[int, int], int | bool]] = {
    "Nat.add": lambda m, n: n + m,
    "Nat.sub": lambda m, n: max(m - n, 0),
    "Nat.mul": lambda m, n: n * m,
    "Nat.pow": lambda m, n: m**n,
    "Nat.div": lambda m, n: m // n if n else 0,
    "Nat.mod": lambda m, n: m % n if n else m,
    "Nat.gcd": lambda m, n: gcd(n, m),
    "Nat.beq": lambda m, n: not m - n,
    "Nat.ble": lambda m, n: m - n <= 0,
    "Nat.land": lambda m, n: digits(m, n, lambda i, j: i * j),
    "Nat.lor": lambda m, n: digits(m, n, lambda i, j: i + j - i * j),
    "Nat.xor": lambda m, n: digits(m, n, lambda i, j: (i + j) % 2),
    "Nat.shiftLeft": lambda m, n: m * 2**n,
    "Nat.shiftRight": lambda m, n: m // 2**n,
}
"""Lean's definitions, as far as Python's own operations are those."""


@pytest.mark.parametrize("name", BINARY)
def test_computed_functions_on_large_numbers(name: str) -> None:
    """Where a machine's words end, at powers of two, at zero: `determined` compares the small ones only."""
    edges = [e for k in (0, 1, 31, 32, 63, 64, 65, 127, 128) for e in (2**k - 1, 2**k, 2**k + 1)]
    rng = random.Random(name)
    large = [*edges, 10**40, *(rng.getrandbits(rng.randrange(1, 300)) for _ in range(20))]
    exponents = name in ("Nat.pow", "Nat.shiftLeft", "Nat.shiftRight")
    for m in large:
        for n in [0, 1, 2, 3, 63, 64, 65, 200] if exponents else large:
            found = BINARY[name](m, n)
            assert found == PLAIN[name](m, n), (m, n)
            assert isinstance(found, bool) == (name in ("Nat.beq", "Nat.ble"))


def test_what_is_too_large_is_not_computed_or_right() -> None:
    huge = 1 << 100
    assert BINARY["Nat.pow"](3, huge) is None
    assert BINARY["Nat.pow"](2, huge) is None
    assert BINARY["Nat.shiftLeft"](1, huge) is None
    assert BINARY["Nat.shiftRight"](huge, huge) == 0
    for n in (0, 1, 2, 3, 7, 8, (1 << 64) - 1, 1 << 64):
        found = UNARY["Nat.log2"](n)
        assert isinstance(found, int)
        assert found == 0 if n == 0 else 2**found <= n < 2 ** (found + 1)


class File:
    """A compiled module, written object by object; each is told by its address."""

    def __init__(self) -> None:
        self._data = bytearray(
            b"olean" + bytes([2, 1]) + bytes(HEADER - 15) + pack("<Q", BASE) + bytes(8)
        )

    def object(
        self, tag: int, pointers: Sequence[int], plain: bytes = b"", count: int | None = None
    ) -> int:
        at = BASE + len(self._data)
        self._data += pack("<IHBB", 0, 0, len(pointers) if count is None else count, tag)
        self._data += (
            b"".join(pack("<Q", each) for each in pointers) + plain + bytes(-len(plain) % 8)
        )
        return at

    @property
    def next(self) -> int:
        """Where the next object will be."""
        return BASE + len(self._data)

    def text(self, text: str) -> int:
        data = text.encode() + b"\0"
        return self.object(249, [], pack("<QQQ", len(data), len(data), len(text)) + data)

    def name(self, text: str, before: int = 1) -> int:
        return self.object(1, [before, self.text(text)])

    def array(self, pointers: Sequence[int], size: int | None = None) -> int:
        n = len(pointers) if size is None else size
        return self.object(
            246, [], pack("<QQ", n, n) + b"".join(pack("<Q", each) for each in pointers)
        )

    def number(self, limbs: Sequence[int], size: int | None = None) -> int:
        """A number of so many limbs, which stand after it."""
        n = len(limbs) if size is None else size
        header = pack("<II", len(limbs), n & 0xFFFFFFFF) + pack("<Q", self.next + 24)
        return self.object(250, [], header + b"".join(pack("<Q", each) for each in limbs))

    def heap(self) -> Heap:
        return Heap(bytes(self._data))

    def module(self, names: Sequence[int], constants: Sequence[int]) -> bytes:
        fields = [
            self.array([]),
            self.array(names),
            self.array(constants),
            self.array([]),
            self.array([]),
        ]
        root = self.object(0, fields, bytes(8))
        self._data[HEADER : HEADER + 8] = pack("<Q", root)
        return bytes(self._data)


def axiom(file: File, name: int, ty: int) -> int:
    return file.object(0, [file.object(0, [file.object(0, [name, 1, ty])], bytes(8))])


def test_a_file_written_by_hand_is_read() -> None:
    """The control: an axiom `A : Prop`."""
    file = File()
    a = file.name("A")
    prop = file.object(3, [1], bytes(8))
    [found] = parse_module(file.module([a], [axiom(file, a, prop)])).declarations
    assert (found.kind, found.name, found.type) == (d.AXIOM, "A", PROP)


def test_numbers_of_every_size_and_sign() -> None:
    file = File()
    big, small, padded = file.number([5, 7]), file.number([3]), file.number([3, 0, 0])
    negative, long = file.number([3], -1), file.number([3], 1 << 20)
    heap = file.heap()
    assert heap.number(big) == 5 + (7 << 64)
    assert heap.number(small) == heap.number(padded) == heap.number(3 << 1 | 1) == 3
    for wrong in (negative, long):
        with pytest.raises(Malformed):
            heap.number(wrong)


def test_circles_and_pointers_out_of_the_file() -> None:
    file = File()
    own_list = file.object(1, [1, file.next])
    own_name = file.object(1, [file.next, 1])
    own_term = file.object(5, [file.next, file.next], bytes(8))
    upwards = file.object(5, [file.next + 24, file.next + 24], bytes(8))
    file.object(3, [1], bytes(8))
    endless = file.array([], 1 << 61)
    short = file.object(249, [], pack("<QQQ", 1 << 40, 1 << 40, 0))
    many = file.object(1, [], count=255)
    heap = file.heap()
    reader = Reader(heap)
    for attempt in (
        lambda: heap.list(own_list),
        lambda: reader.name(own_name),
        lambda: reader.level(own_list),
        lambda: reader.term(own_term),
        lambda: reader.term(upwards),
        lambda: heap.array(endless),
        lambda: heap.string(short),
        lambda: heap.constructor(many),
        lambda: heap.constructor(BASE - 8),
        lambda: heap.constructor(BASE + 4),
        lambda: heap.constructor(BASE + 8),
        lambda: heap.constructor(0),
        lambda: heap.constructor((1 << 64) - 8),
    ):
        with pytest.raises(Malformed):
            attempt()


def test_different_names_are_different_texts() -> None:
    """Whatever characters they have; a part that is a number is no word."""
    file = File()
    nat = file.name("Nat")
    texts = [
        "zero",
        "",
        ".",
        "«zero»",
        "a.b",
        "#1",
        "1",
        "Prop ",
        "zero\n",
        "zero'",
        "zero»",
        "«",
        "é",
        "e\u0301",
    ]
    made = [file.name(text, nat) for text in texts]
    made += [file.name(text) for text in texts]
    made += [
        file.object(2, [nat, 3]),
        file.object(2, [1, 3]),
        file.object(2, [nat, file.number([1] * 40)]),
    ]
    made += [nat, file.name("zero", file.name("", nat)), file.name("b", file.name("a", nat))]
    reader = Reader(file.heap())
    read = [reader.name(each) for each in made]
    assert len(set(read)) == len(made)
    assert all(text not in ("", "Prop", "Type", "Nat.1") for text in read)


def test_a_number_in_a_name_that_python_will_not_print() -> None:
    """More than 4,300 digits: there is no verdict, which is no acceptance."""
    file = File()
    long = file.object(2, [1, file.number([1] * 400)])
    data = file.module([long], [axiom(file, long, file.object(3, [1], bytes(8)))])

    def task() -> Result:
        Session(["propext"]).check(parse_module(data).declarations, lambda _: None)
        return {"exit_code": 0}

    assert isolated(task, Limits())["exit_code"] == EXIT_LIMIT


def test_two_constants_of_one_name_and_a_false_list_of_names() -> None:
    file = File()
    a, b, prop = file.name("A"), file.name("B"), file.object(3, [1], bytes(8))
    with pytest.raises(Malformed, match="names of the constants"):
        parse_module(file.module([a, b], [axiom(file, a, prop), axiom(file, a, prop)]))
    twice = parse_module(
        file.module([a, a], [axiom(file, a, prop), axiom(file, a, prop)])
    ).declarations

    def task() -> Result:
        verdicts = list[Verdict]()
        Session(["propext"]).check(twice, verdicts.append)
        return {"exit_code": 0, "said": [v.problem for v in verdicts]}

    assert isolated(task, Limits())["said"] == ["declared twice"]


OWN = const("Own")


def alone(declared: Callable[[], Iterable[Declaration]]) -> dict[str, str]:
    """What is refused of these, on top of nothing at all.

    In a process that has judged nothing else: a term keeps the type that was found for it, for a process judges one
    environment; and `Nat.zero` or a number would keep the type that another test's `Nat` gave it.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_alone, declared).result()


def _alone(declared: Callable[[], Iterable[Declaration]]) -> dict[str, str]:
    verdicts = list[Verdict]()
    Session().check(list(declared()), verdicts.append)
    return {v.name: v.problem for v in verdicts if v.problem is not None}


def declared_as(kind: str, name: str, ty: Term, value: Term) -> Declaration:
    return Declaration(kind, name, (), ty, value=value)


def equality() -> list[Declaration]:
    """The usual `Eq` is not there; one of one's own for `Own`: x = y if every property of x is one of y."""
    prop = pi(OWN, PROP)
    ty = pi(OWN, pi(OWN, PROP))
    says = pi(prop, pi(app(bvar(0), bvar(2)), app(bvar(1), bvar(2))))
    refl = fun(OWN, fun(prop, fun(app(bvar(0), bvar(1)), bvar(0))))
    return [
        declared_as(d.DEFINITION, "Same", ty, fun(OWN, fun(OWN, says))),
        declared_as(d.THEOREM, "same", pi(OWN, apps(const("Same"), [bvar(0), bvar(0)])), refl),
    ]


def same(name: str, a: Term, b: Term) -> Declaration:
    return declared_as(d.THEOREM, name, apps(const("Same"), [a, b]), app(const("same"), a))


def _without_nat() -> list[Declaration]:
    unit = whole({}, inductive(TYPE, (OWN, 0), (OWN, 0), name="Own"))
    first, second = const("Own.c0"), const("Own.c1")
    one = app(NAT_SUCC, NAT_ZERO)
    return [
        *unit,
        declared_as(d.OPAQUE, "Nat.zero", OWN, first),
        declared_as(d.DEFINITION, "Nat.succ", pi(OWN, OWN), fun(OWN, first)),
        *equality(),
        same("right", app(NAT_SUCC, second), first),
        same("also_right", one, one),
        same("wrong", one, second),
        same("a_literal", lit(0), NAT_ZERO),
        same("two_literals", app(NAT_SUCC, lit(0)), one),
        declared_as(d.DEFINITION, "typed", OWN, lit(3)),
    ]


def test_numbers_of_a_theory_without_nat() -> None:
    """`Nat.zero` and `Nat.succ` as definitions of a type of one's own: their names make no numbers of them."""
    assert set(alone(_without_nat)) == {"wrong", "a_literal", "two_literals", "typed"}


def _nat_as(kind: str) -> list[Declaration]:
    return [declared_as(kind, "Nat", TYPE, PROP), declared_as(d.DEFINITION, "n", NAT, lit(3))]


def _nat_with_more() -> Iterable[Declaration]:
    return inductive(TYPE, (NAT, 0), (pi(NAT, NAT), 1), (NAT, 0), name="Nat", recursive=True)


def test_nat_as_another_kind_of_thing() -> None:
    """A definition or an opaque constant called `Nat`, or a `Nat` with another constructor, gives no literals."""
    for kind in (d.DEFINITION, d.OPAQUE):
        refused = alone(partial(_nat_as, kind))
        assert "Nat is not (yet) the usual type" in refused["n"]
    assert "Nat" in alone(_nat_with_more)


PLANTED = const("Planted")


def test_a_type_that_speaks_of_its_own_constructors_and_recursor() -> None:
    """While a type is checked they are not there yet, also where what speaks of them reduces away."""
    for own in (const("Planted.c0"), const("Planted.rec", (ONE,))):
        hidden = app(fun(PLANTED, TRUE), own)
        unit = inductive(TYPE, (PLANTED, 0), (pi(hidden, PLANTED), 1))
        assert any("unknown constant" in each for each in problems(unit))


def test_what_is_shared_is_checked_once() -> None:
    """0 + 0, doubled two hundred times: with 2^200 leaves, and 200 different parts."""
    double = NAT_ZERO
    for _ in range(200):
        double = nat("add", double, double)
    assert problems([by_refl(NAT, double, NAT_ZERO)]) == []
    [wrong] = problems([by_refl(NAT, double, lit(1))])
    assert "has the type" in wrong


def test_deep_terms() -> None:
    """Twenty thousand applications inside each other: no crash, and the right answer."""
    deep = NAT_ZERO
    for _ in range(20_000):
        deep = app(NAT_SUCC, deep)
    assert problems([by_refl(NAT, deep, lit(20_000))]) == []
    assert len(problems([by_refl(NAT, deep, lit(19_999))])) == 1


def test_levels_that_take_for_ever_have_no_verdict() -> None:
    u = maximum(param("u"), param("v"))
    for _ in range(60):
        u = maximum(succ(u), imax(u, u))
    declared = replace(definition(sort(succ(u)), sort(maximum(u, ONE))), parameters=("u", "v"))
    session = foundation()[0]

    def task() -> Result:
        session.check([declared], lambda _: None)
        return {"exit_code": 0}

    assert isolated(task, Limits(seconds=2))["exit_code"] == EXIT_LIMIT
