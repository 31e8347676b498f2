"""A declaration as text for people, from the bytes of its module.

Names of bound variables are those in the file; one that is another's in scope, or a constant's, gets a number.
Everything that Lean leaves out is written: implicit arguments, universe levels, instances.  (Terms that the checker
uses have no names of variables; so this reads the same bytes once more.)
"""

from __future__ import annotations

from collections.abc import Container

from kernel2 import declarations as d
from kernel2.errors import Malformed
from kernel2.levels import Level
from kernel2.module import Module

_BRACKETS = (("(", ")"), ("{", "}"), ("⦃", "⦄"), ("[", "]"))
_DECIMAL_BELOW = 1 << 64


def show_level(u: Level) -> str:
    if u.tag == "zero":
        return "0"
    if u.tag == "param":
        return str(u.a)
    if u.tag == "succ":
        n = 0
        while u.tag == "succ":
            n, u = n + 1, u.a
        return str(n) if u.tag == "zero" else f"{show_level(u)}+{n}"
    return f"({u.tag} {show_level(u.a)} {show_level(u.b)})"


def _levels(name: str, shown: list[str]) -> str:
    return f"{name}.{{{', '.join(shown)}}}" if shown else name


def show_number(n: int) -> str:
    return str(n) if n < _DECIMAL_BELOW else hex(n)


class Printer:
    """Prints the declarations of one module."""

    def __init__(self, module: Module, taken: Container[str]) -> None:
        self._module = module
        self._reader = module.reader
        self._heap = module.reader.heap
        self._taken = taken
        self._declarations = {c.name: c for c in module.declarations}

    def declaration(self, name: str) -> str:
        """Name, type, and value or constructors; of a theorem only what it says."""
        c = self._declarations[name]
        fields = self._fields(name)
        ty = self._term(self._type(fields), ())
        line = f"{c.kind} {_levels(name, list(c.parameters))} : {ty}"
        if c.kind == d.DEFINITION:
            line += f" :=\n  {self._term(fields[1], ())}"
        if c.kind == d.INDUCTIVE:
            line += f"\n  parameters {c.num_params}; constructors {' '.join(c.constructors) or 'none'}"
        return line

    def fields(self, name: str) -> list[str]:
        """What the fields of a constructor are called."""
        c, pointer, names = self._declarations[name], self._type(self._fields(name)), list[str]()
        while len(names) < c.num_params + c.num_fields:
            binder, _, pointer = self._heap.node(pointer, 7, 3)
            names.append(self._reader.name(binder))
        return names[c.num_params :]

    def _fields(self, name: str) -> tuple[int, ...]:
        """The fields of what is stored of a constant."""
        info = self._heap.constructor(self._module.raw[name])
        return self._heap.constructor(info.fields[0]).fields

    def _type(self, fields: tuple[int, ...]) -> int:
        return self._heap.node(fields[0], 0, 3)[2]

    def _term(self, pointer: int, scope: tuple[str, ...]) -> str:
        node = self._heap.constructor(pointer)
        tag, fields = node.tag, node.fields
        match tag, fields:
            case 0, [index]:
                return scope[-1 - self._heap.number(index)]
            case 3, [level]:
                u = show_level(self._reader.level(level))
                return {"0": "Prop", "1": "Type"}.get(u, f"Sort {u}" if u.isalnum() else f"Sort ({u})")
            case 4, [name, arguments]:
                found = [show_level(self._reader.level(each)) for each in self._heap.list(arguments)]
                return _levels(self._reader.name(name), found)
            case 5, [_, _]:
                return self._application(pointer, scope)
            case ((6 | 7), [_, domain, body]):
                left, right = _BRACKETS[self._heap.byte(node.plain + 8) & 3]
                x = self._fresh(fields[0], scope)
                binder = f"{left}{x} : {self._term(domain, scope)}{right}"
                inner = self._term(body, (*scope, x))
                return f"fun {binder} => {inner}" if tag == 6 else f"{binder} -> {inner}"
            case 8, [name, ty, value, body]:
                x = self._fresh(name, scope)
                shown = f"{self._term(ty, scope)} := {self._term(value, scope)}"
                return f"let {x} : {shown}; {self._term(body, (*scope, x))}"
            case 9, [literal]:
                kind = self._heap.constructor(literal)
                if kind.tag == 0:
                    return show_number(self._heap.number(kind.fields[0]))
                return ascii(self._heap.string(kind.fields[0]))
            case 10, [_, inner_term]:
                return self._term(inner_term, scope)
            case 11, [structure, index, inner_term]:
                name_of = self._reader.name(structure)
                return f"{self._atom(inner_term, scope)}.{name_of}.{self._heap.number(index) + 1}"
        raise Malformed("not a term that can be stored")

    def _application(self, pointer: int, scope: tuple[str, ...]) -> str:
        shown: list[str] = []
        node = self._heap.constructor(pointer)
        while node.tag == 5 or node.tag == 10:
            if node.tag == 5:
                shown.append(self._atom(node.fields[1], scope))
            pointer = node.fields[0] if node.tag == 5 else node.fields[1]
            node = self._heap.constructor(pointer)
        return " ".join([self._atom(pointer, scope), *reversed(shown)])

    def _atom(self, pointer: int, scope: tuple[str, ...]) -> str:
        shown = self._term(pointer, scope)
        tag = self._heap.constructor(pointer).tag
        while tag == 10:
            pointer = self._heap.constructor(pointer).fields[1]
            tag = self._heap.constructor(pointer).tag
        return f"({shown})" if tag in (5, 6, 7, 8) or (tag == 3 and " " in shown) else shown

    def _fresh(self, pointer: int, scope: tuple[str, ...]) -> str:
        """A name for a bound variable: no variable's around it, and no constant's."""
        name = self._reader.name(pointer).split(".«_@»")[0] or "x"  # without what makes a name hygienic
        n, chosen = 0, name
        while chosen in scope or chosen in self._taken:
            n += 1
            chosen = f"{name}_{n}"
        return chosen
