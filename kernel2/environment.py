"""The declarations that have been accepted, and what is known of them.

Rule: a term is judged relative to an environment.  It grows by declarations that have been checked in it, each under a
name of its own, and never forgets one.  (Carneiro, "The type theory of Lean", section 2.)
"""

from __future__ import annotations

from kernel2.declarations import CONSTRUCTOR, INDUCTIVE, Declaration
from kernel2.errors import Refused
from kernel2.levels import Level
from kernel2.substitution import at_levels
from kernel2.terms import Term


class Environment:
    """Accepted declarations by name."""

    def __init__(self) -> None:
        self.constants: dict[str, Declaration] = {}
        self.computed: set[str] = set()
        """The functions of `arithmetic` that are known to be what their names say."""
        self.numbers = False
        """Whether `Nat` and `Bool` are the usual types: only then there are literals and computed functions."""
        self.texts = False
        """Whether `String` is a type that is known to be inhabited: only then there are text literals."""
        self._instances: dict[tuple[str, str, tuple[Level, ...]], Term] = {}

    def get(self, name: str) -> Declaration:
        found = self.constants.get(name)
        if found is None:
            raise Refused(f"unknown constant {name}")
        return found

    def instance(self, part: str, c: Declaration, levels: tuple[Level, ...], e: Term) -> Term:
        """A term of a declaration (`part`, "type", "value" or "rule C", tells it from its others) at these levels."""
        if not c.parameters or not e.has_levels:
            return e
        key = (part, c.name, levels)
        found = self._instances.get(key)
        if found is None:
            found = self._instances[key] = at_levels(e, c.parameters, levels)
        return found

    def release(self) -> None:
        """Forget what can be computed again."""
        self._instances.clear()

    def structure(self, name: str) -> Declaration | None:
        """The constructor of a structure: an inductive type with one constructor, no indices, not recursive."""
        c = self.constants.get(name)
        if c is None or c.kind != INDUCTIVE or len(c.constructors) != 1 or c.num_indices or c.recursive:
            return None
        return self.constants.get(c.constructors[0])

    def constructor(self, e: Term) -> Declaration | None:
        """The declaration of a term that is a constructor's name."""
        c = self.constants.get(e.a)
        return c if c is not None and c.kind == CONSTRUCTOR else None
