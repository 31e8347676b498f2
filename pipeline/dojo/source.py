"""Lean's source text as far as it has to be understood here: comments, which word declares, where a proof begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.dojo.ilean import Place, Span

_ATOM = re.compile(r'--[^\n]*|/-|"(?:[^"\\]|\\.)*"', re.DOTALL)
_EDGE_OF_COMMENT = re.compile(r"/-|-/")
_KEYWORD = re.compile(
    r"(?:^|(?<=\s))(theorem|lemma|def|abbrev|instance|structure|class\s+inductive|class|inductive|axiom|opaque|"
    r"macro_rules|macro|syntax|notation|infixl|infixr|infix|prefix|postfix|elab)(?=[\s:])"
)
_EDGE = re.compile(r"[(\[{⟨]|[)\]}⟩]|:=|\n\s*\|")


@dataclass(frozen=True)
class Source:
    """The text of a file."""

    text: str

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def offset(self, place: Place) -> int:
        """Where a line and a column are in the text."""
        line, column = place
        return self._starts[line - 1] + column - 1

    def command(self, inside: Span) -> Span:
        """The command around a name, by the lines: commands begin in the first column, and nothing else does but
        comments before them."""
        lines = self.text.split("\n")
        first = last = inside.start[0] - 1
        while first > 0 and not _begins(lines[first]):
            first -= 1
        while first > 0 and (above := _above(lines, first - 1)) is not None:
            first = above
        while last + 1 < len(lines) and lines[last + 1].startswith(" "):
            last += 1
        return Span((first + 1, 1), (last + 1, len(lines[last]) + 1))

    def piece(self, span: Span) -> str:
        """The text of a span."""
        return self.text[self.offset(span.start) : self.offset(span.end)]


def _begins(line: str) -> bool:
    return line[:1] not in ("", " ")


def _above(lines: Sequence[str], last: int) -> int | None:
    """Where what belongs to the next line begins: documentation that ends here, or a line of attributes or options."""
    if lines[last].startswith(("@[", "set_option")) and not keyword(lines[last]):
        return last
    first = last
    while lines[last].endswith("-/") and first > 0 and not lines[first].startswith("/-"):
        first -= 1
    return first if lines[last].endswith("-/") and lines[first].startswith("/--") else None


def without_comments(text: str) -> str:
    """The text without comments (block comments nest), its lines trimmed at the end, and no empty ones."""
    kept, here = [], 0
    while atom := _ATOM.search(text, here):
        found, end = atom.group(), atom.end()
        if found == "/-":
            end = _end_of_comment(text, end)
        comment = found.startswith("--") or found == "/-"
        kept.append(text[here : atom.start() if comment else end])
        here = end
    kept.append(text[here:])
    lines = (line.rstrip() for line in "".join(kept).split("\n"))
    return "\n".join(line for line in lines if line).strip()


def _end_of_comment(text: str, start: int) -> int:
    """The end of the block comment whose inside begins here; within it, nothing counts but other block comments."""
    depth = 1
    for edge in _EDGE_OF_COMMENT.finditer(text, start):
        depth += 1 if edge.group() == "/-" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def keyword(code: str) -> str:
    """The word that says what is declared, in code without comments; `field` and the like have none."""
    found = _KEYWORD.search(code)
    return " ".join(found.group(1).split()) if found else ""


def statement(code: str) -> str:
    """What a theorem says, without its proof: all before the first `:=`, or the first case, outside of brackets."""
    depth = 0
    for edge in _EDGE.finditer(code):
        found = edge.group()
        if found[0] in "([{⟨":
            depth += 1
        elif found[0] in ")]}⟩":
            depth -= 1
        elif depth == 0:
            return code[: edge.start()].rstrip()
    return code
