"""How many lines of code the second kernel has."""

from __future__ import annotations

import ast
from pathlib import Path

from pipeline.lean import PROJECT

NOT_THE_JUDGE = {"__main__", "limits", "modules", "printing", "statement", "messages"}
"""What runs the judge, or shows what it has found."""


def judges() -> list[Path]:
    """The files that decide what is accepted."""
    return [p for p in (PROJECT / "kernel2").glob("*.py") if p.stem not in NOT_THE_JUDGE]


def lines_of(path: Path) -> int:
    """Lines of code: no blank lines, comments, texts of documentation or imports."""
    text = path.read_text()
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        left = isinstance(node, ast.Import | ast.ImportFrom)
        left = left or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        if left and isinstance(node, ast.stmt):
            left_out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(
        bool(line.strip()) and line.strip()[0] != "#" and i not in left_out for i, line in lines
    )
