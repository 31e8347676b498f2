"""In which order declarations are checked.

Rule: a declaration is checked after all that its terms mention; an inductive type, its constructors and its recursors
are one unit.  Units that wait for each other have no such order: the one that comes first finds the other unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kernel2.declarations import CONSTRUCTOR, INDUCTIVE, RECURSOR, Declaration

Unit = list[Declaration]


def units(todo: Mapping[str, Declaration]) -> dict[str, Unit]:
    """What is checked together, by the name of its first declaration or block."""
    found: dict[str, Unit] = {}
    for c in todo.values():
        found.setdefault(unit_name(c, todo), []).append(c)
    return found


def unit_name(c: Declaration, todo: Mapping[str, Declaration]) -> str:
    if c.kind == CONSTRUCTOR:
        owner = todo.get(c.inductive)
        return owner.block[0] if owner is not None and owner.block else c.name
    if c.kind in (INDUCTIVE, RECURSOR) and c.block:
        return c.block[0]
    return c.name


def ordered(todo: Mapping[str, Declaration], first: Iterable[str] = ()) -> list[tuple[str, Unit]]:
    """All units, each after those that it mentions; those that the declarations `first` need come before others."""
    by_name = units(todo)
    waiting = [unit_name(todo[name], todo) for name in first if name in todo]
    out: list[tuple[str, Unit]] = []
    begun: set[str] = set()
    for start in [*waiting, *by_name]:
        stack = [(start, False)]
        while stack:
            name, finished = stack.pop()
            if finished:
                out.append((name, by_name[name]))
            elif name not in begun:
                begun.add(name)
                stack.append((name, True))
                needed = {each for c in by_name[name] for each in c.mentioned if each in todo}
                units_needed = {unit_name(todo[each], todo) for each in needed}
                stack += [(each, False) for each in sorted(units_needed - begun)]
    return out


def cone(env: Mapping[str, Declaration], names: Iterable[str]) -> set[str]:
    """All constants that these rest on: what their terms mention, and so on; with a type its constructors."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        c = env.get(name)
        if c is None or name in seen:
            continue
        seen.add(name)
        todo += c.mentioned
        todo += c.constructors
        todo += [c.inductive] if c.kind == CONSTRUCTOR else c.block
    return seen
