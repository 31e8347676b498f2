"""The page with the graph of the theory: which folders rest on which, and which lemmas carry each soundness theorem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.dojo.graph import Graph, folder, short

CARRIERS = 14
"""So many lemmas are drawn for each theorem."""

_HEAD = """# What rests on what

Written by `python -m pipeline.dojo graph`; do not edit. How it is made, and what it does not show: [dojo.md](dojo.md).

An arrow goes from what is proved to what its text names. Arrows that follow from others are left out.

## The theory by folders

Folders that name each other's declarations are drawn as one box.

"""


def page(graph: Graph) -> str:
    """The whole page, in Markdown with Mermaid diagrams."""
    parts = [_HEAD, _mermaid(*_folders(graph)), "\n## The soundness theorems\n\n", _table(graph)]
    for name in graph.soundness:
        parts += [f"\n### {short(name)}\n\n", _carried(graph, name)]
    return "".join(parts)


def _table(graph: Graph) -> str:
    rows = [
        "| theorem | declarations below it | theorems among them | modules |\n| --- | --- | --- | --- |"
    ]
    for name in graph.soundness:
        cone = graph.cone([name])
        modules = {graph.theory.declarations[each].module for each in cone}
        rows.append(
            f"| `{short(name)}` | {len(cone) - 1:,} | {len(graph.theorems(cone)) - 1:,} | {len(modules)} |"
        )
    return "\n".join(rows) + "\n"


def _carried(graph: Graph, name: str) -> str:
    """The lemmas that carry most of a theorem, with the number of theorems below each."""
    shown = graph.carriers(name, CARRIERS)
    labels = {
        each: f"{short(each)}<br/>{len(graph.theorems(graph.cone([each]))) - 1:,} below"
        for each in shown
    }
    where = sorted({folder(graph.theory.declarations[each].module) for each in shown})
    drawn = _mermaid(labels, graph.between(shown))
    return f"The {len(shown)} theorems that have most theorems below them (in {', '.join(where)}):\n\n{drawn}"


def _folders(graph: Graph) -> tuple[Mapping[str, str], Sequence[tuple[str, str]]]:
    """Folders, joined where they name each other, and the arrows between them that do not follow from others."""
    direct: dict[str, set[str]] = {}
    for above, below in graph.folders():
        direct.setdefault(above, set()).add(below)
        direct.setdefault(below, set())
    reach = {each: _reach(direct, each) for each in direct}
    box = {
        each: min(
            other
            for other in direct
            if each == other or (other in reach[each] and each in reach[other])
        )
        for each in direct
    }
    members: dict[str, list[str]] = {}
    for each in sorted(direct):
        members.setdefault(box[each], []).append(each)
    rests = {each: {box[below] for below in reach[each]} - {each} for each in members}
    edges = [
        (above, below)
        for above in members
        for below in sorted(rests[above])
        if not any(below in rests[other] for other in rests[above])
    ]
    return {each: "<br/>".join(inside) for each, inside in members.items()}, edges


def _reach(direct: Mapping[str, Iterable[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(direct[start])
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += direct[each]
    return seen


def _mermaid(labels: Mapping[str, str], edges: Iterable[tuple[str, str]]) -> str:
    number = {each: f"n{i}" for i, each in enumerate(labels)}
    lines = [f'  {number[each]}["{label}"]' for each, label in labels.items()]
    lines += [f"  {number[above]} --> {number[below]}" for above, below in edges]
    return "\n".join(["```mermaid", "graph TD", *lines, "```"]) + "\n"
