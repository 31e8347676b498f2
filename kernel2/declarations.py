"""Declarations: what a compiled module says that there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from kernel2.terms import CONST, LIT, PROJ, TEXT, Term, subterms

AXIOM, DEFINITION, THEOREM, OPAQUE = "axiom", "definition", "theorem", "opaque"
QUOTIENT, INDUCTIVE, CONSTRUCTOR, RECURSOR = "quotient", "inductive", "constructor", "recursor"

NEVER_FIRST = -1
ALWAYS_FIRST = 1 << 40


@dataclass
class Rule:
    """How a recursor reduces at a constructor."""

    constructor: str
    fields: int
    value: Term


@dataclass
class Declaration:
    """One constant, as stored.  Which fields are in use depends on its kind."""

    kind: str
    name: str
    parameters: tuple[str, ...]
    """Universe parameters."""
    type: Term
    unsafe: bool = False
    """`unsafe` or `partial`: not checked by any kernel, and not to be mentioned by what is checked."""
    value: Term | None = None
    height: int = 0
    """A hint: of two definitions, the one with the greater height is unfolded first."""
    block: tuple[str, ...] = ()
    """The inductive types that were declared together."""
    num_params: int = 0
    num_indices: int = 0
    constructors: tuple[str, ...] = ()
    num_nested: int = 0
    recursive: bool = False
    inductive: str = ""
    """The inductive type of a constructor."""
    position: int = 0
    num_fields: int = 0
    num_motives: int = 0
    num_minors: int = 0
    rules: list[Rule] = field(default_factory=list)
    k: bool = False

    def terms(self) -> list[Term]:
        """All terms in it."""
        value = [] if self.value is None else [self.value]
        return [self.type, *value, *(rule.value for rule in self.rules)]

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The names of the constants in its terms, as stored; a literal mentions its type."""
        names: set[str] = set()
        for e in subterms(self.terms()):
            if e.tag == CONST or e.tag == PROJ:
                names.add(e.a)
            elif e.tag == LIT or e.tag == TEXT:
                names.add("Nat" if e.tag == LIT else "String")
        return frozenset(names)
