"""How to see that a table is a group's: the witness that `lean/Compact/Network/Group.lean` checks."""

from __future__ import annotations

from pipeline.emit.theorem import Value
from pipeline.network.groups import Table


def group_fields(table: Table) -> dict[str, Value]:
    """The fields of `GroupWitness`: the identity, few generators, and how each further element is a product."""
    n = len(table)
    identity = next(e for e in range(n) if table[e] == list(range(n)))
    generators: list[int] = []
    reached: list[int] = []
    words: list[list[int]] = []
    for candidate in [*(x for x in range(n) if x != identity), identity]:
        if candidate in set(reached):
            continue
        generators.append(candidate)
        reached, words = _closure(table, generators)
        if len(reached) == n:
            break
    return {"identity": identity, "generators": list(generators), "words": words}


def _closure(table: Table, generators: list[int]) -> tuple[list[int], list[list[int]]]:
    """All products of generators, and the words that reach them in order."""
    reached, words = list(generators), []
    seen = set(reached)
    for element in reached:
        for generator in generators:
            product = table[element][generator]
            if product not in seen:
                seen.add(product)
                reached.append(product)
                words.append([element, generator])
    return reached, words


def accepts(table: Table, identity: int, generators: list[int], words: list[list[int]]) -> bool:
    """The mirror of `Table.group`."""
    n = len(table)
    everything = range(n)
    if not (0 <= identity < n and all(0 <= z < n for row in table for z in row)):
        return False
    if not all(table[identity][x] == x == table[x][identity] for x in everything):
        return False
    if not all(any(table[x][y] == identity == table[y][x] for y in everything) for x in everything):
        return False
    for a in generators:
        if not 0 <= a < n or any(
            table[table[x][a]][y] != table[x][table[a][y]] for x in everything for y in everything
        ):
            return False
    known = list(generators)
    for p, q in words:
        if p not in known or q not in known:
            return False
        known.append(table[p][q])
    return set(everything) <= set(known)
