"""Which declarations rest on which: cones, and the soundness theorems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.dojo.theory import Theory
from pipeline.lean import ROOT_MODULE

CLAIM = "AtLeast"
"""What soundness theorems conclude: at least so many inputs have a property."""


@dataclass(frozen=True)
class Graph:
    """The theory as a graph: an edge goes from a declaration to each declaration whose name stands in it."""

    theory: Theory

    @cached_property
    def edges(self) -> Mapping[str, tuple[str, ...]]:
        return {name: each.uses for name, each in self.theory.declarations.items()}

    @cached_property
    def users(self) -> Mapping[str, frozenset[str]]:
        """The edges backwards."""
        users: dict[str, set[str]] = {name: set() for name in self.edges}
        for name, used in self.edges.items():
            for each in used:
                users[each].add(name)
        return {name: frozenset(each) for name, each in users.items()}

    def cone(self, names: Iterable[str]) -> frozenset[str]:
        """The declarations, and all that they rest on."""
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.edges[name]
        return frozenset(seen)

    def theorems(self, names: Collection[str]) -> list[str]:
        """Those that are theorems, in the order of the theory."""
        known = self.theory.declarations
        return [name for name in known if name in names and known[name].is_theorem]

    @cached_property
    def soundness(self) -> tuple[str, ...]:
        """The theorems by which certificates become bounds: `sound`, about a `Certificate` and a number of inputs."""
        known = self.theory.declarations
        return tuple(
            name
            for name, each in known.items()
            if each.is_theorem
            and name.split(".")[-1] == "sound"
            and {CLAIM, "Certificate"} <= {used.split(".")[-1] for used in each.uses}
        )

    def carriers(self, name: str, many: int) -> list[str]:
        """The theorems under this one that carry most: those with the most theorems below them, itself first."""
        below = self.theorems(self.cone([name]))
        weight = {each: len(self.theorems(self.cone([each]))) for each in below}
        return sorted(below, key=lambda each: (-weight[each], each))[:many]

    def between(self, names: Collection[str]) -> list[tuple[str, str]]:
        """Among these: which rests on which, without those that follow from others."""
        rests = {name: (self.cone([name]) & set(names)) - {name} for name in names}
        return [
            (name, below)
            for name in names
            for below in names
            if below in rests[name] and not any(below in rests[other] for other in rests[name])
        ]

    def folders(self) -> Mapping[tuple[str, str], int]:
        """How many edges go from one folder of the theory to another."""
        declared = self.theory.declarations
        pairs = Counter(
            (folder(declared[name].module), folder(declared[used].module))
            for name, all_used in self.edges.items()
            for used in all_used
        )
        return {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}


def folder(module: str) -> str:
    """The folder of a module below the root: `Compact.A.B.C` is in `A.B`, `Compact.A` by itself."""
    inner = module.removeprefix(f"{ROOT_MODULE}.").split(".")
    return ".".join(inner[:-1]) or inner[0]


def short(name: str) -> str:
    """A name as people read it: without the root, and without what makes private names unique."""
    if name.startswith("_private."):
        name = name.partition(".0.")[2]
    return name.removeprefix(f"{ROOT_MODULE}.")
