"""Faults at random places of accepted declarations: how many are refused, and what the others are.

One place in a term is changed (wherever the same subterm occurs in it), or one fact about an inductive type.  What is
then still accepted is a *survivor*, and each is shown to be harmless or kept for people:

    same        the changed term is equal to the first one, by definition (definitional equality)
    admissible  a definition of the first type with another value, a theorem with another proof of the first statement,
                or another inductive type: nothing false is said, if the value has the type and the type is admissible
    open        another statement of a theorem, or another type of a definition

(Whether a survivor is rightly accepted is asked of Lean's kernel, too: `lean_text`.)
"""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType

from kernel2 import declarations as d
from kernel2.attack.terms_of import change, renamed, unit_of
from kernel2.check import Session, Verdict
from kernel2.declarations import Declaration
from kernel2.equality import Checker
from kernel2.errors import Kernel2Error
from kernel2.levels import succ
from kernel2.terms import (
    APP,
    BVAR,
    CONST,
    FUN,
    LET,
    LIT,
    PI,
    PROJ,
    PROP,
    SORT,
    Term,
    app,
    bvar,
    const,
    fun,
    let,
    lit,
    parts,
    pi,
    proj,
    sort,
)

SECONDS = 20
"""A fault can make an evaluation endless: after so long there is no verdict."""


@dataclass
class Survivor:
    """A declaration with a fault that is accepted."""

    fault: str
    name: str
    kind: str
    why: str
    """"same", "admissible" or "open"."""
    unit: list[Declaration] = field(repr=False)


@dataclass
class Tally:
    """What became of the faults."""

    refused: Counter[str] = field(default_factory=Counter)
    no_verdict: Counter[str] = field(default_factory=Counter)
    survivors: list[Survivor] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return self.refused.total() + self.no_verdict.total() + len(self.survivors)

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """Of each kind of fault: how many were tried, how many refused."""
        tried, refused = Counter[str](), Counter[str]()
        for label, n in self.refused.items():
            refused[kind_of(label)] += n
        for label, n in (self.refused + self.no_verdict + Counter(s.fault for s in self.survivors)).items():
            tried[kind_of(label)] += n
        return {kind: (n, refused[kind]) for kind, n in tried.items()}


def kind_of(label: str) -> str:
    """What a fault with this label is in."""
    if label.endswith(("a level one higher", "a universe one higher")):
        return "universe levels"
    owner = label.partition(",")[0]
    if owner in (d.INDUCTIVE, d.CONSTRUCTOR):
        return "inductive types"
    return "recursors" if owner == d.RECURSOR else "terms"


@dataclass(frozen=True)
class Fault:
    """A changed unit; `was` and `now` are the terms that differ."""

    label: str
    name: str
    kind: str
    unit: list[Declaration]
    was: Term | None
    now: Term | None
    statement: bool
    """Whether a type is changed."""


class Faults:
    """Faults in the declarations of a session, at random."""

    def __init__(self, session: Session, seed: int) -> None:
        self._session = session
        self._random = random.Random(seed)
        self._prefix = f"fault{seed}_"
        self._constants = dict(session.env.constants)
        self._names = sorted(self._constants)
        kinds = (d.DEFINITION, d.THEOREM)
        self._values = [name for name in self._names if self._constants[name].kind in kinds]
        inductive = [c for c in self._constants.values() if c.kind == d.INDUCTIVE and not c.num_nested]
        self._types = sorted(c.name for c in inductive)

    def faults(self, count: int) -> Iterator[Fault]:
        made = 0
        while made < count:
            fault = self._in_value(made) if self._random.random() < 0.75 else self._in_type(made)
            if fault is not None:
                made += 1
                yield fault

    def run(self, count: int) -> Tally:
        """Plant them one by one, and count."""
        tally = Tally()
        for fault in self.faults(count):
            before = set(self._session.env.constants)
            verdicts: list[Verdict] = []
            try:
                with limited(SECONDS):
                    self._session.check(fault.unit, verdicts.append)
                refused = any(v.problem is not None for v in verdicts)
                if refused:
                    tally.refused[fault.label] += 1
                else:
                    why = self._judge(fault)
                    tally.survivors.append(Survivor(fault.label, fault.name, fault.kind, why, fault.unit))
            except (RecursionError, TimeoutError):
                tally.no_verdict[fault.label] += 1
            for name in set(self._session.env.constants) - before:
                del self._session.env.constants[name]
        return tally

    def _judge(self, fault: Fault) -> str:
        try:
            with limited(SECONDS):
                if fault.was is not None and fault.now is not None:
                    own = Checker(self._session.env)
                    own.infer(fault.now)
                    if own.equal(fault.was, fault.now):
                        return "same"
        except (RecursionError, TimeoutError, Kernel2Error):
            pass
        inductive = fault.kind in (d.INDUCTIVE, d.CONSTRUCTOR, d.RECURSOR)
        return "open" if fault.statement and not inductive else "admissible"

    def _in_value(self, number: int) -> Fault | None:
        c = self._constants[self._random.choice(self._values)]
        statement = self._random.random() < 0.5
        was = c.type if statement else c.value
        assert was is not None
        found = self._change(was)
        if found is None:
            return None
        label, now = found
        new = replace(c, name=f"{self._prefix}{number}", **{"type" if statement else "value": now})  # type: ignore[arg-type]
        what = "type" if statement else "value"
        return Fault(f"{c.kind}, {what}: {label}", c.name, c.kind, [new], was, now, statement)

    def _in_type(self, number: int) -> Fault | None:
        name = self._random.choice(self._types)
        unit = renamed(unit_of(self._constants, name), f"{self._prefix}{number}.")
        i = self._random.randrange(len(unit))
        c = unit[i]
        was: Term | None = None
        now: Term | None = None
        match c.kind, self._random.randrange(4):
            case d.RECURSOR, 0 if c.rules:
                j = self._random.randrange(len(c.rules))
                found = self._change(c.rules[j].value)
                if found is None:
                    return None
                label, now = f"rule: {found[0]}", found[1]
                was = c.rules[j].value
                unit[i] = replace(c, rules=[replace(r, value=now) if k == j else r for k, r in enumerate(c.rules)])
            case d.RECURSOR, 1:
                label, unit[i] = "K", replace(c, k=not c.k)
            case d.RECURSOR, 2:
                which = self._random.choice(["num_params", "num_indices", "num_motives", "num_minors"])
                label = which
                unit[i] = replace(c, **{which: getattr(c, which) + self._random.choice([-1, 1])})
            case d.INDUCTIVE, 0:
                label, unit[i] = "recursive", replace(c, recursive=not c.recursive)
            case d.INDUCTIVE, 1 if len(c.constructors) > 1:
                label, unit[i] = (
                    "order of constructors",
                    replace(c, constructors=c.constructors[::-1]),
                )
            case d.CONSTRUCTOR, 0:
                label, unit[i] = (
                    "number of fields",
                    replace(c, num_fields=c.num_fields + self._random.choice([-1, 1])),
                )
            case _:
                found = self._change(c.type)
                if found is None:
                    return None
                label, now = f"type: {found[0]}", found[1]
                was = c.type
                unit[i] = replace(c, type=now)
        return Fault(f"{c.kind}, {label}", name, c.kind, unit, was, now, statement=True)

    def _change(self, e: Term) -> tuple[str, Term] | None:
        """One place changed: what was done, and the term."""
        places = _in_order(e)
        self._random.shuffle(places)
        for place in places[:50]:
            label, new = self._instead(place)
            if new is not None and new is not place:
                return label, change(e, lambda x, place=place, new=new: new if x is place else None)  # type: ignore[misc]
        return None

    def _instead(self, x: Term) -> tuple[str, Term | None]:
        coin = self._random.random() < 0.5
        if x.tag == CONST:
            if x.b and coin:
                return "a level one higher", const(x.a, (succ(x.b[0]), *x.b[1:]))
            for name in self._random.sample(self._names, min(60, len(self._names))):
                if len(self._constants[name].parameters) == len(x.b):
                    return "another constant", const(name, x.b)
            return "another constant", None
        if x.tag == SORT:
            return "a universe one higher", sort(succ(x.a))
        if x.tag == LIT:
            return "another number", lit(x.a + 1 if coin or not x.a else x.a - 1)
        if x.tag == BVAR:
            return "another variable", bvar(x.a + 1 if coin or not x.a else x.a - 1)
        if x.tag == PROJ:
            return "another field", proj(x.a, x.b - 1 if x.b else 1, x.c)
        if x.tag == APP:
            if x.a.tag == APP and coin:
                return "arguments exchanged", app(app(x.a.a, x.b), x.a.b)
            return "an argument left out", x.a
        if x.tag == FUN or x.tag == PI:
            if coin:
                return "another domain", (fun if x.tag == FUN else pi)(PROP, x.b)
            return "a function for its type, or the other way", (pi if x.tag == FUN else fun)(x.a, x.b)
        return "another type of a let", let(PROP, x.b, x.c) if x.tag == LET else None


def _in_order(e: Term) -> list[Term]:
    """All subterms, each once, in an order that is the same in every run."""
    found: dict[Term, None] = {}
    todo = [e]
    while todo:
        x = todo.pop()
        if x not in found:
            found[x] = None
            todo.extend(parts(x))
    return list(found)


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `TimeoutError` after so many seconds."""

    def late(_: int, __: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
