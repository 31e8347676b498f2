"""Terms in messages: shortened, bound variables as `#index`.  Nothing is decided by what is shown here."""

from __future__ import annotations

from kernel2.terms import APP, BVAR, CONST, FUN, LET, LIT, LOCAL, PI, PROJ, SORT, TEXT, Term, spine


def show(e: Term, depth: int = 6) -> str:
    if depth == 0:
        return "…"
    if e.tag == APP:
        f, args = spine(e)
        return "(" + " ".join(show(x, depth - 1) for x in [f, *args]) + ")"
    if e.tag == FUN or e.tag == PI:
        word, arrow = ("fun", "=>") if e.tag == FUN else ("Pi", ",")
        return f"({word} {show(e.a, depth - 1)} {arrow} {show(e.b, depth - 1)})"
    if e.tag == LET:
        return f"(let {show(e.b, depth - 1)}; {show(e.c, depth - 1)})"
    if e.tag == PROJ:
        return f"{show(e.c, depth - 1)}.{e.b + 1}"
    if e.tag == LIT:
        return str(e.a) if e.a.bit_length() < 100 else f"<{e.a.bit_length()} bits>"
    words = {BVAR: f"#{e.a}", LOCAL: f"x{e.a}", SORT: "Sort", CONST: e.a, TEXT: repr(e.a)[:40]}
    return str(words[e.tag])
