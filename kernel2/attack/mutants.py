"""Compiled modules with changed bytes: whatever is read from them is refused, or harmless.

A mutant is the file of one module with a bit, a byte or a word changed; a changed word is often the pointer to another
object of the file, so that a term gets another term inside, a constant another name, a level another parameter.

    unread     what is read is what was read before (caches, extensions, names of bound variables, ...)
    malformed  the file is refused before anything is checked
    refused    a declaration is refused
    harmless   other declarations, all accepted: equal ones, values of the same type, inductive types, the same under
               another name
    open       another statement or type, accepted: to be looked at
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from kernel2 import declarations as d
from kernel2.attack.faults import limited
from kernel2.check import Session, Verdict
from kernel2.declarations import Declaration
from kernel2.equality import Checker
from kernel2.errors import EXIT_LIMIT, Kernel2Error, Malformed
from kernel2.heap import HEADER
from kernel2.limits import Limits, Result, isolated
from kernel2.module import Module, parse_module
from kernel2.modules import Library
from kernel2.terms import same

SECONDS = 60


@dataclass
class MutantTally:
    """What became of the mutants."""

    outcomes: Counter[str] = field(default_factory=Counter)
    open: list[str] = field(default_factory=list)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One change after the header."""
    out = bytearray(data)
    at = rng.randrange(HEADER, len(data))
    if rng.random() < 0.25:
        out[at] = rng.choice([rng.randrange(256), data[at] ^ (1 << rng.randrange(8))])
        return bytes(out)
    for _ in range(1000):  # two words that look like pointers, or small numbers
        word, other = (rng.randrange(HEADER // 8, len(data) // 8 - 1) * 8 for _ in range(2))
        value, new = (int.from_bytes(data[i : i + 8], "little") for i in (word, other))
        base = int.from_bytes(data[HEADER - 8 : HEADER], "little")
        if base < new < value < base + len(data) and not value & 7 and not new & 7:
            break
        if value & 1 and value < 64:
            new = value + rng.choice([-2, 2])
            break
    out[word : word + 8] = (new % (1 << 64)).to_bytes(8, "little")
    return bytes(out)


def attack_bytes(library: Library, modules: list[str], count: int, seed: int, axioms: Iterable[str]) -> MutantTally:
    """So many mutants, of each of the modules about as many, each judged on top of what the module imports."""
    tally = MutantTally()
    for i, name in enumerate(modules):
        share = count // len(modules) + (i < count % len(modules))
        result = isolated(partial(_of_module, library, name, share, seed, axioms), Limits())
        if result.get("outcomes") is None:
            raise RuntimeError(f"{name}: {result.get('problem')}")
        tally.outcomes.update(result["outcomes"])
        tally.open += result["open"]
    return tally


def _of_module(library: Library, name: str, count: int, seed: int, axioms: Iterable[str]) -> Result:
    data = library.path(name).read_bytes()
    genuine = parse_module(data)
    session = Session(axioms)
    session.check([c for module in _below(library, genuine) for c in module.declarations], lambda _: None)
    control = isolated(partial(_judge, session, None, data), Limits())
    if session.refused or control.get("outcome") != "harmless":
        return {"exit_code": 1, "problem": f"as it is, on top of what it imports, it is not accepted ({control})"}
    rng = random.Random(f"{seed} {name}")
    outcomes: Counter[str] = Counter()
    found: list[str] = []
    for _ in range(count):
        mutant = mutate(data, rng)
        result = isolated(partial(_judge, session, genuine, mutant), Limits())
        outcomes[result.get("outcome", "no verdict")] += 1
        if result.get("outcome") == "open":
            found.append(f"{name}: {result['what']}")
    return {"exit_code": 0, "outcomes": dict(outcomes), "open": found}


def _below(library: Library, module: Module) -> list[Module]:
    """All that a module imports, in order."""
    library.load(module.imports)
    wanted = set(module.imports)
    for name, each in reversed(library.modules.items()):  # imports come before what imports them
        if name in wanted:
            wanted.update(each.imports)
    return [each for name, each in library.modules.items() if name in wanted]


def _judge(session: Session, genuine: Module | None, mutant: bytes) -> Result:
    """What becomes of a mutant; without the genuine module, of that one itself."""
    try:
        module = parse_module(mutant)
    except (Malformed, RecursionError):
        return {"exit_code": 0, "outcome": "malformed"}
    if genuine is not None and set(module.imports) != set(genuine.imports):
        return {"exit_code": 0, "outcome": "malformed"}
    before = {c.name: c for c in (genuine or module).declarations}
    now = {c.name for c in module.declarations}
    gone = [c for c in before.values() if c.name not in now]
    changed = [c for c in module.declarations if not _unchanged(c, before.get(c.name))]
    if genuine is not None and not changed and len(module.declarations) == len(before):
        return {"exit_code": 0, "outcome": "unread"}
    verdicts: list[Verdict] = []
    try:
        with limited(SECONDS):
            session.check(module.declarations, verdicts.append)
            if any(v.problem is not None for v in verdicts):
                return {"exit_code": 0, "outcome": "refused"}
            was = {c.name: before.get(c.name) or _renamed(c, gone) for c in changed}
            open_ones = [c.name for c in changed if not _harmless(session, c, was[c.name])]
    except TimeoutError:
        return {"exit_code": EXIT_LIMIT}
    outcome = "open" if open_ones else "harmless"
    return {"exit_code": 0, "outcome": outcome, "what": ", ".join(open_ones)}


def _unchanged(c: Declaration, before: Declaration | None) -> bool:
    if before is None or len(c.terms()) != len(before.terms()):
        return False
    others = ("type", "value", "rules", "mentioned")
    facts = [{k: v for k, v in vars(x).items() if k not in others} for x in (c, before)]
    rules = [[(r.constructor, r.fields) for r in x.rules] for x in (c, before)]
    terms = zip(c.terms(), before.terms(), strict=True)
    return facts[0] == facts[1] and rules[0] == rules[1] and all(same(a, b) for a, b in terms)


def _renamed(c: Declaration, gone: list[Declaration]) -> Declaration | None:
    """The declaration that is there under another name now."""
    return next((each for each in gone if each.kind == c.kind and same(each.type, c.type)), None)


def _harmless(session: Session, c: Declaration, before: Declaration | None) -> bool:
    """Accepted, and either it claims nothing or it claims what was claimed before."""
    if c.unsafe or c.kind in (d.INDUCTIVE, d.CONSTRUCTOR, d.RECURSOR):
        return True
    if before is None or c.parameters != before.parameters:
        return False
    checker = Checker(session.env)
    try:
        checker.sort_of(before.type)
        return checker.equal(c.type, before.type)
    except Kernel2Error:
        return False
