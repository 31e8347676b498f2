"""The declarations in a compiled module, read from its bytes.

Rule: the root is a `ModuleData` (imports, names of constants, constants, names of code, extensions; whether `module`
stands at the top of the source, for such files are divided and hold no proofs).  A constant is a `ConstantInfo`; names,
levels and terms are `Lean.Name`, `Lean.Level`, `Lean.Expr`, told apart by their tags, in the order in which Lean
declares the constructors.  (Lean's `src/Lean/Environment.lean`, `Declaration.lean`, `Expr.lean`.)
What a term caches about itself (hash, loose variables) is not read.  Extensions are no mathematics and are not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel2 import declarations as d
from kernel2 import levels, terms
from kernel2.declarations import Declaration, Rule
from kernel2.errors import Malformed
from kernel2.heap import Heap
from kernel2.levels import Level
from kernel2.terms import Term

_KINDS = (
    d.AXIOM,
    d.DEFINITION,
    d.THEOREM,
    d.OPAQUE,
    d.QUOTIENT,
    d.INDUCTIVE,
    d.CONSTRUCTOR,
    d.RECURSOR,
)
_SAFE = 1
"""`DefinitionSafety`: unsafe, safe, partial."""


@dataclass
class Module:
    """A compiled module."""

    imports: tuple[str, ...]
    declarations: list[Declaration]
    raw: dict[str, int]
    """Where each constant is in the file."""
    reader: Reader


def parse_module(data: bytes) -> Module:
    """Read a module; bytes that are none are `Malformed`."""
    reader = Reader(Heap(data))
    heap = reader.heap
    root = heap.constructor(heap.root())
    fields = root.fields
    if len(fields) < 3:
        raise Malformed("not the data of a module")
    if heap.byte(root.plain):
        raise Malformed("compiled with the keyword `module`: the proofs are in files of their own, which are not read")
    imports = []
    for pointer in heap.array(fields[0]):
        found = heap.constructor(pointer).fields
        if len(found) != 1:
            raise Malformed("not an import")
        imports.append(reader.name(found[0]))
    names = [reader.name(pointer) for pointer in heap.array(fields[1])]
    raw = heap.array(fields[2])
    found_declarations = [reader.declaration(pointer) for pointer in raw]
    if [each.name for each in found_declarations] != names:
        raise Malformed("the names of the constants are not those in their list")
    return Module(tuple(imports), found_declarations, dict(zip(names, raw, strict=True)), reader)


class Reader:
    """Names, levels, terms and declarations on one heap."""

    def __init__(self, heap: Heap) -> None:
        self.heap = heap
        self._names: dict[int, str] = {}
        self._levels: dict[int, Level] = {}
        self._terms: dict[int, Term] = {}

    def name(self, pointer: int, above: int | None = None) -> str:
        """A name as text: parts that are no plain words are quoted, so different names are different texts, and none
        reads like a literal."""
        if pointer == 1:
            return ""
        found = self._names.get(pointer)
        if found is None or (above is not None and pointer >= above):
            node = self.heap.constructor(pointer, above)
            if node.tag not in (1, 2) or len(node.fields) != 2:
                raise Malformed("not a name")
            before = self.name(node.fields[0], pointer)
            if node.tag == 1:
                last = self.heap.string(node.fields[1])
                if not (last[:1].isalpha() or last[:1] == "_") or not all(c.isalnum() or c in "_'!?" for c in last):
                    last = "«" + last.replace("»", "»»") + "»"
            else:
                last = f"#{self.heap.number(node.fields[1])}"
            found = self._names[pointer] = f"{before}.{last}" if before else last
        return found

    def names(self, pointer: int) -> tuple[str, ...]:
        return tuple([self.name(each) for each in self.heap.list(pointer)])

    def level(self, pointer: int, above: int | None = None) -> Level:
        if pointer == 1:
            return levels.ZERO
        found = self._levels.get(pointer)
        if found is None or (above is not None and pointer >= above):
            node = self.heap.constructor(pointer, above)
            tag, count, fields = node.tag, len(node.fields), node.fields
            if tag == 1 and count == 1:
                found = levels.succ(self.level(fields[0], pointer))
            elif tag in (2, 3) and count == 2:
                make = levels.maximum if tag == 2 else levels.imax
                found = make(self.level(fields[0], pointer), self.level(fields[1], pointer))
            elif tag == 4 and count == 1:
                found = levels.param(self.name(fields[0]))
            else:
                raise Malformed("not a universe level")
            self._levels[pointer] = found
        return found

    def term(self, pointer: int, above: int | None = None) -> Term:
        found = self._terms.get(pointer)
        if found is None or (above is not None and pointer >= above):
            node = self.heap.constructor(pointer, above)
            found = self._terms[pointer] = self._term(pointer, node.tag, node.fields)
        return found

    def _term(self, at: int, tag: int, fields: tuple[int, ...]) -> Term:
        match tag, fields:
            case 0, [index]:
                return terms.bvar(self.heap.number(index))
            case 3, [level]:
                return terms.sort(self.level(level))
            case 4, [name, arguments]:
                found = tuple([self.level(each) for each in self.heap.list(arguments)])
                return terms.const(self.name(name), found)
            case 5, [function, argument]:
                return terms.app(self.term(function, at), self.term(argument, at))
            case 6, [_, domain, body]:
                return terms.fun(self.term(domain, at), self.term(body, at))
            case 7, [_, domain, body]:
                return terms.pi(self.term(domain, at), self.term(body, at))
            case 8, [_, ty, value, body]:
                return terms.let(self.term(ty, at), self.term(value, at), self.term(body, at))
            case 9, [literal]:
                node = self.heap.constructor(literal)
                if node.tag == 0 and len(node.fields) == 1:
                    return terms.lit(self.heap.number(node.fields[0]))
                if node.tag == 1 and len(node.fields) == 1:
                    return terms.text(self.heap.string(node.fields[0]))
            case 10, [_, inner]:
                return self.term(inner, at)
            case 11, [structure, field, inner]:
                return terms.proj(self.name(structure), self.heap.number(field), self.term(inner, at))
        raise Malformed("not a term that can be stored")

    def declaration(self, pointer: int) -> Declaration:
        info = self.heap.constructor(pointer)
        if info.tag >= len(_KINDS) or len(info.fields) != 1:
            raise Malformed("not a constant")
        value = self.heap.constructor(info.fields[0])
        if not value.fields:
            raise Malformed("not a constant")
        name, parameters, ty = self.heap.node(value.fields[0], 0, 3)
        found = Declaration(_KINDS[info.tag], self.name(name), self.names(parameters), self.term(ty))
        try:
            self._complete(found, value.fields[1:], value.plain)
        except ValueError:
            raise Malformed(f"{found.name}: not the fields of this kind of constant") from None
        return found

    def _complete(self, c: Declaration, fields: tuple[int, ...], plain: int) -> None:
        """Read what belongs to the kind of the declaration (a wrong number of fields is a `ValueError`)."""
        heap = self.heap
        if c.kind == d.AXIOM:
            c.unsafe = bool(heap.byte(plain))
        elif c.kind == d.DEFINITION:
            value, hints, _ = fields
            c.value = self.term(value)
            hint = heap.constructor(hints)  # opaque, abbreviation, a height
            c.height = (d.NEVER_FIRST, d.ALWAYS_FIRST)[hint.tag] if hint.tag < 2 else heap.word32(hint.plain)
            c.unsafe = heap.byte(plain) != _SAFE
        elif c.kind == d.THEOREM:
            value, _ = fields
            c.value, c.height = self.term(value), d.NEVER_FIRST
        elif c.kind == d.OPAQUE:
            value, _ = fields
            c.value, c.unsafe = self.term(value), bool(heap.byte(plain))
        elif c.kind == d.INDUCTIVE:
            num_params, num_indices, block, constructors, num_nested = fields
            c.num_params, c.num_indices = heap.number(num_params), heap.number(num_indices)
            c.block, c.constructors = self.names(block), self.names(constructors)
            c.num_nested = heap.number(num_nested)
            c.recursive, c.unsafe = bool(heap.byte(plain)), bool(heap.byte(plain + 1))
        elif c.kind == d.CONSTRUCTOR:
            inductive, position, num_params, num_fields = fields
            c.inductive, c.position = self.name(inductive), heap.number(position)
            c.num_params, c.num_fields = heap.number(num_params), heap.number(num_fields)
            c.unsafe = bool(heap.byte(plain))
        elif c.kind == d.RECURSOR:
            block, num_params, num_indices, num_motives, num_minors, rules = fields
            c.block = self.names(block)
            c.num_params, c.num_indices = heap.number(num_params), heap.number(num_indices)
            c.num_motives, c.num_minors = heap.number(num_motives), heap.number(num_minors)
            for rule in heap.list(rules):
                constructor, num_fields, rhs = heap.node(rule, 0, 3)
                c.rules.append(Rule(self.name(constructor), heap.number(num_fields), self.term(rhs)))
            c.k, c.unsafe = bool(heap.byte(plain)), bool(heap.byte(plain + 1))
