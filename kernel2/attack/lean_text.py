"""A declaration as Lean source, with everything written out: so that Lean's kernel can be asked about a survivor.

What Lean's elaborator makes of the text goes through its kernel.  What cannot be written (names that no source can
spell) gives None.
"""

from __future__ import annotations

import re

from kernel2 import declarations as d
from kernel2.declarations import Declaration
from kernel2.levels import Level
from kernel2.terms import APP, BVAR, CONST, FUN, LET, LIT, PI, PROJ, SORT, TEXT, Term, spine

_PART = re.compile(r"[A-Za-z_\u0370-\u03ff\u2080-\u2089\u2264\u2260\u2223][\w'!?\u2080-\u2089\u2264\u2260\u2223]*")


class CannotWrite(Exception):
    """No source can say this."""


def lean_level(u: Level) -> str:
    if u.tag == "zero":
        return "0"
    if u.tag == "param":
        return str(u.a)
    if u.tag == "succ":
        return f"({lean_level(u.a)}+1)"
    return f"({u.tag} {lean_level(u.a)} {lean_level(u.b)})"


def lean_name(name: str) -> str:
    parts = re.findall(r"«[^»]*»|[^.]+", name)
    if ".".join(parts) != name or any(part.startswith("#") for part in parts) or "»»" in name:
        raise CannotWrite(name)
    return "_root_." + ".".join(part if part[0] == "«" or _PART.fullmatch(part) else f"«{part}»" for part in parts)


def lean_term(e: Term, scope: tuple[str, ...] = ()) -> str:
    """The term, in brackets where needed."""
    if e.tag == BVAR:
        if e.a >= len(scope):
            raise CannotWrite("a bound variable without a binder")
        return scope[-1 - int(e.a)]
    if e.tag == SORT:
        return f"(Sort {lean_level(e.a)})"
    if e.tag == CONST:
        levels = ", ".join(lean_level(u) for u in e.b)
        return f"@{lean_name(e.a)}" + (f".{{{levels}}}" if levels else "")
    if e.tag == LIT:
        return f"(nat_lit {e.a})" if e.a.bit_length() < 1000 else f"(nat_lit {e.a:#x})"
    if e.tag == APP:
        f, args = spine(e)
        return "(" + " ".join(lean_term(x, scope) for x in [f, *args]) + ")"
    if e.tag == FUN or e.tag == PI:
        x = f"x{len(scope)}"
        domain, body = lean_term(e.a, scope), lean_term(e.b, (*scope, x))
        return f"(@fun ({x} : {domain}) => {body})" if e.tag == FUN else f"(({x} : {domain}) → {body})"
    if e.tag == LET:
        x = f"x{len(scope)}"
        value = f"{lean_term(e.a, scope)} := {lean_term(e.b, scope)}"
        return f"(let {x} : {value}; {lean_term(e.c, (*scope, x))})"
    if e.tag == PROJ:
        return f"({lean_term(e.c, scope)}).{e.b + 1}"
    if e.tag == TEXT and e.a.isprintable() and not set(e.a) & {'"', "\\"}:
        return f'"{e.a}"'
    raise CannotWrite("a text" if e.tag == TEXT else "a local")


def lean_declaration(c: Declaration, name: str) -> str | None:
    """A definition or theorem under this name."""
    if c.value is None or c.kind not in (d.DEFINITION, d.THEOREM):
        return None
    levels = f".{{{', '.join(c.parameters)}}}" if c.parameters else ""
    word = "theorem" if c.kind == d.THEOREM else "noncomputable def"
    try:
        return f"{word} {name}{levels} : {lean_term(c.type)} := {lean_term(c.value)}"
    except (CannotWrite, RecursionError):
        return None


def lean_inductive(unit: list[Declaration], name: str) -> str | None:
    """An inductive type (one, not nested) under this name, without its recursor."""
    types = [c for c in unit if c.kind == d.INDUCTIVE]
    if len(types) != 1:
        return None
    [owner] = types
    levels = f".{{{', '.join(owner.parameters)}}}" if owner.parameters else ""
    try:
        lines = [f"inductive {name}{levels} : {lean_term(owner.type)} where"]
        for i, each in enumerate(owner.constructors):
            c = next(c for c in unit if c.name == each)
            lines.append(f"  | c{i} : {lean_term(c.type)}")
    except (CannotWrite, RecursionError):
        return None
    own = re.escape(f"@_root_.{owner.name}") + r"(\.\{[^}]*\})?(?![\w.])"  # Lean wants no levels on it here
    return re.sub(own, f"@{name}", "\n".join(lines))
